// Decision step: what the authorizer has found out so far, for whoever wants to see how a decision came about (`gatehouse explain`).
// A deployed function has nobody who watches, and then no step is even made.

import type { Api } from '../configuration/model.ts';
import type { CountedClaims } from './counted-claims.ts';
import type { Authentication, HandlerName, Principal } from './credentials/index.ts';
import type { Verdict } from './log-verdict.ts';
import type { MatchedRules } from './match-rules.ts';
import type { RuleMatch } from './rule-match.ts';

/** Questions that a known caller passes one after the other; the first that is not passed is the verdict's reason. */
export type CallerQuestion = 'owner' | 'tenant' | 'subscription' | 'rule' | 'scopes' | 'tiers' | 'end-user-jwt';

/** In the order in which they come. */
export type DecisionStep =
  /** The entries of this API, whosever they are. */
  | { readonly step: 'claims'; readonly counted: CountedClaims }
  /** The entries that the path lies below, and the rule of each. */
  | { readonly step: 'rules'; readonly matched: MatchedRules }
  /** A kind of credential that was asked. `undefined`: the request carries none of this kind. */
  | { readonly step: 'handler'; readonly name: HandlerName; readonly authentication: Authentication | undefined }
  /** A kind of credential that no rule takes, and so was not asked. */
  | { readonly step: 'handler-not-taken'; readonly name: HandlerName }
  /** Who calls, and the entry that counts for the caller's tenant. */
  | { readonly step: 'caller'; readonly principal: Principal; readonly match: RuleMatch | undefined }
  | { readonly step: 'passed'; readonly question: CallerQuestion; readonly api: Api }
  | { readonly step: 'verdict'; readonly verdict: Verdict };

/** Sees each step as it is made; must not throw. */
export type WatchDecision = (step: DecisionStep) => void;
