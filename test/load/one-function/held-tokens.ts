// The tokens that the load holds: those that must be good, and those that must be dead.

import type { Tokens } from '../../bench/end-to-end/flow.ts';
import { createDeadTokens, type HeldToken } from './dead-tokens.ts';
import { oneOf } from './kind.ts';

export type Whose = Pick<HeldToken, 'format' | 'revocation'>;

/** The newest tokens of a grant that lives. */
export interface Held extends Whose {
  accessToken: string;
  refreshToken: string | undefined;
  /** What the last renewal replaced. */
  renewed?: { readonly refreshToken: string; readonly atMs: number };
  /** Tokens that it was exchanged for: they end with it. */
  readonly exchanged: string[];
}

const MAX_LIVE = 300;
const MAX_EXCHANGED = 5;

export interface HeldTokens {
  readonly live: readonly Held[];
  /** Those that must be dead by now. */
  dead(): readonly HeldToken[];
  /** No room for more before one has been ended. */
  isFull(): boolean;
  add(whose: Whose, tokens: Partial<Tokens>): void;
  /** One that is good. @param isOfUser one with a refresh token */
  anyLive(isOfUser?: boolean): Held | undefined;
  anyDead(): HeldToken | undefined;
  renew(held: Held, tokens: Tokens): void;
  exchange(held: Held, accessToken: string): void;
  /** It was revoked, and what came of it. */
  end(held: Held): void;
}

/** @param name of the function that is asked about them */
export function createHeldTokens(name: 'token' | 'authorizer'): HeldTokens {
  const live: Held[] = [];
  const dead = createDeadTokens(name);
  return {
    live,
    dead: dead.list,
    isFull: () => live.length >= MAX_LIVE,
    add(whose, { access_token: accessToken = '', refresh_token: refreshToken }) {
      live.push({ ...whose, accessToken, refreshToken, exchanged: [] });
    },
    anyLive: (isOfUser = false) => oneOf(isOfUser ? live.filter(({ refreshToken }) => refreshToken !== undefined) : live),
    anyDead: () => oneOf(dead.list()),
    renew(held, tokens) {
      dead.add({ ...held, refreshToken: undefined }, 'renewal');
      held.renewed = { refreshToken: held.refreshToken ?? '', atMs: performance.now() };
      held.accessToken = tokens.access_token;
      held.refreshToken = tokens.refresh_token;
    },
    exchange(held, accessToken) {
      if (held.exchanged.length < MAX_EXCHANGED) held.exchanged.push(accessToken);
    },
    end(held) {
      live.splice(live.indexOf(held), 1);
      dead.add({ ...held }, 'revocation');
      for (const accessToken of held.exchanged) dead.add({ ...held, accessToken, refreshToken: undefined }, 'revocation');
    },
  };
}
