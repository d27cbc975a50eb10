// Tables of WSO2's database as an export has them.

/** A row by the names of its columns, in capitals. */
export type TableRow = ReadonlyMap<string, string>;

/** Rows of each table by the table's name. */
export type Tables = ReadonlyMap<string, readonly TableRow[]>;
