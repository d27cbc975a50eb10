// What the parser of entries answers: an entry, or what is wrong with it.

/** What is wrong at one place of an entry. `path` is dotted, empty for the entry itself. */
export interface EntryFault {
  readonly path: string;
  readonly expected: string;
}

export type ParsedEntry<T> = { readonly entry: T; readonly warnings: readonly EntryFault[] } | { readonly faults: readonly EntryFault[] };
