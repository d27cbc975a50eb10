// CSV (RFC 4180) with a line of names first. Total and bounded: what is no CSV is a fault with its line.

import { NotImportable } from '../imported.ts';

/** A row by the names of its columns, as they stand in the first line. */
export interface CsvRow {
  readonly values: ReadonlyMap<string, string>;
  /** Where it begins, counted from 1. */
  readonly line: number;
}

const MAX_FIELD_CHARACTERS = 64 * 1024;
const MAX_COLUMNS = 500;
const MAX_ROWS = 1_000_000;

/**
 * @param separator between the values; default: a comma, or the semicolon of the first line where it has no comma
 * @throws NotImportable
 */
export function parseCsv(text: string, separator?: ',' | ';' | '\t'): readonly CsvRow[] {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows = readRows(body, separator ?? guessSeparator(body));
  const [header, ...rest] = rows;
  if (header === undefined) throw new NotImportable('line 1: expected the names of the columns');
  const names = header.fields.map((name) => name.trim());
  if (new Set(names).size !== names.length || names.includes(''))
    throw new NotImportable('line 1: expected each column to have a name of its own');
  return rest
    .filter(({ fields }) => fields.length > 1 || fields[0] !== '')
    .map(({ fields, line }) => {
      if (fields.length !== names.length)
        throw new NotImportable(`line ${line}: expected ${names.length} values, as line 1 has names, and not ${fields.length}`);
      return { line, values: new Map(names.map((name, at) => [name, fields[at] ?? ''])) };
    });
}

function guessSeparator(text: string): ',' | ';' | '\t' {
  const line = text.slice(0, text.indexOf('\n') === -1 ? text.length : text.indexOf('\n'));
  if (line.includes(',')) return ',';
  return line.includes(';') ? ';' : line.includes('\t') ? '\t' : ',';
}

interface RawRow {
  readonly fields: readonly string[];
  readonly line: number;
}

function readRows(text: string, separator: string): readonly RawRow[] {
  const rows: RawRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begin = line;
    const fields: string[] = [];
    for (;;) {
      const field = readField(text, at, separator, line);
      fields.push(field.value);
      line += field.lines;
      at = field.end;
      if (fields.length > MAX_COLUMNS) throw new NotImportable(`line ${begin}: more than ${MAX_COLUMNS} values`);
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (at < text.length && text[at] !== '\n' && text[at] !== '\r')
      throw new NotImportable(`line ${line}: expected ${separator} behind a quoted value`);
    at++;
    line++;
    if (rows.length > MAX_ROWS) throw new NotImportable(`line ${begin}: more than ${MAX_ROWS} rows: divide the file`);
    rows.push({ fields, line: begin });
  }
  return rows;
}

interface Field {
  readonly value: string;
  readonly end: number;
  /** Line ends inside the quotation marks. */
  readonly lines: number;
}

function readField(text: string, start: number, separator: string, line: number): Field {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
    return { value: bounded(text.slice(start, end), line), end, lines: 0 };
  }
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw new NotImportable(`line ${line}: a quotation mark that is not closed`);
    parts.push(text.slice(from, quote));
    if (text[quote + 1] !== '"') {
      const value = bounded(parts.join('"'), line);
      return { value, end: quote + 1, lines: value.split('\n').length - 1 };
    }
    from = quote + 2;
  }
}

function bounded(value: string, line: number): string {
  if (value.length > MAX_FIELD_CHARACTERS) throw new NotImportable(`line ${line}: a value of more than ${MAX_FIELD_CHARACTERS} characters`);
  return value;
}
