// The tokens that the load holds: those that must be good, and those that must be dead.

import type { Format, Tokens } from '../../bench/end-to-end/flow.ts';
import type { Revocation } from '../../bench/end-to-end/world.ts';
import { oneOf } from './kind.ts';

export interface Held {
  readonly format: Format;
  readonly revocation: Revocation;
  accessToken: string;
  /** Absent: of an application's own tokens. */
  refreshToken: string | undefined;
  /** What the last renewal replaced. */
  renewed?: { readonly refreshToken: string; readonly atMs: number };
  /** Tokens that it was exchanged for: they end with it. */
  readonly exchanged: string[];
}

/** Whose it was. */
export type EndedToken = Pick<Held, 'format' | 'revocation' | 'accessToken' | 'refreshToken'>;

type EndedBy = 'renewal' | 'revocation';

/** What a renewal replaces is good for 30 s. */
const GRACE_MS = 35_000;
/** A feed promises 10 s; a machine that is busy has half a minute. */
const FEED_MS = 30_000;

/** How long a token may go on that has ended so, where that function is asked. `Infinity`: until it expires. */
export function lastsMs(name: 'token' | 'authorizer', { format, revocation }: Pick<Held, 'format' | 'revocation'>, by: EndedBy): number {
  if (format === 'jwt' && revocation === 'offline') return Number.POSITIVE_INFINITY;
  const isFed = format === 'jwt' && revocation === 'feed' && name === 'authorizer';
  if (by === 'renewal') return isFed ? Number.POSITIVE_INFINITY : GRACE_MS;
  return isFed ? FEED_MS : 0;
}

const MAX_LIVE = 300;
const MAX_DEAD = 300;
const MAX_DYING = 300;
const MAX_EXCHANGED = 5;

export interface HeldTokens {
  readonly live: readonly Held[];
  /** Those that must be dead by now. */
  dead(): readonly EndedToken[];
  /** No room for more before one has been ended. */
  isFull(): boolean;
  add(whose: Pick<Held, 'format' | 'revocation'>, tokens: Partial<Tokens>): void;
  /** One that is good. @param isOfUser one with a refresh token */
  anyLive(isOfUser?: boolean): Held | undefined;
  anyDead(): EndedToken | undefined;
  renew(held: Held, tokens: Tokens): void;
  exchange(held: Held, accessToken: string): void;
  /** It was revoked, and what came of it. */
  end(held: Held): void;
}

/** @param name of the function that is asked about them */
export function createHeldTokens(name: 'token' | 'authorizer'): HeldTokens {
  const live: Held[] = [];
  const dead: EndedToken[] = [];
  let dying: { readonly token: EndedToken; readonly untilMs: number }[] = [];

  function bury(token: EndedToken): void {
    dead.push(token);
    if (dead.length > MAX_DEAD) dead.shift();
  }
  function end({ format, revocation }: Held, endedBy: EndedBy, accessToken: string, refreshToken?: string): void {
    const token = { format, revocation, accessToken, refreshToken };
    const ms = lastsMs(name, token, endedBy);
    if (ms === 0) bury(token);
    else if (Number.isFinite(ms) && dying.length < MAX_DYING) dying.push({ token, untilMs: performance.now() + ms });
  }
  function buryDue(): void {
    const nowMs = performance.now();
    for (const { token } of dying.filter(({ untilMs }) => untilMs <= nowMs)) bury(token);
    dying = dying.filter(({ untilMs }) => untilMs > nowMs);
  }
  return {
    live,
    dead() {
      buryDue();
      return dead;
    },
    isFull: () => live.length >= MAX_LIVE,
    add(whose, { access_token: accessToken = '', refresh_token: refreshToken }) {
      live.push({ ...whose, accessToken, refreshToken, exchanged: [] });
    },
    anyLive: (isOfUser = false) => oneOf(isOfUser ? live.filter(({ refreshToken }) => refreshToken !== undefined) : live),
    anyDead() {
      buryDue();
      return oneOf(dead);
    },
    renew(held, tokens) {
      end(held, 'renewal', held.accessToken);
      held.renewed = { refreshToken: held.refreshToken ?? '', atMs: performance.now() };
      held.accessToken = tokens.access_token;
      held.refreshToken = tokens.refresh_token;
    },
    exchange(held, accessToken) {
      if (held.exchanged.length < MAX_EXCHANGED) held.exchanged.push(accessToken);
    },
    end(held) {
      live.splice(live.indexOf(held), 1);
      end(held, 'revocation', held.accessToken, held.refreshToken);
      for (const accessToken of held.exchanged) end(held, 'revocation', accessToken);
    },
  };
}
