// JSON and YAML documents of others, by the parsers of our own folders: bounded in depth and in aliases.

import { parseJsonDocument } from '../folders/parse-json-document.ts';
import { parseYamlDocuments } from '../folders/parse-yaml-document.ts';
import { NotImportable } from './imported.ts';
import type { SourceFile } from './read-source.ts';

/** @throws NotImportable with file, line and column, and what was expected there */
export function parseDocument({ name, text }: SourceFile): readonly unknown[] {
  const parsed = /\.ya?ml$/i.test(name) ? parseYamlDocuments(text) : parseJsonDocument(text);
  if ('documents' in parsed) return parsed.documents.map(({ value }) => value);
  const [fault] = parsed.faults;
  const place = fault?.position === undefined ? name : `${name}:${fault.position.line}:${fault.position.column}`;
  throw new NotImportable(`${place}: expected ${fault?.expected ?? 'JSON or YAML'}`);
}
