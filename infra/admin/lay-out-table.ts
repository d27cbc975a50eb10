// Rows for a terminal, in columns where they fit. Where they don't, cells are folded at blanks; where a word is still too
// long, each row is a block of lines, so that an id can always be copied whole.

const GAP = '  ';
const MIN_COLUMNS = 40;

type Row = Readonly<Record<string, string>>;

/** @param columns how wide; rows have the same names in the same order, which are the heads */
export function layOutTable(rows: readonly Row[], columns: number): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const heads = Object.keys(first);
  const cells = [heads, ...rows.map((row) => heads.map((head) => row[head] ?? ''))];
  const widths = fitWidths(cells, Math.max(columns, MIN_COLUMNS));
  if (widths === undefined) return rows.flatMap((row, at) => [...(at === 0 ? [] : ['']), ...blockOf(row, heads)]);
  return cells.flatMap((row) => foldRow(row, widths));
}

function blockOf(row: Row, heads: readonly string[]): string[] {
  const width = Math.max(...heads.map((head) => head.length));
  return heads.map((head) => `${head.padEnd(width)}${GAP}${row[head] ?? ''}`.trimEnd());
}

/** Undefined: no widths will do. */
function fitWidths(cells: readonly (readonly string[])[], columns: number): number[] | undefined {
  const columnOf = (at: number): string[] => cells.map((row) => row[at] ?? '');
  const count = cells[0]?.length ?? 0;
  const widths = Array.from({ length: count }, (_, at) => Math.max(...columnOf(at).map((cell) => cell.length)));
  const least = Array.from({ length: count }, (_, at) =>
    Math.max(...columnOf(at).flatMap((cell) => cell.split(' ').map((word) => word.length))),
  );
  const room = columns - GAP.length * (count - 1);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  while (sum(widths) > room) {
    const spare = widths.map((width, at) => width - (least[at] ?? 0));
    const widest = spare.indexOf(Math.max(...spare));
    if ((spare[widest] ?? 0) <= 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function foldRow(row: readonly string[], widths: readonly number[]): string[] {
  const folded = row.map((cell, at) => fold(cell, widths[at] ?? 0));
  const height = Math.max(...folded.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    folded
      .map((lines, at) => (lines[line] ?? '').padEnd(widths[at] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** Breaks a text at blanks. A word that is longer than the width stays whole. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
