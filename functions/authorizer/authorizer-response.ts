// The decision in the words of API Gateway: a policy for exactly what was asked, or the one error that it turns into
// 401. What is in a context becomes headers and JSON of gateway responses, so it is text that needs no escaping.

import type { APIGatewayAuthorizerResult, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import type { ForbiddenReason } from '../shared/reasons.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { ThrottleCode } from './count-tiers.ts';

/** Refusals that say why; the numbers are those that clients of WSO2 know. */
type RefusalCode = '900906' | '900908' | '900910';

/** What each refusal is on the wire. */
export const REFUSAL_CODES: Readonly<Record<ForbiddenReason, RefusalCode>> = {
  'ambiguous-path': '900906',
  'unsafe-resource': '900906',
  'no-api-entry': '900906',
  'api-entry-wrong': '900906',
  'api-claimed-twice': '900906',
  'path-differs-in-case': '900906',
  'no-rule': '900906',
  'tenant-not-allowed': '900908',
  'no-subscription': '900908',
  'scope-or-permission-missing': '900910',
};

export type Decision =
  /** `usageKey`: the API key of the client's usage plan. */
  | { readonly kind: 'allowed'; readonly principalId: string; readonly context: AllowedContext; readonly usageKey?: string }
  /** No credential, or a bad one: the caller can't tell which. */
  | { readonly kind: 'unauthorized' }
  /** A tier of the caller is used up. */
  | { readonly kind: 'throttled'; readonly code: ThrottleCode; readonly retryAfterSeconds: number }
  /** `scopes`: those that the rule asks for; absent where no scope would help. */
  | { readonly kind: 'forbidden'; readonly code: RefusalCode; readonly scopes?: readonly string[] };

/**
 * What a mapping writes where there is nothing to say. Never an empty value: AWS does not document that one replaces what
 * the client sent under the same name.
 */
export const NONE = 'none';

/** What backends may read beside the JWT. Every value is there, `none` where there is nothing: a mapping must find it. */
export interface AllowedContext {
  readonly endUserJwt: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly endUser: string;
  readonly scope: string;
}

/** As in the challenge that API Gateway sends with 401. */
const REALM = 'gatehouse';

const TEXTS: Readonly<Record<RefusalCode, { readonly message: string; readonly description: string }>> = {
  900906: {
    message: 'No matching resource found in the API for the given request',
    description: 'Check the path and the method of the request.',
  },
  900908: {
    message: 'Resource forbidden',
    description: 'User is NOT authorized to access the Resource. API Subscription validation failed.',
  },
  900910: {
    message: 'The access token does not allow you to access the requested resource',
    description: 'User is NOT authorized to access the Resource. Scope validation failed.',
  },
};

/** The message at which API Gateway answers 401; with any other error it answers 500. */
const UNAUTHORIZED = 'Unauthorized';

/** What API Gateway takes for no answer: see `throttled`. */
type NestedContextResult = Omit<APIGatewayAuthorizerResult, 'context'> & {
  readonly context: { readonly throttled: Record<string, string> };
};

export type AuthorizerResponse =
  | NestedContextResult
  | APIGatewayAuthorizerResult
  | APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>;

/**
 * @param isSimple the simple form, which HTTP APIs with payload 2.0 can be told to want
 * @throws Error `Unauthorized`
 */
export function respond(request: AuthorizerRequest, decision: Decision, isSimple: boolean): AuthorizerResponse {
  if (decision.kind === 'unauthorized') throw errorWithoutStack(UNAUTHORIZED);
  if (decision.kind === 'throttled') return throttled(request, decision.code, isSimple);
  const isAllowed = decision.kind === 'allowed';
  const context = isAllowed ? { ...decision.context } : refusal(decision.code, decision.scopes);
  if (isSimple) return { isAuthorized: isAllowed, context };
  if (isAllowed) return policy(request.arn, 'Allow', decision.principalId, context, decision.usageKey);
  return policy(isSafeResource(request.arn) ? request.arn : wholeStage(request.arn), 'Deny', 'refused', context);
}

/** Lambda logs what a function throws with its stack, which for these says nothing and costs twice what our own line does. */
export function errorWithoutStack(message: string): Error {
  return Object.assign(new Error(message), { stack: '' });
}

const THROTTLED = { message: 'Message throttled out', description: 'You have exceeded your quota.' };

/**
 * A REST API can answer 429 to nothing that an authorizer says, but for one of its gateway responses, which the
 * construct makes 429 where tiers are counted: that for an answer which is none. A nested context is one, never cached,
 * and a refusal all the same where anybody should take it for an answer. HTTP APIs have no gateway responses: 403.
 */
function throttled(request: AuthorizerRequest, code: ThrottleCode, isSimple: boolean): AuthorizerResponse {
  const context = { code, ...THROTTLED, wwwAuthenticate: challenge(undefined) };
  if (isSimple) return { isAuthorized: false, context };
  const refused = policy(request.arn, 'Deny', 'refused', context);
  return request.kind.startsWith('rest-') ? { ...refused, context: { throttled: context } } : refused;
}

function refusal(code: RefusalCode, scopes: readonly string[] | undefined): Record<string, string> {
  return { code, ...TEXTS[code], wwwAuthenticate: challenge(scopes) };
}

/** RFC 6750 section 3.1. A scope token has no quote and no backslash in it, so it needs no escaping. */
function challenge(scopes: readonly string[] | undefined): string {
  const realm = `Bearer realm="${REALM}"`;
  if (scopes === undefined) return realm;
  const scope = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  return `${realm}, error="insufficient_scope"${scope}`;
}

function policy(
  resource: string,
  effect: 'Allow' | 'Deny',
  principalId: string,
  context: Record<string, string>,
  usageKey?: string,
): APIGatewayAuthorizerResult {
  return {
    principalId,
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }] },
    context,
    ...(usageKey !== undefined && { usageIdentifierKey: usageKey }),
  };
}

const MAX_RESOURCE_CHARACTERS = 512;

/** Whether an ARN with the client's path in it names one method and nothing more: `*` and `?` are wildcards, `${` begins a variable (A68). */
export function isSafeResource(arn: string): boolean {
  return arn.length <= MAX_RESOURCE_CHARACTERS && !arn.includes('*') && !arn.includes('?') && !arn.includes('${');
}

/** A refusal may cover more than was asked, since it allows nothing; nothing of the client's is in it. */
function wholeStage(arn: string): string {
  const stageAt = arn.indexOf('/');
  const methodAt = arn.indexOf('/', stageAt + 1);
  return `${arn.slice(0, methodAt === -1 ? stageAt : methodAt)}/*`;
}
