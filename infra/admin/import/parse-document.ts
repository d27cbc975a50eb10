// JSON and YAML documents of others: bounded in size, depth and aliases. Where one is wrong, the parsers of our own folders
// say where.

import { parseJsonDocument } from '../folders/parse-json-document.ts';
import { parseYamlDocuments } from '../folders/parse-yaml-document.ts';
import { NotImportable } from './imported.ts';
import type { SourceFile } from './read-source.ts';

/** Exports of an application or an API have some kilobytes; a tree of this is hundreds of megabytes. */
const MAX_YAML_CHARACTERS = 4 * 1024 * 1024;
/** Up to it the place of a fault in JSON is looked for, which takes a multiple of the text in memory. */
const MAX_PLACED_CHARACTERS = 4 * 1024 * 1024;

/** @throws NotImportable with file, line and column, and what was expected there */
export function parseDocument({ name, text }: SourceFile): readonly unknown[] {
  return /\.ya?ml$/i.test(name) ? parseYaml(name, text) : parseJson(name, text);
}

function parseJson(name: string, text: string): readonly unknown[] {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return [JSON.parse(body)];
  } catch {
    // What JSON.parse says quotes the text, which may hold secrets.
    if (body.length > MAX_PLACED_CHARACTERS) throw new NotImportable(`${name}: expected JSON`);
  }
  return requireDocuments(name, parseJsonDocument(body));
}

function parseYaml(name: string, text: string): readonly unknown[] {
  if (text.length > MAX_YAML_CHARACTERS)
    throw new NotImportable(`${name}: expected at most ${MAX_YAML_CHARACTERS / 1024 / 1024} MiB of YAML`);
  return requireDocuments(name, parseYamlDocuments(text));
}

function requireDocuments(name: string, parsed: ReturnType<typeof parseYamlDocuments>): readonly unknown[] {
  if ('documents' in parsed) return parsed.documents.map(({ value }) => value);
  const [fault] = parsed.faults;
  const place = fault?.position === undefined ? name : `${name}:${fault.position.line}:${fault.position.column}`;
  throw new NotImportable(`${place}: expected ${fault?.expected ?? 'JSON or YAML'}`);
}
