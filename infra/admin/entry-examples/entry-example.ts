// The contract of an example: a whole item, as an operator writes it.

export interface EntryExample {
  /** What it is an example of, where a kind has several. */
  readonly title?: string;
  /** Key included. */
  readonly item: Readonly<Record<string, unknown>>;
}

export const TENANT = 'my_company';
