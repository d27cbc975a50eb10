// LDIF (RFC 2849) as directories export it: folded lines, base64, comments. Total and bounded: whatever is no LDIF is a
// fault with its line.

import { NotImportable } from '../imported.ts';

/** An entry of the directory. Names of attributes are in lower case and without options (`;lang-de`). */
export interface LdifEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Where it begins, counted from 1. */
  readonly line: number;
}

const MAX_LINE_CHARACTERS = 1024 * 1024;
const MAX_ENTRIES = 1_000_000;
const MAX_VALUES_OF_ENTRY = 20_000;
const LINE = /^([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)((?:;[A-Za-z0-9-]+)*):(:|<)?[ ]*/;

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** @throws NotImportable */
export function parseLdif(text: string): readonly LdifEntry[] {
  const entries: LdifEntry[] = [];
  let current: LogicalLine[] = [];
  const close = (): void => {
    const entry = readEntry(current);
    current = [];
    if (entry === undefined) return;
    if (entries.length === MAX_ENTRIES) throw new NotImportable(`line ${entry.line}: more than ${MAX_ENTRIES} entries: divide the file`);
    entries.push(entry);
  };
  for (const logical of unfold(text)) {
    if (logical.text === '') close();
    else current.push(logical);
    if (current.length > MAX_VALUES_OF_ENTRY)
      throw new NotImportable(`line ${logical.line}: an entry of more than ${MAX_VALUES_OF_ENTRY} values`);
  }
  close();
  return entries;
}

/** Lines with what continues them (a blank at the beginning), without comments. */
function* unfold(text: string): Generator<LogicalLine> {
  let pending: { parts: string[]; characters: number; line: number } | undefined;
  let line = 0;
  for (const raw of linesOf(text)) {
    line++;
    if (raw.startsWith(' ') && pending !== undefined && pending.parts[0] !== '') {
      pending.parts.push(raw.slice(1));
      pending.characters += raw.length;
    } else {
      if (pending !== undefined) yield* finish(pending);
      pending = { parts: [raw], characters: raw.length, line };
    }
    if (pending.characters > MAX_LINE_CHARACTERS)
      throw new NotImportable(`line ${pending.line}: longer than ${MAX_LINE_CHARACTERS} characters`);
  }
  if (pending !== undefined) yield* finish(pending);
}

function* finish({ parts, line }: { readonly parts: readonly string[]; readonly line: number }): Generator<LogicalLine> {
  const text = parts.join('');
  if (!text.startsWith('#')) yield { text, line };
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start <= text.length) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield text.slice(start, end).replace(/\r$/, '');
    start = end + 1;
  }
}

function readEntry(lines: readonly LogicalLine[]): LdifEntry | undefined {
  const attributes = new Map<string, string[]>();
  for (const { text, line } of lines) {
    const [head, name = '', , mark] = LINE.exec(text) ?? [];
    if (head === undefined) throw new NotImportable(`line ${line}: expected NAME: VALUE, NAME:: BASE64, or a blank line between entries`);
    if (mark === '<') throw new NotImportable(`line ${line}: ${name} is in another file (:<), which is not read`);
    const value = text.slice(head.length);
    const values = attributes.get(name.toLowerCase()) ?? [];
    values.push(mark === ':' ? decode(value, name, line) : value);
    attributes.set(name.toLowerCase(), values);
  }
  const [dn] = attributes.get('dn') ?? [];
  const [first] = lines;
  if (first === undefined || (dn === undefined && attributes.has('version') && attributes.size === 1)) return undefined;
  if (dn === undefined) throw new NotImportable(`line ${first.line}: an entry without dn`);
  attributes.delete('dn');
  return { dn, attributes, line: first.line };
}

function decode(value: string, name: string, line: number): string {
  const base64 = value.trim();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw new NotImportable(`line ${line}: ${name}:: is no base64`);
  // Photos and certificates are no text, and nobody asks for them.
  return Buffer.from(base64, 'base64').toString('utf8');
}
