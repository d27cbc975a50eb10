// FLOW of an HTTP API's authorizer: identity sources → cache → function → policy or `isAuthorized`
// (infra/emulator/README.md).

import type { LocalFunction } from '../../functions/open-function.ts';
import type { InvocationResult } from '../../functions/protocol.ts';
import { isRecord, type JsonRecord } from '../../template/json.ts';
import type { AuthorizerCache } from '../authorizer-cache.ts';
import { headerValues } from '../http-message.ts';
import { invokeInTime } from '../invoke-in-time.ts';
import { evaluatePolicy, type Policy, parsePolicy } from '../policy.ts';
import { executeApiArn } from '../request-context.ts';
import type { HttpAuthorizer } from './http-api.ts';
import { type HttpSource, payload1, payload2 } from './http-context.ts';
import { HttpFailure } from './http-failure.ts';
import { requestValue } from './http-values.ts';

/** What a function said. A policy is evaluated for each route; a simple answer holds for all that the key covers. */
export interface HttpAuthorizerResult {
  readonly verdict: boolean | Policy;
  readonly context: JsonRecord;
}

export interface HttpAuthorizationDependencies {
  readonly findFunction: (arn: string) => LocalFunction | undefined;
  readonly httpCache: AuthorizerCache<HttpAuthorizerResult>;
}

/** Hard limit of an HTTP API's authorizer (infra/emulator/README.md, "Limits"). */
const AUTHORIZER_TIMEOUT_MS = 10_000;

const failed = (why: string): HttpFailure => new HttpFailure(500, why);

/** Context that the integration may use. @throws HttpFailure 401, 403, 500 */
export async function authorizeHttpRequest(
  dependencies: HttpAuthorizationDependencies,
  authorizer: HttpAuthorizer,
  source: HttpSource,
): Promise<JsonRecord> {
  const identities = authorizer.identitySources.map((expression) => identityValue(expression, source));
  if (identities.includes(undefined)) throw new HttpFailure(401, 'an identity source is missing');
  const { api } = source.matched;
  const key = JSON.stringify([api.apiId, api.stage, authorizer.authorizerId, identities]);
  const known = dependencies.httpCache.find(key);
  const result = known ?? parseResult(await ask(dependencies, authorizer, source, identities), authorizer);
  if (known === undefined) dependencies.httpCache.keep(key, result, authorizer.ttlSeconds);
  const { verdict, context } = result;
  const arn = executeApiArn(source.request, api);
  const isAllowed = typeof verdict === 'boolean' ? verdict : evaluatePolicy(verdict, arn, source.request.receivedAtMs) === 'allow';
  if (!isAllowed) throw new HttpFailure(403, `the authorizer refuses ${arn}`);
  return context;
}

/** All values of a header, so that one of two is never taken for another caller's. */
function identityValue(expression: string, source: HttpSource): string | undefined {
  const header = /^\$request\.header\.(.+)$/.exec(expression)?.[1];
  const value = header === undefined ? requestValue(expression.slice(1), source) : headerValues(source.request.headers, header).join(',');
  return value === '' ? undefined : value;
}

function authorizerEvent({ payloadVersion }: HttpAuthorizer, source: HttpSource, identities: readonly (string | undefined)[]): object {
  const given = identities.filter((identity) => identity !== undefined);
  if (payloadVersion === '2.0') {
    const sources = given.length === 0 ? null : given;
    return { ...payload2(source), type: 'REQUEST', routeArn: executeApiArn(source.request, source.matched.api), identitySource: sources };
  }
  const identitySource = given.join(',');
  return {
    ...payload1(source),
    type: 'REQUEST',
    methodArn: executeApiArn(source.request, source.matched.api),
    identitySource,
    authorizationToken: identitySource,
  };
}

async function ask(
  { findFunction }: HttpAuthorizationDependencies,
  authorizer: HttpAuthorizer,
  source: HttpSource,
  identities: readonly (string | undefined)[],
): Promise<InvocationResult> {
  const handler = findFunction(authorizer.functionArn);
  if (handler === undefined) throw failed(`there is no function ${authorizer.functionArn}`);
  return invokeInTime(handler, authorizerEvent(authorizer, source, identities), AUTHORIZER_TIMEOUT_MS, failed);
}

/** Whatever a function throws is 500: that `Unauthorized` means 401 is documented for REST APIs alone. */
function parseResult(result: InvocationResult, authorizer: HttpAuthorizer): HttpAuthorizerResult {
  if (result.kind === 'error') throw failed(`the authorizer failed: ${result.error.errorType}: ${result.error.errorMessage}`);
  const answer: unknown = JSON.parse(result.payload);
  if (!isRecord(answer)) throw failed('the authorizer answered no object');
  const context = answer.context ?? {};
  if (!isRecord(context)) throw failed('the authorizer’s context is no map');
  if (authorizer.simpleResponses) {
    if (typeof answer.isAuthorized !== 'boolean') throw failed('isAuthorized is neither true nor false');
    return { verdict: answer.isAuthorized, context };
  }
  const policy = parsePolicy(answer.policyDocument);
  if (policy === undefined || typeof answer.principalId !== 'string') throw failed('the authorizer’s policy is malformed');
  if (Object.values(context).some((value) => typeof value === 'object' && value !== null))
    throw failed('the authorizer’s context is nested');
  return { verdict: policy, context: { ...context, principalId: answer.principalId } };
}
