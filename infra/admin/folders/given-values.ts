// A file with values of variables, for whoever may not ask CloudFormation, and for what no output says:
// `{"apiId.orders": "a1b2c3d4e5", "env.LDAP_HOST": "ldap1.example.org"}`.

import { readFileSync } from 'node:fs';
import { type EntryDocument, FolderNotReadable } from './entry-document.ts';
import { parserOf } from './find-entry-files.ts';
import { isVariableName } from './variables.ts';

const MAX_FILE_BYTES = 1024 * 1024;

/** @throws FolderNotReadable with what is wrong */
export async function readGivenValues(file: string): Promise<Readonly<Record<string, string>>> {
  const text = readText(file);
  const parse = parserOf(file);
  if (parse === undefined) throw new FolderNotReadable(`${file}: expected the ending .json, .yaml or .yml`);
  const parsed = await parse(text);
  if ('faults' in parsed) {
    const { position, expected } = parsed.faults[0] ?? { position: undefined, expected: 'JSON' };
    throw new FolderNotReadable(`${file}${position === undefined ? '' : `:${position.line}:${position.column}`}: expected ${expected}`);
  }
  return valuesOf(file, parsed.documents[0]);
}

function readText(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new FolderNotReadable(`${file}: ${code === 'ENOENT' ? 'there is no such file.' : `can't be read (${code}).`}`, { cause: error });
  }
  if (text.length > MAX_FILE_BYTES) throw new FolderNotReadable(`${file}: expected at most 1 MiB.`);
  return text;
}

function valuesOf(file: string, document: EntryDocument | undefined): Readonly<Record<string, string>> {
  const value = document?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FolderNotReadable(`${file}: expected a map from names of variables to texts, such as {"apiId.orders": "a1b2c3d4e5"}`);
  for (const [name, text] of Object.entries(value)) {
    const place = document?.positionOf([name]);
    const where = `${file}${place === undefined ? '' : `:${place.line}:${place.column}`}`;
    if (!isVariableName(name)) throw new FolderNotReadable(`${where}: expected a name such as apiId.orders, output.KEY or env.NAME`);
    if (typeof text !== 'string') throw new FolderNotReadable(`${where}: ${name}: expected a text`);
  }
  return value as Readonly<Record<string, string>>;
}
