// What a file of a folder holds once it is parsed: values, and where in the file each of them stands.

/** Both count from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface EntryDocument {
  readonly value: unknown;
  /** Of the value at a path, or of the nearest one around it. */
  positionOf(path: readonly string[]): Position | undefined;
}

/** Says what was expected and never what is there: that may be a secret in the wrong place. */
export interface DocumentFault {
  readonly position: Position | undefined;
  readonly expected: string;
}

export type ParsedDocuments = { readonly documents: readonly EntryDocument[] } | { readonly faults: readonly DocumentFault[] };

/** As deep as DynamoDB takes items (Developer Guide, Quotas), and a list of entries around them. */
export const MAX_DOCUMENT_DEPTH = 40;

/** @param offset in UTF-16 code units */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** A folder, or a file beside it, can't be read, or is none: the message says which, and why. */
export class FolderNotReadable extends Error {
  override readonly name = 'FolderNotReadable';
}
