// A file with the values of a tenant's secrets, by their names, apart from the folder: for its owner's eyes alone, and only
// where it was asked for.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { FolderNotReadable } from './entry-document.ts';
import { parseJsonDocument } from './parse-json-document.ts';
import { FolderNotWritable } from './write-export.ts';

const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** @throws FolderNotWritable where there is such a file already */
export function writeSecretsFile(file: string, values: Readonly<Record<string, string>>): void {
  try {
    // wx: a file that is there may be one that others read.
    writeFileSync(file, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new FolderNotWritable(`${file}: ${code === 'EEXIST' ? 'is there already. Name a new file.' : `can't be written (${code}).`}`, {
      cause: error,
    });
  }
}

/** What is wrong is said without a word of what was read. @throws FolderNotReadable */
export function readSecretsFile(file: string): Readonly<Record<string, string>> {
  const parsed = parseJsonDocument(readOwn(file));
  if ('faults' in parsed) {
    const { position, expected } = parsed.faults[0] ?? { position: undefined, expected: 'JSON' };
    throw new FolderNotReadable(`${file}${position === undefined ? '' : `:${position.line}:${position.column}`}: expected ${expected}`);
  }
  const value = parsed.documents[0]?.value;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || !Object.values(value).every((each) => typeof each === 'string'))
    throw new FolderNotReadable(`${file}: expected a map from names of secrets to their values, as export --with-secrets writes it`);
  return value as Readonly<Record<string, string>>;
}

function readOwn(file: string): string {
  try {
    const { mode, size } = statSync(file);
    if (size > MAX_FILE_BYTES) throw new FolderNotReadable(`${file}: expected at most ${MAX_FILE_BYTES / 1024 / 1024} MiB.`);
    // Windows has no such modes, and says 0o666 of every file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new FolderNotReadable(`${file}: holds secrets, and others may read it: chmod 600 ${file}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof FolderNotReadable) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new FolderNotReadable(`${file}: ${code === 'ENOENT' ? 'there is no such file.' : `can't be read (${code}).`}`, { cause: error });
  }
}

/** The name of a secret in a stack. */
export const withStackName = (name: string, stackName: string): string => name.replaceAll(/\$\{stack\}/g, () => stackName);
