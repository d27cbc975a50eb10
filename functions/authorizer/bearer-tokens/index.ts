// The contract of what can tell whether a bearer token is good.

import { lazy } from '../../shared/lazy.ts';
import type { NotMineReason } from '../../shared/reasons/authorizer.ts';
import type { Authentication, AuthenticationCase } from '../credentials/index.ts';

/** `not-mine`: somebody else may know it. */
export type BearerTokenAnswer = Authentication | { readonly kind: 'not-mine'; readonly reason: NotMineReason };

/** @throws Unavailable where a store can't say */
export type BearerTokenCheck = (token: string, given: AuthenticationCase) => Promise<BearerTokenAnswer>;

/** A check that is loaded when the first token comes that nobody before it knows. */
export function loadLate(load: () => Promise<BearerTokenCheck>): BearerTokenCheck {
  const loaded = lazy(load);
  return async (token, given) => (await loaded())(token, given);
}
