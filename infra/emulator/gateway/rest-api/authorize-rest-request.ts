// FLOW: identity sources → cache → authorizer function → policy against this method's ARN → $context.authorizer
// (infra/emulator/README.md).

import type { LocalFunction } from '../../functions/open-function.ts';
import type { Json } from '../../template/json.ts';
import type { AuthorizerCache } from '../authorizer-cache.ts';
import { payload1Request } from '../event-maps.ts';
import { GatewayFailure } from '../gateway-failure.ts';
import type { GatewayRequest } from '../http-message.ts';
import { evaluatePolicy } from '../policy.ts';
import { executeApiArn } from '../request-context.ts';
import { type AuthorizerResult, parseAuthorizerResult } from './authorizer-result.ts';
import type { MatchedRoute } from './match-route.ts';
import type { RestAuthorizer } from './rest-api.ts';
import { identityValue, type ParameterSource } from './rest-parameters.ts';

export interface AuthorizationDependencies {
  readonly findFunction: (arn: string) => LocalFunction | undefined;
  readonly cache: AuthorizerCache<AuthorizerResult>;
}

/** What an authorizer said of a request: `denied` is undefined where it may pass. */
export interface Authorization {
  readonly authorizer: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
  readonly denied: GatewayFailure | undefined;
}

/** Bytes: infra/emulator/README.md, "Limits". */
const MAX_METHOD_ARN_BYTES = 1600;

/** @throws GatewayFailure where there is no result to evaluate */
export async function authorizeRestRequest(
  dependencies: AuthorizationDependencies,
  authorizer: RestAuthorizer,
  source: ParameterSource & { readonly matched: MatchedRoute },
): Promise<Authorization> {
  const identities = authorizer.identitySources.map((expression) => identityValue(expression, source));
  if (identities.includes(undefined)) throw new GatewayFailure('UNAUTHORIZED', 'an identity source is missing');
  const token = identities[0] ?? '';
  if (authorizer.type === 'TOKEN' && authorizer.identityValidation?.test(token) === false) {
    throw new GatewayFailure('UNAUTHORIZED', 'the token does not look as the authorizer asks');
  }
  const arn = executeApiArn(source.request, source.matched.api);
  if (Buffer.byteLength(arn) > MAX_METHOD_ARN_BYTES) throw new GatewayFailure('REQUEST_URI_TOO_LARGE', 'the methodArn is over 1,600 bytes');
  const { api } = source.matched;
  const key = JSON.stringify([api.apiId, api.stage, authorizer.authorizerId, identities]);
  const result = dependencies.cache.find(key) ?? (await ask(dependencies, authorizer, source, { arn, token }));
  // Kept from when it was first known: a result is not made younger by being used.
  if (dependencies.cache.find(key) === undefined) dependencies.cache.keep(key, result, authorizer.ttlSeconds);
  return evaluate(result, arn, source.request.receivedAtMs);
}

async function ask(
  dependencies: AuthorizationDependencies,
  authorizer: RestAuthorizer,
  source: ParameterSource & { readonly matched: MatchedRoute },
  { arn, token }: { readonly arn: string; readonly token: string },
): Promise<AuthorizerResult> {
  const handler = dependencies.findFunction(authorizer.functionArn);
  if (handler === undefined) throw new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', `there is no function ${authorizer.functionArn}`);
  const event = authorizer.type === 'TOKEN' ? { type: 'TOKEN', authorizationToken: token, methodArn: arn } : requestEvent(source, arn);
  return parseAuthorizerResult(await handler.invoke(event));
}

function evaluate(result: AuthorizerResult, arn: string, nowMs: number): Authorization {
  const decision = evaluatePolicy(result.policy, arn, nowMs);
  const why = `the policy says ${decision} for ${arn}`;
  const message = 'User is not authorized to access this resource';
  const denied =
    decision === 'allow'
      ? undefined
      : new GatewayFailure('ACCESS_DENIED', why, decision === 'explicit-deny' ? `${message} with an explicit deny` : message);
  return {
    authorizer: { ...result.context, principalId: result.principalId },
    usageIdentifierKey: result.usageIdentifierKey,
    denied,
  };
}

/** The event of a REQUEST authorizer: everything but the body (infra/emulator/README.md, "Events"). */
export function requestEvent(
  { request, matched, context }: { request: GatewayRequest; matched: MatchedRoute; context: Json },
  arn: string,
) {
  return {
    type: 'REQUEST',
    methodArn: arn,
    resource: matched.route.resourcePath,
    ...payload1Request(request, matched.pathParameters, matched.api.stageVariables),
    requestContext: context,
  };
}
