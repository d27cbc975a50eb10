// Entry faults: what the parser of entries answers where an entry is wrong.

/** What is wrong at one place of an entry. `path` is dotted, empty for the entry itself. */
export interface EntryFault {
  readonly path: string;
  readonly expected: string;
}

export type ParsedEntry<T> = { readonly entry: T; readonly warnings: readonly EntryFault[] } | { readonly faults: readonly EntryFault[] };
