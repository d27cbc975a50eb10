// A folder of entries, read whole: every file, every variable, every entry, and every fault of all of them at once.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import type { DocumentFault, EntryDocument, Position } from './entry-document.ts';
import { type EntryFile, findEntryFiles, MAX_FILE_BYTES } from './find-entry-files.ts';
import { type FindVariable, replaceVariables, speaksOfOutputs } from './variables.ts';

/** Of an item (Developer Guide, Quotas). */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_ITEM_DEPTH = 31;
/** The first faults of a file are told: one bracket can make many. */
const MAX_FAULTS_OF_FILE = 20;

export interface FolderEntries {
  readonly items: readonly OperatorItem[];
  /** One line each, with file, line and column. Where there is one, nothing of the folder may be written. */
  readonly faults: readonly string[];
}

export interface ReadFolderOptions {
  /** Of the variables; asked once, with whether any text speaks of outputs of the stack. */
  readonly openVariables: (needsOutputs: boolean) => Promise<FindVariable>;
  /** A file with values of variables, which is no entry. */
  readonly valuesFile?: string | undefined;
}

/** @throws FolderNotReadable */
export async function readFolder(folder: string, { openVariables, valuesFile }: ReadFolderOptions): Promise<FolderEntries> {
  const files = findEntryFiles(folder, valuesFile);
  const find = await openVariables(files.some(({ text }) => text !== undefined && speaksOfOutputs(text)));
  const faults: string[] = [];
  const items = new Map<string, { readonly place: string; readonly item: OperatorItem }>();
  for (const file of files) {
    for (const { value, place } of await readFile(file, faults)) {
      const { item, faults: own } = readEntry(value, find);
      faults.push(...own.map((fault) => lineOf(place(fault.path.split('.')), item, fault)));
      if (item === undefined) continue;
      const label = `${item.table}, ${item.label}`;
      const other = items.get(label);
      if (other !== undefined) faults.push(`${place([])}: ${label}: expected once, and stands in ${other.place} too`);
      else items.set(label, { place: place([]), item });
    }
  }
  return { items: [...items.values()].map(({ item }) => item), faults };
}

/** An entry as a file has it, and what to say of where something in it stands. */
interface FoundEntry {
  readonly value: unknown;
  readonly place: (path: readonly string[]) => string;
}

async function readFile({ name, text, parse }: EntryFile, faults: string[]): Promise<FoundEntry[]> {
  if (text === undefined) {
    faults.push(`${name}: expected UTF-8, at most ${MAX_FILE_BYTES / 1024 / 1024} MiB of it`);
    return [];
  }
  const parsed = await parse(text);
  if ('faults' in parsed) {
    faults.push(
      ...parsed.faults
        .slice(0, MAX_FAULTS_OF_FILE)
        .map((fault: DocumentFault) => `${placeOf(name, fault.position)}: expected ${fault.expected}`),
    );
    return [];
  }
  return parsed.documents.flatMap((document) => entriesOf(name, document));
}

const placeOf = (file: string, position: Position | undefined): string =>
  position === undefined ? file : `${file}:${position.line}:${position.column}`;

/** A document holds one entry, a list of them, or what `export` prints: a map with the list under `entries`. */
function entriesOf(file: string, { value, positionOf }: EntryDocument): FoundEntry[] {
  const found = (inner: unknown, start: readonly string[]): FoundEntry => ({
    value: inner,
    place: (path) => placeOf(file, positionOf([...start, ...path])),
  });
  if (Array.isArray(value)) return value.map((inner, at) => found(inner, [String(at)]));
  const entries = typeof value === 'object' && value !== null && 'entries' in value ? value.entries : undefined;
  return Array.isArray(entries) ? entries.map((inner, at) => found(inner, ['entries', String(at)])) : [found(value, [])];
}

function readEntry(unverified: unknown, find: FindVariable): { readonly item?: OperatorItem; readonly faults: readonly EntryFault[] } {
  const { value, faults } = replaceVariables(unverified, find);
  if (faults.length > 0) return { faults };
  const odd = findNoJson(value);
  if (odd.length > 0) return { faults: odd };
  const item = parseOperatorItem(value);
  if (!('key' in item)) return { faults: item };
  const isTooLarge = Buffer.byteLength(JSON.stringify(value)) > MAX_ITEM_BYTES;
  return { item, faults: isTooLarge ? [...item.faults, { path: '', expected: 'at most 400 KiB' }] : item.faults };
}

/** YAML has numbers that JSON and DynamoDB can't say, and files may go deeper than items. */
function findNoJson(value: unknown): EntryFault[] {
  const left: { readonly path: readonly string[]; readonly inner: unknown }[] = [{ path: [], inner: value }];
  const faults: EntryFault[] = [];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { path, inner } = next;
    const fault = (expected: string): EntryFault => ({ path: path.join('.'), expected });
    // A larger one comes back from DynamoDB as text, and an infinite one can't be written.
    if (typeof inner === 'number' && !(Math.abs(inner) <= Number.MAX_SAFE_INTEGER))
      faults.push(fault(`a number of at most ${Number.MAX_SAFE_INTEGER}, or a text`));
    if (typeof inner !== 'object' || inner === null) continue;
    if (path.length >= MAX_ITEM_DEPTH) faults.push(fault(`at most ${MAX_ITEM_DEPTH} levels`));
    else for (const [name, member] of Object.entries(inner)) left.push({ path: [...path, name], inner: member });
  }
  return faults;
}

function lineOf(place: string, item: OperatorItem | undefined, { path, expected }: EntryFault): string {
  const label = item === undefined ? '' : `${item.table}, ${item.label}`;
  const what = [label, path].filter((part) => part !== '').join(', ');
  return `${place}:${what === '' ? '' : ` ${what}:`} expected ${expected}`;
}
