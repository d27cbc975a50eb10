// The attributes of an entry in a file, or on standard input: JSON, or YAML where the file's name says so.

import { readFileSync, statSync } from 'node:fs';
import type { DocumentFault, ParsedDocuments } from '../folders/entry-document.ts';
import { MAX_FILE_BYTES } from '../folders/find-entry-files.ts';
import { parseJsonDocument } from '../folders/parse-json-document.ts';
import { parseYamlDocuments } from '../folders/parse-yaml-document.ts';
import { CommandFailed, type Operator } from './command.ts';

/** @param file `-` for standard input. @throws CommandFailed with line and column of what is wrong */
export async function readAttributes({ readInput, pathOf }: Operator, file: string): Promise<object> {
  const isInput = file === '-';
  const name = isInput ? 'standard input' : file;
  const text = isInput ? await readInput() : readText(pathOf(file), file);
  const isYaml = /\.ya?ml$/i.test(file);
  const [value, ...others] = valuesOf(isYaml ? parseYamlDocuments(text) : parseJsonDocument(text), name, isYaml ? 'YAML' : 'JSON');
  if (others.length > 0) throw new CommandFailed(`${name}: holds ${others.length + 1} documents; one entry is expected.`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CommandFailed(`${name}: must hold a map.`);
  return value;
}

function readText(path: string, name: string): string {
  const stats = statSync(path);
  if (stats.isDirectory()) throw new CommandFailed(`${name}: is a folder, and not a file.`);
  if (stats.size > MAX_FILE_BYTES) throw new CommandFailed(`${name}: is larger than ${MAX_FILE_BYTES} bytes.`);
  return readFileSync(path, 'utf8');
}

function valuesOf(parsed: ParsedDocuments, name: string, format: string): readonly unknown[] {
  if ('documents' in parsed) return parsed.documents.map(({ value }) => value);
  throw new CommandFailed(
    parsed.faults.map((fault) => `${name}: is not ${format}: ${placeOf(fault)}expected ${fault.expected}.`).join('\n'),
  );
}

const placeOf = ({ position }: DocumentFault): string =>
  position === undefined ? '' : `line ${position.line}, column ${position.column}: `;
