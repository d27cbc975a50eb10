// Writes what an import made: into a new folder that `plan` and `apply` take, or straight into the tables, where nothing
// that is there already is changed.

import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { requireNoConflict } from '../commands/check-before-write.ts';
import { CommandFailed, type Operator } from '../commands/command.ts';
import { withoutVariables } from '../folders/variables.ts';
import { FolderNotWritable, writeExport } from '../folders/write-export.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';

/** What became of one entry. */
export interface WrittenEntry {
  /** `Clients, demo-app` */
  readonly label: string;
  readonly outcome: 'created' | 'unchanged' | 'left as it is: it differs' | 'left out: apiId is a variable';
}

/** Ours is the one variable that an import writes; in texts of foreign files, `${` is no variable. */
const OWN_VARIABLE = /^\$\{apiId\.[A-Za-z0-9][A-Za-z0-9_.-]*\}$/;

/** Files of a folder have at most 20 MiB. */
const MAX_ENTRIES_OF_FILE = 2000;
const WRITES_AT_ONCE = 20;

const isOwnVariable = (item: Item): boolean => typeof item.apiId === 'string' && OWN_VARIABLE.test(item.apiId);

/**
 * @returns the names of the files
 * @throws CommandFailed where the folder is not empty, or can't be made
 */
export async function writeFolder(folder: string, items: readonly Item[]): Promise<readonly string[]> {
  const entries = items.map((item) => ({
    file: fileOf(item),
    entry: { ...escapedMap(item), ...(isOwnVariable(item) && { apiId: item.apiId }) },
  }));
  const files = new Map(
    [...Map.groupBy(entries, ({ file }) => file)].flatMap(([file, found]) =>
      chunksOf(found, MAX_ENTRIES_OF_FILE).map(
        (some, at) => [at === 0 ? file : `${file}-${at + 1}`, some.map(({ entry }) => entry)] as const,
      ),
    ),
  );
  try {
    return await writeExport(folder, { files }, 'json');
  } catch (error) {
    if (error instanceof FolderNotWritable) throw new CommandFailed(error.message);
    throw error;
  }
}

function fileOf({ clientId, username, entry }: Item): string {
  if (clientId !== undefined) return 'clients';
  return username === undefined ? `${String(entry).split('#')[0]}s` : 'users';
}

function escapedMap(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, escaped(value)]));
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return withoutVariables(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escaped(inner)]));
}

/**
 * Creates what is not there.
 *
 * @throws CommandFailed where an entry would be wrong beside those that are there; nothing is written then
 */
export async function createItems(operator: Operator, items: readonly Item[]): Promise<readonly WrittenEntry[]> {
  const written: WrittenEntry[] = [];
  const ready: OperatorItem[] = [];
  for (const item of items) {
    if (isOwnVariable(item)) written.push({ label: `Tenants, ${item.tenant} / ${item.entry}`, outcome: 'left out: apiId is a variable' });
    else ready.push(requireRight(item));
  }
  await requireNoConflict(operator, ready);
  for (const some of chunksOf(ready, WRITES_AT_ONCE)) written.push(...(await Promise.all(some.map((item) => createItem(operator, item)))));
  return written;
}

async function createItem({ tables }: Operator, { table, key, label, item }: OperatorItem): Promise<WrittenEntry> {
  // Race: somebody else who makes an entry of the name; theirs stays.
  if (await tables.create(table, item)) return { label: `${table}, ${label}`, outcome: 'created' };
  const isSame = isDeepStrictEqual(plain(await tables.get(table, key)), plain(item));
  return { label: `${table}, ${label}`, outcome: isSame ? 'unchanged' : 'left as it is: it differs' };
}

function chunksOf<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}

function requireRight(item: Item): OperatorItem {
  const parsed = parseOperatorItem(item);
  // Every import has looked at its items already.
  if (!('key' in parsed) || parsed.faults.length > 0) throw new Error('An item of an import is wrong.');
  return parsed;
}

/** As JSON has it: a table knows no order of names, and no member that is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
