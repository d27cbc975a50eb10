// JSON (RFC 8259) of a file of a folder, with the place of its first fault and of every value.

import { type EntryDocument, MAX_DOCUMENT_DEPTH, type ParsedDocuments, type Position, positionAt } from './entry-document.ts';

const BLANKS = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: section 7 wants them escaped.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Where the text stops to be what it should be. */
class Fault extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

export function parseJsonDocument(text: string): ParsedDocuments {
  const offsets = new Map<string, number>();
  try {
    const end = scanValue(text, skipBlanks(text, 0), [], offsets);
    if (end < text.length) throw new Fault(end, 'nothing after the value');
    return { documents: [{ value: JSON.parse(text), positionOf: (path) => positionIn(text, offsets, path) } satisfies EntryDocument] };
  } catch (error) {
    if (error instanceof Fault) return { faults: [{ position: positionAt(text, error.offset), expected: error.expected }] };
    // What JSON.parse says quotes the text.
    if (error instanceof SyntaxError) return { faults: [{ position: undefined, expected: 'JSON' }] };
    throw error;
  }
}

const keyOf = (path: readonly string[]): string => JSON.stringify(path);

function positionIn(text: string, offsets: ReadonlyMap<string, number>, path: readonly string[]): Position | undefined {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsets.get(keyOf(path.slice(0, length)));
    if (offset !== undefined) return positionAt(text, offset);
  }
  return undefined;
}

/** @returns where the match ends; undefined where there is none */
function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

const skipBlanks = (text: string, at: number): number => match(BLANKS, text, at) ?? at;

/** @returns where the value and the blanks behind it end */
function scanValue(text: string, at: number, path: readonly string[], offsets: Map<string, number>): number {
  if (path.length > MAX_DOCUMENT_DEPTH) throw new Fault(at, `at most ${MAX_DOCUMENT_DEPTH} levels`);
  if (!offsets.has(keyOf(path))) offsets.set(keyOf(path), at);
  if (text[at] === '{') return scanMembers(text, at, '}', (from, _index) => scanMember(text, from, path, offsets));
  if (text[at] === '[') return scanMembers(text, at, ']', (from, index) => scanValue(text, from, [...path, String(index)], offsets));
  const end = [STRING, NUMBER, WORD].map((pattern) => match(pattern, text, at)).find((found) => found !== undefined);
  if (end === undefined) throw new Fault(at, text[at] === '"' ? 'a string that ends in its line' : 'a value');
  return skipBlanks(text, end);
}

function scanMembers(text: string, at: number, close: string, scanOne: (from: number, index: number) => number): number {
  let position = skipBlanks(text, at + 1);
  if (text[position] === close) return skipBlanks(text, position + 1);
  for (let index = 0; ; index++) {
    position = scanOne(position, index);
    if (text[position] === close) return skipBlanks(text, position + 1);
    if (text[position] !== ',') throw new Fault(position, `"," or "${close}"`);
    position = skipBlanks(text, position + 1);
  }
}

function scanMember(text: string, at: number, path: readonly string[], offsets: Map<string, number>): number {
  const end = match(STRING, text, at);
  if (end === undefined) throw new Fault(at, 'a name in quotation marks');
  const name: unknown = JSON.parse(text.slice(at, end));
  const inner = [...path, String(name)];
  // JSON.parse takes the last of two: a restriction could vanish under a second one of its name.
  if (offsets.has(keyOf(inner))) throw new Fault(at, 'each name once');
  offsets.set(keyOf(inner), at);
  const colon = skipBlanks(text, end);
  if (text[colon] !== ':') throw new Fault(colon, '":"');
  return scanValue(text, skipBlanks(text, colon + 1), inner, offsets);
}
