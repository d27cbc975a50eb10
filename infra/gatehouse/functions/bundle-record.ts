// Remembers what a bundle was built from, so that a synthesis where nothing changed need not build: reading the state
// of a thousand files takes a hundredth of the time.

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from 'esbuild';

/** What Lambda gets: `index.mjs`, and a chunk for everything that is imported late. */
export interface Bundle {
  readonly directory: string;
  /** Bytes by file name. */
  readonly files: Readonly<Record<string, number>>;
  /** Bytes of `index.mjs`, and of what it imports statically where the build is plain: what a cold start reads. */
  readonly eagerBytes: number;
  /** The modules in it, by their path from the root of the project, with the bytes that each took before the eager ones were joined. */
  readonly eagerModules: Readonly<Record<string, number>>;
  /** All modules, from the root of the project. */
  readonly modules: readonly string[];
}

export interface BundleRecipe {
  readonly root: string;
  /** Where the record is kept. */
  readonly file: string;
  /** All that decides the output beside its inputs. */
  readonly settings: string;
}

interface BundleRecord {
  readonly key: string;
  /** Time of change and size by path from the root. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly bundle: Bundle;
}

/** The bundle of an earlier build from the very same inputs. */
export function readBundleRecord(recipe: BundleRecipe): Bundle | undefined {
  const record = parseRecord(recipe.file);
  if (record === undefined || record.key !== keyOf(recipe) || !existsSync(record.bundle.directory)) return undefined;
  const isSame = Object.entries(record.inputs).every(([path, state]) => stateOf(join(recipe.root, path)) === state);
  return isSame ? record.bundle : undefined;
}

/**
 * Remembers a build, unless an input was written since it began: which of the two states it saw can't be known then.
 *
 * @param startedMs when the build began, milliseconds since the epoch
 */
export function writeBundleRecord(recipe: BundleRecipe, inputs: readonly string[], bundle: Bundle, startedMs: number): void {
  if (inputs.some((path) => (statSync(join(recipe.root, path), { throwIfNoEntry: false })?.mtimeMs ?? startedMs) >= startedMs)) return;
  const states = Object.fromEntries(inputs.map((path) => [path, stateOf(join(recipe.root, path)) ?? 'absent']));
  const record: BundleRecord = { key: keyOf(recipe), inputs: states, bundle };
  const draft = `${recipe.file}.${randomUUID()}`;
  mkdirSync(dirname(recipe.file), { recursive: true });
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, recipe.file);
}

/** Our own file in our own cache: one that can't be read is one that is not there. */
function parseRecord(file: string): BundleRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BundleRecord;
  } catch {
    return undefined;
  }
}

/** The lock file stands for the versions of packages: npm gives their files the same time whatever the version. */
function keyOf({ root, settings }: BundleRecipe): string {
  const lockFile = join(root, 'package-lock.json');
  const lock = existsSync(lockFile) ? readFileSync(lockFile) : '';
  return createHash('sha256').update(version).update(settings).update(lock).digest('hex');
}

function stateOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.mtimeMs} ${stats.size}`;
}
