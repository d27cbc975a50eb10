// One line of the table of figures.

/** One line of the table. A ratio speaks for itself; the absolute figure says on what machine it was seen. */
export interface Row {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly ratio: number;
  /** `≥ 0.65`, `≤ 2`; `–` where it is shown for comparison alone. */
  readonly aim: string;
}

/** Whether a ratio meets its aim: `yes`, `no`, or `–` where it has none. */
export function metOf({ ratio, aim }: Row): 'yes' | 'no' | '–' {
  if (aim === '–') return '–';
  const bound = Number(aim.slice(2));
  return (aim.startsWith('≥') ? ratio >= bound : ratio <= bound) ? 'yes' : 'no';
}
