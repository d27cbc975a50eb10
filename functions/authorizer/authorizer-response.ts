// The decision in the words of API Gateway: a policy for exactly what was asked, or the one error that a REST API turns
// into 401.

import type { APIGatewayAuthorizerResult, APIGatewaySimpleAuthorizerWithContextResult, ConditionBlock } from 'aws-lambda';
import type { AllowedContext } from './allowed-context.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { ThrottleCode } from './count-tiers.ts';
import { refusedResource } from './policy-resource.ts';
import { type RefusalCode, refusalContext, throttledContext } from './refusal-context.ts';

export type Decision =
  | Allowed
  /** No credential, or a bad one: the caller can't tell which. */
  | { readonly kind: 'unauthorized' }
  /** A tier of the caller is used up. */
  | { readonly kind: 'throttled'; readonly code: ThrottleCode; readonly retryAfterSeconds: number }
  /** `scopes`: those that the rule asks for; absent where no scope would help. `metadataUrl`: where the API's document is. */
  | { readonly kind: 'forbidden'; readonly code: RefusalCode; readonly scopes?: readonly string[]; readonly metadataUrl?: string };

interface Allowed {
  readonly kind: 'allowed';
  readonly principalId: string;
  readonly context: AllowedContext;
  /** What the policy names. */
  readonly resource: string;
  /** The token ends so soon that API Gateway could keep the answer for longer, in seconds since the epoch. */
  readonly endsAtSeconds?: number;
  /** The API key of the client's usage plan. */
  readonly usageKey?: string;
}

/** The message at which a REST API answers 401; with any other error it answers 500. */
const UNAUTHORIZED = 'Unauthorized';

/** Answer that API Gateway takes for none: see `throttled`. */
type NestedContextResult = Omit<APIGatewayAuthorizerResult, 'context'> & {
  readonly context: { readonly throttled: Record<string, string> };
};

export type AuthorizerResponse =
  | NestedContextResult
  | APIGatewayAuthorizerResult
  | APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>;

/** Whether an HTTP API is told to want the simple form, which has no policy, and so no limit to the length of what it names. */
export function wantsSimpleResponse({ kind, apiId }: AuthorizerRequest, simpleResponseApis: ReadonlySet<string>): boolean {
  return kind === 'http-2' && simpleResponseApis.has(apiId);
}

/**
 * @param isSimple the simple form, which HTTP APIs with payload 2.0 can be told to want
 * @throws Error `Unauthorized`
 */
export function respond(request: AuthorizerRequest, decision: Decision, isSimple: boolean): AuthorizerResponse {
  switch (decision.kind) {
    case 'allowed':
      return isSimple ? { isAuthorized: true, context: { ...decision.context } } : allowed(decision);
    case 'unauthorized':
      // Only REST APIs and those of WebSockets are documented to answer an error with 401. HTTP APIs answer 500 to what
      // is thrown, and 403 to a refusal; 401 they say themselves, where nothing was sent.
      if (!request.kind.startsWith('http-')) throw errorWithoutStack(UNAUTHORIZED);
      return refused(request, refusalContext('900901'), isSimple);
    case 'throttled':
      return throttled(request, decision.code, isSimple);
    case 'forbidden':
      return refused(request, refusalContext(decision.code, decision.scopes, decision.metadataUrl), isSimple);
  }
}

/** Lambda logs what a function throws with its stack, which for these says nothing and costs twice what our own line does. */
export function errorWithoutStack(message: string): Error {
  return Object.assign(new Error(message), { stack: '' });
}

/**
 * API Gateway keeps an answer for a fixed time, but looks at its policy anew for each request. A condition on the time
 * ends it with the token; `IfExists` lets it stand should a kind of API not say what time it is. What the caller is told
 * from then on comes from the same context.
 */
function allowed({ principalId, context, resource, endsAtSeconds, usageKey }: Allowed): APIGatewayAuthorizerResult {
  if (endsAtSeconds === undefined) return policy('Allow', resource, { principalId, context: { ...context }, usageKey });
  const time = new Date(endsAtSeconds * 1000).toISOString().replace(/\.\d+/, '');
  const condition = { DateLessThanIfExists: { 'aws:CurrentTime': time } };
  return policy('Allow', resource, { principalId, context: { ...context, ...refusalContext('900901') }, usageKey, condition });
}

/** API Gateway keeps the answer for other requests too: `decision` says for which of them it was made, and so logged. */
function refused(
  request: AuthorizerRequest,
  refusal: Record<string, string>,
  isSimple: boolean,
): APIGatewayAuthorizerResult | APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>> {
  const context = request.requestId === '' ? refusal : { ...refusal, decision: request.requestId };
  return isSimple ? { isAuthorized: false, context } : policy('Deny', refusedResource(request), { principalId: 'refused', context });
}

/**
 * A REST API can answer 429 to nothing that an authorizer says, but for one of its gateway responses, which the
 * construct makes 429 where tiers are counted: that for an answer which is none. A nested context is one, never cached,
 * and a refusal all the same where anybody should take it for an answer. HTTP APIs have no gateway responses: 403.
 */
function throttled(request: AuthorizerRequest, code: ThrottleCode, isSimple: boolean): AuthorizerResponse {
  const context = throttledContext(code);
  if (!request.kind.startsWith('rest-')) return refused(request, context, isSimple);
  return { ...policy('Deny', refusedResource(request), { principalId: 'refused', context: {} }), context: { throttled: context } };
}

interface PolicyOptions {
  readonly principalId: string;
  readonly context: Record<string, string>;
  readonly usageKey?: string | undefined;
  readonly condition?: ConditionBlock;
}

function policy(
  Effect: 'Allow' | 'Deny',
  Resource: string,
  { principalId, context, usageKey, condition }: PolicyOptions,
): APIGatewayAuthorizerResult {
  const statement = { Action: 'execute-api:Invoke', Effect, Resource, ...(condition !== undefined && { Condition: condition }) };
  return {
    principalId,
    policyDocument: { Version: '2012-10-17', Statement: [statement] },
    context,
    ...(usageKey !== undefined && { usageIdentifierKey: usageKey }),
  };
}
