// One line of the table of figures.

/** One line of the table. A ratio speaks for itself; the absolute figure says on what machine it was seen. */
export interface Row {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly ratio: number;
  /** `≥ 0.65`, `≤ 2`. */
  readonly aim: string;
}

/** Whether a ratio meets its aim. */
export function isMet({ ratio, aim }: Row): boolean {
  const bound = Number(aim.slice(2));
  return aim.startsWith('≥') ? ratio >= bound : ratio <= bound;
}
