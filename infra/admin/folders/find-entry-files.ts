// The files of a folder that hold entries, and the text of each.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { FolderNotReadable, type ParsedDocuments } from './entry-document.ts';
import { parseJsonDocument } from './parse-json-document.ts';

const MAX_FILES = 10_000;
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

type Parse = (text: string) => Promise<ParsedDocuments>;

/** Loaded where there is YAML, and not with every command. */
const parseYaml: Parse = async (text) => (await import('./parse-yaml-document.ts')).parseYamlDocuments(text);
const parseJson: Parse = async (text) => parseJsonDocument(text);

/** By the ending of a file's name. */
const PARSERS: ReadonlyMap<string, Parse> = new Map([
  ['json', parseJson],
  ['yaml', parseYaml],
  ['yml', parseYaml],
]);

/** Of a file by its name; undefined where it is none of entries. */
export const parserOf = (name: string): Parse | undefined => PARSERS.get(endingOf(name));

export interface EntryFile {
  /** From the folder on. */
  readonly name: string;
  /** Undefined where the file is too large, or no UTF-8. */
  readonly text: string | undefined;
  readonly parse: Parse;
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
  return names.map((name) => ({ name, parse: parserOf(name) ?? parseJson, text: readText(join(folder, name)) }));
}

const endingOf = (name: string): string => /\.([a-z]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() || (entry.isSymbolicLink() && statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.isFile()),
      )
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, sep).length))
      .filter((name) => parserOf(name) !== undefined && !name.split(sep).some((part) => part.startsWith('.') || part === 'node_modules'))
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
