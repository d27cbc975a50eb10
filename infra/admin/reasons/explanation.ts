// The contract of an explanation: what the one word of a log line says to the operator who reads it.

export interface Explanation {
  /** What happened, and which entry, attribute or part of AWS decided. One or two plain sentences. */
  readonly meaning: string;
  /** What to change, and where: the entry and its attribute, or who has to act. */
  readonly change: string;
}

/** The explanations of some words, every one of them. */
export type Explained<R extends string> = Readonly<Record<R, Explanation>>;

/** Reasons that belong together, as the page shows them. */
export interface ReasonArea {
  readonly title: string;
  /** Where the words stand in the log, and what the caller gets. */
  readonly introduction: string;
  readonly reasons: Explained<string>;
}

/** Explanations of words that have the same beginning, from those of what follows it. */
export function withPrefix<P extends string, R extends string>(prefix: P, reasons: Explained<R>): Explained<`${P}${R}`> {
  return Object.fromEntries(
    Object.entries(reasons).map(([name, explanation]) => [`${prefix}${name}`, explanation]),
  ) as Explained<`${P}${R}`>;
}

/** All but these. */
export function without<R extends string, O extends R>(reasons: Explained<R>, ...leftOut: readonly O[]): Explained<Exclude<R, O>> {
  const left: ReadonlySet<string> = new Set(leftOut);
  return Object.fromEntries(Object.entries(reasons).filter(([name]) => !left.has(name))) as Explained<Exclude<R, O>>;
}
