// The caller of a request: the kinds of credentials that its rules take are asked in their order, functions of the tenant last.

import type { LogFields } from '../shared/log.ts';
import type { UnauthorizedReason } from '../shared/reasons/authorizer.ts';
import type { FunctionDependencies } from './credentials/function.ts';
import type { AuthenticationCase, CredentialHandler, Principal } from './credentials/index.ts';
import type { WatchDecision } from './decision-step.ts';
import { isHandlerTaken } from './handler-taken.ts';
import { chooseRuleMatch, isFunctionName } from './resource-rules.ts';
import type { RuleMatch } from './rule-match.ts';
import { audienceFault } from './token-audience.ts';

export interface CallerSearch extends FunctionDependencies {
  /** In the order in which they are asked. */
  readonly handlers: readonly CredentialHandler[];
  readonly watch?: WatchDecision;
}

export type Caller =
  | { readonly kind: 'unknown'; readonly reason: UnauthorizedReason; readonly login?: LogFields }
  /** `match`: the entry that counts for the caller's tenant; none where no entry lets it in. */
  | { readonly kind: 'known'; readonly principal: Principal; readonly match: RuleMatch | undefined };

/** The first kind of credential that was sent decides. One that the rule does not take is as if it had not been sent. */
export async function findCaller(flow: CallerSearch, given: AuthenticationCase): Promise<Caller> {
  const caller = await askHandlers(flow, flow.handlers, given);
  if (caller !== undefined) return caller;
  // Functions are asked last: a call costs time, and what everybody knows is not theirs to judge.
  const isFunctionNamed = given.matches.some(
    ({ rule }) => rule !== undefined && rule.handlers !== 'all' && rule.handlers.some(isFunctionName),
  );
  const answered = isFunctionNamed ? await askHandlers(flow, await loadFunctionHandlers(flow, given.matches), given) : undefined;
  if (answered !== undefined) return answered;
  return { kind: 'unknown', reason: given.request.authorization.kind === 'several' ? 'several-credentials' : 'no-credential' };
}

async function askHandlers(
  { watch }: Pick<CallerSearch, 'watch'>,
  handlers: readonly CredentialHandler[],
  given: AuthenticationCase,
): Promise<Caller | undefined> {
  for (const handler of handlers) {
    if (!given.matches.some(({ rule }) => isHandlerTaken(rule, handler.name, given.request))) {
      watch?.({ step: 'handler-not-taken', name: handler.name });
      continue;
    }
    const authentication = await handler.authenticate(given);
    watch?.({ step: 'handler', name: handler.name, authentication });
    if (authentication === undefined) continue;
    if (authentication.kind === 'refused') return { ...authentication, kind: 'unknown' };
    const { principal } = authentication;
    const match = chooseRuleMatch(given.matches, principal.tenant.name);
    if (match !== undefined && !isHandlerTaken(match.rule, handler.name, given.request)) continue;
    const fault = match && audienceFault(match.api, principal.resources);
    return fault === undefined ? { kind: 'known', principal, match } : { kind: 'unknown', reason: fault };
  }
  return undefined;
}

async function loadFunctionHandlers(
  dependencies: FunctionDependencies,
  matches: readonly RuleMatch[],
): Promise<readonly CredentialHandler[]> {
  const { createFunctionHandlers } = await import('./credentials/function.ts');
  return createFunctionHandlers(dependencies, matches);
}
