// Tokens that have ended, from the moment on at which they must be dead.

import type { Format } from '../../bench/end-to-end/flow.ts';
import type { Revocation } from '../../bench/end-to-end/world.ts';

/** A token, and whose it is. */
export interface HeldToken {
  readonly format: Format;
  readonly revocation: Revocation;
  readonly accessToken: string;
  /** Absent: of an application's own tokens. */
  readonly refreshToken?: string | undefined;
}

export type EndedBy = 'renewal' | 'revocation';

/** What a renewal replaces is good for 30 s. */
const GRACE_MS = 35_000;
/** A feed promises 10 s; a machine that is busy has half a minute. */
const FEED_MS = 30_000;
const MAX_DEAD = 300;
const MAX_DYING = 300;

/** How long a token may go on that has ended so, where that function is asked. `Infinity`: until it expires. */
export function lastsMs(
  name: 'token' | 'authorizer',
  { format, revocation }: Pick<HeldToken, 'format' | 'revocation'>,
  by: EndedBy,
): number {
  if (format === 'jwt' && revocation === 'offline') return Number.POSITIVE_INFINITY;
  const isFed = format === 'jwt' && revocation === 'feed' && name === 'authorizer';
  if (by === 'renewal') return isFed ? Number.POSITIVE_INFINITY : GRACE_MS;
  return isFed ? FEED_MS : 0;
}

interface DeadTokens {
  add(token: HeldToken, by: EndedBy): void;
  /** Those that must be dead by now, the newest of them. */
  list(): readonly HeldToken[];
}

/** @param name of the function that is asked about them */
export function createDeadTokens(name: 'token' | 'authorizer'): DeadTokens {
  const dead: HeldToken[] = [];
  let dying: { readonly token: HeldToken; readonly untilMs: number }[] = [];

  function bury(token: HeldToken): void {
    dead.push(token);
    if (dead.length > MAX_DEAD) dead.shift();
  }
  return {
    add(token, by) {
      const ms = lastsMs(name, token, by);
      if (ms === 0) bury(token);
      else if (Number.isFinite(ms) && dying.length < MAX_DYING) dying.push({ token, untilMs: performance.now() + ms });
    },
    list() {
      const nowMs = performance.now();
      for (const { token } of dying.filter(({ untilMs }) => untilMs <= nowMs)) bury(token);
      dying = dying.filter(({ untilMs }) => untilMs > nowMs);
      return dead;
    },
  };
}
