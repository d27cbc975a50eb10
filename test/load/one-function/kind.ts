// One kind of request among those that a function is asked, and the answer that is documented for it.

import type { Answer } from '../../bench/end-to-end/measure-flows.ts';

export interface Kind {
  readonly what: string;
  /** How often it comes, beside the shares of the others. */
  readonly share: number;
  /** Makes the next one ready. Undefined: there is nothing to ask about now. */
  next(): Asked | undefined | Promise<Asked | undefined>;
}

export interface Asked {
  readonly event: unknown;
  readonly isRight: (answer: Answer) => boolean;
  /** Takes what a right answer brings. */
  readonly keep?: (answer: Answer) => void;
  /** It is answered late on purpose, as every failed login: others go on meanwhile. */
  readonly isLate?: boolean;
}

/** A number for each name that nobody has had before. */
export function createNumbers(): () => number {
  let last = 0;
  return () => ++last;
}

/** An IPv4 address that is the n-th. */
export const addressOf = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

export const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

/** One of them, by their shares. */
export function pickKind(kinds: readonly Kind[]): Kind {
  let left = Math.random() * kinds.reduce((sum, { share }) => sum + share, 0);
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  throw new Error('There are no kinds of requests.');
}
