// The files of a folder that hold entries, and the text of each.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { ParsedDocuments } from './entry-document.ts';
import { parseJsonDocument } from './parse-json-document.ts';
import { parseYamlDocuments } from './parse-yaml-document.ts';

const MAX_FILES = 10_000;
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** By the ending of a file's name. */
const PARSERS: ReadonlyMap<string, (text: string) => ParsedDocuments> = new Map([
  ['json', parseJsonDocument],
  ['yaml', parseYamlDocuments],
  ['yml', parseYamlDocuments],
]);

export interface EntryFile {
  /** From the folder on. */
  readonly name: string;
  /** Undefined where the file is too large, or no UTF-8. */
  readonly text: string | undefined;
  readonly parse: (text: string) => ParsedDocuments;
}

/** The folder can't be read, or is none. */
class FolderNotReadable extends Error {
  override readonly name = 'FolderNotReadable';
}

/**
 * All files of the folder and below that end in `.json`, `.yaml` or `.yml`, but for hidden ones and those of node_modules.
 *
 * @param leftOut a file that is none of the folder's entries, wherever it is
 * @throws FolderNotReadable
 */
export function findEntryFiles(folder: string, leftOut?: string): readonly EntryFile[] {
  const names = listNames(folder).filter((name) => leftOut === undefined || resolve(folder, name) !== resolve(leftOut));
  if (names.length > MAX_FILES) throw new FolderNotReadable(`${folder}: has more than ${MAX_FILES} files of entries.`);
  return names.map((name) => {
    const parse = PARSERS.get(endingOf(name)) ?? parseJsonDocument;
    return { name, parse, text: readText(join(folder, name)) };
  });
}

const endingOf = (name: string): string => /\.([a-z]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && statSync(join(entry.parentPath, entry.name)).isFile()))
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, sep).length))
      .filter((name) => PARSERS.has(endingOf(name)) && !name.split(sep).some((part) => part.startsWith('.') || part === 'node_modules'))
      .sort();
  } catch (error) {
    throw new FolderNotReadable(`${folder}: ${whyNot(error)}`, { cause: error });
  }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such folder.';
  if (code === 'ENOTDIR') return 'is a file, where a folder of entries was expected.';
  return code === 'EACCES' ? 'may not be read by you.' : `can't be read (${code}).`;
}

function readText(path: string): string | undefined {
  if (statSync(path).size > MAX_FILE_BYTES) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
