// FLOW of the authorizer (functions/README.md, "An authorized call"): event → place and rules → credential → principal
// → rule → end-user JWT → response. Each step answers with a value; what throws is an outage or a bug, and API Gateway
// then answers 500.

import type { Tenant } from '../configuration/model.ts';
import type { ExternalJwtVerifier } from '../external-issuers/external-jwt.ts';
import type { InvokeFunction } from '../outbound/invoke-function.ts';
import { type AccessTokenDependencies, createAccessTokenCheck } from '../own-tokens/access-token.ts';
import type { Log, LogFields } from '../shared/log.ts';
import type { ForbiddenReason, UnauthorizedReason } from '../shared/reasons/authorizer.ts';
import { inTime } from '../shared/time-budget.ts';
import type { RequestCountStore } from '../storage/request-counts.ts';
import type { AttemptStore } from '../storage/stores.ts';
import type { UserFinder, Userstores } from '../userstores/userstore.ts';
import { contextOf, PUBLIC_CONTEXT } from './allowed-context.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import { type AuthorizerResponse, errorWithoutStack, respond, wantsSimpleResponse } from './authorizer-response.ts';
import { type BearerTokenCheck, loadLate } from './bearer-tokens/index.ts';
import { createOwnToken } from './bearer-tokens/own-token.ts';
import { countTiers } from './count-tiers.ts';
import { findCountedClaims } from './counted-claims.ts';
import { createBasic } from './credentials/basic.ts';
import { createBearer } from './credentials/bearer.ts';
import { createCertificate } from './credentials/certificate.ts';
import type { AuthenticationCase, CredentialHandler, Principal } from './credentials/index.ts';
import { subjectOfPrincipal, subscriptionTier } from './end-user-claims.ts';
import { createEndUserJwt, type EndUserJwtMint } from './end-user-jwt.ts';
import { parseAuthorizerRequest } from './events/index.ts';
import { isHandlerTaken } from './handler-taken.ts';
import { logClaimedTwice, logOutage, logVerdict, type Verdict } from './log-verdict.ts';
import { matchRules } from './match-rules.ts';
import { findAllowedResource, hasWildcard } from './policy-resource.ts';
import { REFUSAL_CODES } from './refusal-context.ts';
import { checkRule, chooseRuleMatch, isFunctionName, isPublic, isTenantAllowed } from './resource-rules.ts';
import type { RuleMatch } from './rule-match.ts';

export interface AuthorizerDependencies extends AccessTokenDependencies {
  /** Seconds for which API Gateway keeps an answer. */
  readonly authorizerCacheSeconds: number;
  /** Ids of HTTP APIs whose authorizer is told to want the simple form. */
  readonly simpleResponseApis: ReadonlySet<string>;
  readonly attempts: AttemptStore;
  readonly requestCounts: RequestCountStore;
  /** Calls the functions that rules name as handlers. */
  readonly invokeFunction: InvokeFunction;
  /** Opened when a token first needs it. */
  readonly externalJwts: () => Promise<ExternalJwtVerifier>;
  /** Opened when a caller first needs them. */
  readonly userstores: () => Promise<Pick<Userstores, 'authenticateUser'> & UserFinder>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * Opens the handler. It throws `Error('Unauthorized')` where there is no credential or a bad one, another error where
 * something that it needs does not answer, and nothing that it throws is cached by API Gateway.
 */
export function createAuthorizer(dependencies: AuthorizerDependencies): (event: unknown) => Promise<AuthorizerResponse> {
  const flow: Flow = {
    ...dependencies,
    // The order in which they are asked. What the caller sent in the request comes before what its connection has.
    handlers: [
      createBearer([createOwnToken(createAccessTokenCheck(dependencies)), loadLate(() => loadExternalToken(dependencies))]),
      createBasic(dependencies),
      createCertificate(dependencies),
    ],
    mintEndUserJwt: createEndUserJwt(dependencies),
  };
  return async (event) => {
    let request: AuthorizerRequest | undefined;
    let verdict: Verdict;
    try {
      request = parseAuthorizerRequest(event);
      verdict = await inTime(decide(flow, request, Math.floor(dependencies.clock() / 1000)));
    } catch (error) {
      logOutage(dependencies.log, request, error);
      // Not the error itself: API Gateway tells outcomes apart by the message.
      throw errorWithoutStack('The authorizer can not decide.');
    }
    logVerdict(dependencies.log, request, verdict);
    return respond(request, verdict, wantsSimpleResponse(request, dependencies.simpleResponseApis));
  };
}

async function loadExternalToken(dependencies: AuthorizerDependencies): Promise<BearerTokenCheck> {
  const { createExternalToken } = await import('./bearer-tokens/external-token.ts');
  return createExternalToken(dependencies);
}

async function loadFunctionHandlers(
  dependencies: AuthorizerDependencies,
  matches: readonly RuleMatch[],
): Promise<readonly CredentialHandler[]> {
  const { createFunctionHandlers } = await import('./credentials/function.ts');
  return createFunctionHandlers(dependencies, matches);
}

interface Flow extends AuthorizerDependencies {
  readonly handlers: readonly CredentialHandler[];
  readonly mintEndUserJwt: EndUserJwtMint;
}

async function decide(flow: Flow, request: AuthorizerRequest, nowSeconds: number): Promise<Verdict> {
  if (request.path.kind === 'ambiguous') return forbidden('ambiguous-path');
  if (hasWildcard(request.arn)) return forbidden('unsafe-resource');
  const counted = await findCountedClaims(flow.tenants, request);
  if (counted.kind === 'claimed-twice') {
    logClaimedTwice(flow.log, request, counted.entries);
    return forbidden('api-claimed-twice');
  }
  const matched = matchRules(counted.claims, request);
  if (matched.kind === 'unmatched') return forbidden(matched.reason);
  const { matches } = matched;
  const resource = wantsSimpleResponse(request, flow.simpleResponseApis)
    ? request.arn
    : findAllowedResource(request, matches, counted.claims);
  if (resource === undefined) return forbidden('path-too-long');
  if (isPublic(matches)) return { kind: 'allowed', reason: 'open', principalId: 'anonymous', resource, context: PUBLIC_CONTEXT };
  const caller = await findCaller(flow, { request, matches, nowSeconds });
  if (caller.kind === 'unknown') return { ...caller, kind: 'unauthorized' };
  const { principal, match } = caller;
  const owner = match === undefined ? undefined : await findOwner(flow, match, principal);
  if (match === undefined || owner === undefined) return { ...forbidden('tenant-not-allowed'), principal };
  return { ...(await decideByRule(flow, { principal, match, owner, resource, nowSeconds })), principal, api: match.api };
}

type Caller =
  | { readonly kind: 'unknown'; readonly reason: UnauthorizedReason; readonly login?: LogFields }
  /** `match`: the entry that counts for the caller's tenant; none where no entry lets it in. */
  | { readonly kind: 'known'; readonly principal: Principal; readonly match: RuleMatch | undefined };

/** The first kind of credential that was sent decides. One that the rule does not take is as if it had not been sent. */
async function findCaller(flow: Flow, given: AuthenticationCase): Promise<Caller> {
  const caller = await askHandlers(flow.handlers, given);
  if (caller !== undefined) return caller;
  // Functions are asked last: a call costs time, and what everybody knows is not theirs to judge.
  const isFunctionNamed = given.matches.some(
    ({ rule }) => rule !== undefined && rule.handlers !== 'all' && rule.handlers.some(isFunctionName),
  );
  const answered = isFunctionNamed ? await askHandlers(await loadFunctionHandlers(flow, given.matches), given) : undefined;
  if (answered !== undefined) return answered;
  return { kind: 'unknown', reason: given.request.authorization.kind === 'several' ? 'several-credentials' : 'no-credential' };
}

async function askHandlers(handlers: readonly CredentialHandler[], given: AuthenticationCase): Promise<Caller | undefined> {
  for (const handler of handlers) {
    if (!given.matches.some(({ rule }) => isHandlerTaken(rule, handler.name, given.request))) continue;
    const authentication = await handler.authenticate(given);
    if (authentication === undefined) continue;
    if (authentication.kind === 'refused') return { ...authentication, kind: 'unknown' };
    const { principal } = authentication;
    const match = chooseRuleMatch(given.matches, principal.tenant.name);
    if (match === undefined || isHandlerTaken(match.rule, handler.name, given.request)) return { kind: 'known', principal, match };
  }
  return undefined;
}

/** The tenant that owns the API, whose settings its backend knows; undefined where it is suspended. */
async function findOwner(flow: Flow, { api }: RuleMatch, principal: Principal): Promise<Tenant | undefined> {
  if (api.owner === principal.tenant.name) return principal.tenant;
  const owner = await flow.tenants.findTenant(api.owner);
  return owner?.status === 'active' ? owner : undefined;
}

interface RuleCase {
  readonly principal: Principal;
  readonly match: RuleMatch;
  readonly owner: Tenant;
  /** What an Allow names. */
  readonly resource: string;
  readonly nowSeconds: number;
}

async function decideByRule(flow: Flow, { principal, match: { api, rule }, owner, resource, nowSeconds }: RuleCase): Promise<Verdict> {
  if (!isTenantAllowed(api, principal.tenant.name)) return forbidden('tenant-not-allowed');
  if (api.requireSubscription && subscriptionTier(principal.client, api) === undefined) return forbidden('no-subscription');
  if (rule === undefined) return forbidden('no-rule');
  const check = checkRule(rule, principal);
  if (check.kind === 'lacking') return { ...forbidden('scope-or-permission-missing'), scopes: check.scopes };
  if (api.countTiers) {
    const count = await countTiers(flow, principal, api, nowSeconds);
    if (count.kind === 'over') return { ...count, kind: 'throttled', reason: 'tier-used-up' };
  }
  const endUserJwt = await flow.mintEndUserJwt(principal, api, owner, nowSeconds);
  const { endsAtSeconds = Number.POSITIVE_INFINITY } = principal;
  return {
    kind: 'allowed',
    reason: 'rule-met',
    rule: rule.path,
    principalId: subjectOfPrincipal(principal),
    resource,
    context: contextOf(principal, endUserJwt),
    ...(endsAtSeconds < nowSeconds + flow.authorizerCacheSeconds && { endsAtSeconds }),
    ...(principal.client?.usageKey !== undefined && { usageKey: principal.client.usageKey }),
  };
}

function forbidden(reason: ForbiddenReason): Extract<Verdict, { kind: 'forbidden' }> {
  return { kind: 'forbidden', code: REFUSAL_CODES[reason], reason };
}
