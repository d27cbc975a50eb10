// FLOW of the authorizer (DESIGN section 5): event → place and rules → credential → principal → rule → end-user JWT →
// response. Each step answers with a value; what throws is an outage or a bug, and API Gateway then answers 500.

import { type AccessTokenDependencies, openAccessTokenCheck } from '../shared/access-token.ts';
import type { ForeignJwtVerifier } from '../shared/foreign-jwt/index.ts';
import type { Log } from '../shared/log.ts';
import type { Tenant } from '../shared/model.ts';
import type { InvokeFunction } from '../shared/net/invoke-function.ts';
import type { RequestCountStore } from '../shared/request-counts.ts';
import type { AttemptStore } from '../shared/stores.ts';
import { qualifiedName } from '../shared/username.ts';
import type { UserFinder, Userstores } from '../userstores/index.ts';
import { type AuthorizerRequest, parseAuthorizerRequest } from './authorizer-request.ts';
import { type AllowedContext, type AuthorizerResponse, isSafeResource, type RefusalCode, respond } from './authorizer-response.ts';
import { type BearerTokenCheck, openLate } from './bearer-tokens/index.ts';
import { openOwnToken } from './bearer-tokens/own-token.ts';
import { countTiers } from './count-tiers.ts';
import { openBasic } from './credentials/basic.ts';
import { openBearer } from './credentials/bearer.ts';
import { openCertificate } from './credentials/certificate.ts';
import type { AuthenticationCase, CredentialHandler, Principal } from './credentials/index.ts';
import { subjectOfPrincipal, subscriptionTier } from './end-user-claims.ts';
import { type EndUserJwtMint, openEndUserJwt } from './end-user-jwt.ts';
import { logOutage, logVerdict, type Verdict } from './log-verdict.ts';
import {
  checkRule,
  choosePlace,
  findPlaces,
  isFunctionName,
  isHandlerAllowed,
  isOpen,
  isTenantAllowed,
  type Place,
} from './resource-rules.ts';

export interface AuthorizerDependencies extends AccessTokenDependencies {
  /** For how long API Gateway keeps an answer. */
  readonly authorizerCacheSeconds: number;
  /** Ids of HTTP APIs whose authorizer is told to want the simple form. */
  readonly simpleResponseApis: ReadonlySet<string>;
  readonly attempts: AttemptStore;
  readonly requestCounts: RequestCountStore;
  /** Calls the functions that rules name as handlers. */
  readonly invokeFunction: InvokeFunction;
  /** Opened when a token first needs it. */
  readonly foreignJwts: () => Promise<ForeignJwtVerifier>;
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
export function openAuthorizer(dependencies: AuthorizerDependencies): (event: unknown) => Promise<AuthorizerResponse> {
  const flow: Flow = {
    ...dependencies,
    // The order in which they are asked. What the caller sent in the request comes before what its connection has.
    handlers: [
      openBearer([openOwnToken(openAccessTokenCheck(dependencies)), openLate(() => loadForeignToken(dependencies))]),
      openBasic(dependencies),
      openCertificate(dependencies),
    ],
    mintEndUserJwt: openEndUserJwt(dependencies),
  };
  return async (event) => {
    let request: AuthorizerRequest | undefined;
    let verdict: Verdict;
    try {
      request = parseAuthorizerRequest(event);
      verdict = await decide(flow, request, Math.floor(dependencies.clock() / 1000));
    } catch (error) {
      logOutage(dependencies.log, request, error);
      // Not the error itself: API Gateway tells outcomes apart by the message.
      throw new Error('The authorizer can not decide.');
    }
    logVerdict(dependencies.log, request, verdict);
    return respond(request, verdict, request.kind === 'http-2' && dependencies.simpleResponseApis.has(request.apiId));
  };
}

async function loadForeignToken(dependencies: AuthorizerDependencies): Promise<BearerTokenCheck> {
  const { openForeignToken } = await import('./bearer-tokens/foreign-token.ts');
  return openForeignToken(dependencies);
}

async function loadFunctionHandlers(dependencies: AuthorizerDependencies, places: readonly Place[]): Promise<readonly CredentialHandler[]> {
  const { openFunctionHandlers } = await import('./credentials/function.ts');
  return openFunctionHandlers(dependencies, places);
}

interface Flow extends AuthorizerDependencies {
  readonly handlers: readonly CredentialHandler[];
  readonly mintEndUserJwt: EndUserJwtMint;
}

async function decide(flow: Flow, request: AuthorizerRequest, nowSeconds: number): Promise<Verdict> {
  if (request.path.kind === 'ambiguous') return forbidden('900906', 'ambiguous-path');
  if (!isSafeResource(request.arn)) return forbidden('900906', 'unsafe-resource');
  const apis = await flow.tenants.findApis(request.apiId);
  const places = findPlaces(apis, request);
  if (places.length === 0) return forbidden('900906', 'no-api-entry');
  if (isOpen(places, apis, request)) return OPEN;
  const caller = await findCaller(flow, { request, places, nowSeconds });
  if (caller.kind === 'unknown') return { kind: 'unauthorized', reason: caller.reason };
  const { principal, place } = caller;
  const owner = place === undefined ? undefined : await findOwner(flow, place, principal);
  if (place === undefined || owner === undefined) return { ...forbidden('900908', 'tenant-not-allowed'), principal };
  return { ...(await decideByRule(flow, place, principal, owner, nowSeconds)), principal, api: place.api };
}

type Caller =
  | { readonly kind: 'unknown'; readonly reason: string }
  /** `place`: the entry that counts for the caller's tenant; none where no entry lets it in. */
  | { readonly kind: 'known'; readonly principal: Principal; readonly place: Place | undefined };

/** The first kind of credential that was sent decides. One that the rule does not take is as if it had not been sent. */
async function findCaller(flow: Flow, given: AuthenticationCase): Promise<Caller> {
  const caller = await askHandlers(flow.handlers, given);
  if (caller !== undefined) return caller;
  // Functions are asked last: a call costs time, and what everybody knows is not theirs to judge.
  const isFunctionNamed = given.places.some(
    ({ rule }) => rule !== undefined && rule.handlers !== 'all' && rule.handlers.some(isFunctionName),
  );
  const answered = isFunctionNamed ? await askHandlers(await loadFunctionHandlers(flow, given.places), given) : undefined;
  if (answered !== undefined) return answered;
  return { kind: 'unknown', reason: given.request.authorization.kind === 'several' ? 'several-credentials' : 'no-credential' };
}

async function askHandlers(handlers: readonly CredentialHandler[], given: AuthenticationCase): Promise<Caller | undefined> {
  for (const handler of handlers) {
    if (!given.places.some(({ rule }) => isHandlerAllowed(rule, handler.name))) continue;
    const authentication = await handler.authenticate(given);
    if (authentication === undefined) continue;
    if (authentication.kind === 'refused') return { kind: 'unknown', reason: authentication.reason };
    const { principal } = authentication;
    const place = choosePlace(given.places, principal.tenant.name);
    if (place === undefined || isHandlerAllowed(place.rule, handler.name)) return { kind: 'known', principal, place };
  }
  return undefined;
}

/** The tenant that owns the API, whose settings its backend knows; undefined where it is suspended. */
async function findOwner(flow: Flow, { api }: Place, principal: Principal): Promise<Tenant | undefined> {
  if (api.owner === principal.tenant.name) return principal.tenant;
  const owner = await flow.tenants.findTenant(api.owner);
  return owner?.status === 'active' ? owner : undefined;
}

async function decideByRule(flow: Flow, { api, rule }: Place, principal: Principal, owner: Tenant, nowSeconds: number): Promise<Verdict> {
  if (!isTenantAllowed(api, principal.tenant.name)) return forbidden('900908', 'tenant-not-allowed');
  if (api.requireSubscription && subscriptionTier(principal.client, api) === undefined) return forbidden('900908', 'no-subscription');
  if (rule === undefined) return forbidden('900906', 'no-rule');
  const check = checkRule(rule, principal);
  if (check.kind === 'lacking') return { kind: 'forbidden', code: '900910', reason: 'scope-or-permission-missing', scopes: check.scopes };
  if (api.countTiers) {
    const count = await countTiers(flow, principal, api, nowSeconds);
    if (count.kind === 'over') return { ...count, kind: 'throttled', reason: 'tier-used-up' };
  }
  const endUserJwt = await flow.mintEndUserJwt(principal, api, owner, nowSeconds);
  return {
    kind: 'allowed',
    reason: 'rule-met',
    rule: rule.path,
    principalId: subjectOfPrincipal(principal),
    context: contextOf(principal, endUserJwt),
    ...(principal.client?.usageKey !== undefined && { usageKey: principal.client.usageKey }),
  };
}

function contextOf({ tenant, client, user, scopes }: Principal, endUserJwt: string): AllowedContext {
  return {
    endUserJwt,
    tenant: tenant.name,
    clientId: client?.clientId ?? '',
    endUser: user === undefined ? '' : qualifiedName(user),
    scope: scopes === undefined ? '' : scopes.join(' '),
  };
}

/** Nobody is known on an open resource, whatever was sent; the empty JWT takes the place of one that the client sent (A72). */
const OPEN: Verdict = {
  kind: 'allowed',
  reason: 'open',
  principalId: 'anonymous',
  context: { endUserJwt: '', tenant: '', clientId: '', endUser: '', scope: '' },
};

function forbidden(code: RefusalCode, reason: string): Verdict {
  return { kind: 'forbidden', code, reason };
}
