// FLOW of the authorizer (functions/README.md, "An authorized call"): event → place and rules → credential → principal
// → rule → end-user JWT → response. Each step answers with a value; what throws is an outage or a bug, and API Gateway
// then answers 500.

import type { Tenant } from '../configuration/model.ts';
import { isTenantAllowed } from '../configuration/resources.ts';
import type { ExternalJwtVerifier } from '../external-issuers/external-jwt.ts';
import type { InvokeFunction } from '../outbound/invoke-function.ts';
import type { AccessTokenDependencies } from '../own-tokens/access-token.ts';
import { createAccessTokenCheck } from '../own-tokens/check-access-token.ts';
import type { Log } from '../shared/log.ts';
import type { ForbiddenReason } from '../shared/reasons/authorizer.ts';
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
import type { CredentialHandler, Principal } from './credentials/index.ts';
import type { WatchDecision } from './decision-step.ts';
import { subjectOfPrincipal, subscriptionTier } from './end-user-claims.ts';
import { createEndUserJwt, type EndUserJwtMint } from './end-user-jwt.ts';
import { parseAuthorizerRequest } from './events/index.ts';
import { findCaller } from './find-caller.ts';
import { logClaimedTwice, logOutage, logVerdict, type Verdict } from './log-verdict.ts';
import { matchRules } from './match-rules.ts';
import { findAllowedResource, hasWildcard } from './policy-resource.ts';
import { REFUSAL_CODES } from './refusal-context.ts';
import { checkRule, isPublic } from './resource-rules.ts';
import type { RuleMatch } from './rule-match.ts';

export interface AuthorizerDependencies extends AccessTokenDependencies {
  /** Seconds for which API Gateway keeps an answer. */
  readonly authorizerCacheSeconds: number;
  /** Ids of HTTP APIs whose authorizer is told to want the simple form. */
  readonly simpleResponseApis: ReadonlySet<string>;
  readonly attempts: Pick<AttemptStore, 'rememberSignIn'>;
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
  /** For those who explain a decision. Absent, as in the function that is deployed: nobody watches. */
  readonly watch?: WatchDecision;
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
    dependencies.watch?.({ step: 'verdict', verdict });
    logVerdict(dependencies.log, request, verdict);
    return respond(request, verdict, wantsSimpleResponse(request, dependencies.simpleResponseApis));
  };
}

async function loadExternalToken(dependencies: AuthorizerDependencies): Promise<BearerTokenCheck> {
  const { createExternalToken } = await import('./bearer-tokens/external-token.ts');
  return createExternalToken(dependencies);
}

interface Flow extends AuthorizerDependencies {
  readonly handlers: readonly CredentialHandler[];
  readonly mintEndUserJwt: EndUserJwtMint;
}

async function decide(flow: Flow, request: AuthorizerRequest, nowSeconds: number): Promise<Verdict> {
  if (request.path.kind === 'ambiguous') return forbidden('ambiguous-path');
  if (hasWildcard(request.arn)) return forbidden('unsafe-resource');
  const counted = await findCountedClaims(flow.tenants, request);
  flow.watch?.({ step: 'claims', counted });
  if (counted.kind === 'claimed-twice') {
    logClaimedTwice(flow.log, request, counted.entries);
    return forbidden('api-claimed-twice');
  }
  const matched = matchRules(counted.claims, request);
  flow.watch?.({ step: 'rules', matched });
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
  flow.watch?.({ step: 'caller', principal, match });
  const owner = match === undefined ? undefined : await findOwner(flow, match, principal);
  if (match === undefined || owner === undefined) return { ...forbidden('tenant-not-allowed'), principal };
  return { ...(await decideByRule(flow, { principal, match, owner, resource, nowSeconds })), principal, api: match.api };
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
  flow.watch?.({ step: 'passed', question: 'owner', api });
  if (!isTenantAllowed(api, principal.tenant.name)) return forbidden('tenant-not-allowed');
  flow.watch?.({ step: 'passed', question: 'tenant', api });
  if (api.requireSubscription && subscriptionTier(principal.client, api) === undefined) return forbidden('no-subscription');
  flow.watch?.({ step: 'passed', question: 'subscription', api });
  if (rule === undefined) return forbidden('no-rule');
  flow.watch?.({ step: 'passed', question: 'rule', api });
  const check = checkRule(rule, principal);
  if (check.kind === 'lacking') {
    const { metadataUrl } = api.discovery ?? {};
    return {
      ...forbidden('scope-or-permission-missing'),
      scopes: check.scopes,
      rule: rule.path,
      ...(metadataUrl !== undefined && { metadataUrl }),
    };
  }
  flow.watch?.({ step: 'passed', question: 'scopes', api });
  if (api.countTiers) {
    const count = await countTiers(flow, principal, api, nowSeconds);
    if (count.kind === 'over') return { ...count, kind: 'throttled', reason: 'tier-used-up' };
  }
  flow.watch?.({ step: 'passed', question: 'tiers', api });
  const endUserJwt = await flow.mintEndUserJwt(principal, api, owner, nowSeconds);
  flow.watch?.({ step: 'passed', question: 'end-user-jwt', api });
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
