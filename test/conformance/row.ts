// One row of the conformance table: a MUST or MUST NOT of an RFC, and the test that proves it, or why it is not met.

export interface Row {
  /** `RFC 7523` */
  readonly rfc: string;
  readonly section: string;
  readonly requirement: string;
  /** Part of the test's name as its file has it, and the file, from `test/`. */
  readonly proof: { readonly file: string; readonly test: string } | { readonly notMet: string };
}

type ShortRow =
  | readonly [section: string, requirement: string, file: string, test: string]
  | readonly [section: string, requirement: string, notMet: string];

/** Rows of one RFC. */
export function rowsOf(rfc: string, rows: readonly ShortRow[]): readonly Row[] {
  return rows.map((row): Row => {
    const [section, requirement, third, test] = row;
    return { rfc, section, requirement, proof: test === undefined ? { notMet: third } : { file: third, test } };
  });
}
