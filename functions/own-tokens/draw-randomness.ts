// Randomness of the tokens of one issue.

import { randomBytes } from 'node:crypto';

/** What an issue needs at most: the id of a grant and its family, 16 each, and two tokens, 32 each. */
const RANDOM_BYTES = 96;

/** Random bytes for one issue, none of them given twice. */
export interface Randomness {
  bytes(count: number): Buffer;
  /** Base64url. */
  text(count: number): string;
}

/**
 * Draws the randomness of one issue at once: a call of the generator costs 1.4 µs, whatever its length. What is left over is
 * thrown away: nothing waits in memory, where a copy of the function could hand it out a second time.
 */
export function drawRandomness(): Randomness {
  const drawn = randomBytes(RANDOM_BYTES);
  let used = 0;
  const bytes = (count: number): Buffer => {
    if (used + count > RANDOM_BYTES) throw new Error('More randomness is asked for than was drawn.');
    used += count;
    return drawn.subarray(used - count, used);
  };
  return { bytes, text: (count) => bytes(count).toString('base64url') };
}
