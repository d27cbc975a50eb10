// AWS::ApiGateway::Authorizer → a Lambda authorizer of a REST API (infra/emulator/README.md).

import { numberOr, requireFunctionArn, requireText, TemplateError } from '../../template/json.ts';
import type { Resource } from '../../template/read-template.ts';
import type { RestAuthorizer } from './rest-api.ts';

/** Seconds that API Gateway keeps a result where the authorizer does not say (infra/emulator/README.md, "Caching"). */
const DEFAULT_TTL_SECONDS = 300;

const IDENTITY_SOURCE = /^(method\.request\.(header|querystring)\.[^.\s]+|stageVariables\.\w+|context\.[\w.]+)$/;

/** @throws TemplateError */
export function readAuthorizer({ logicalId, ref, properties }: Resource): RestAuthorizer {
  const type = requireText(properties.Type, logicalId);
  if (type !== 'TOKEN' && type !== 'REQUEST') throw new TemplateError(logicalId, `authorizer type ${type} is not known to the local run`);
  const identitySources = identitySourcesOf(properties.IdentitySource, logicalId);
  const ttlSeconds = numberOr(properties.AuthorizerResultTtlInSeconds, DEFAULT_TTL_SECONDS, logicalId);
  if (type === 'REQUEST' && ttlSeconds > 0 && identitySources.length === 0) {
    throw new TemplateError(logicalId, 'an authorizer that caches needs an identity source');
  }
  const validation = properties.IdentityValidationExpression;
  return {
    authorizerId: ref,
    name: requireText(properties.Name, logicalId),
    type,
    functionArn: requireFunctionArn(requireText(properties.AuthorizerUri, logicalId), logicalId),
    identitySources,
    identityValidation: validation === undefined ? undefined : new RegExp(`^(?:${requireText(validation, logicalId)})$`),
    ttlSeconds,
  };
}

function identitySourcesOf(value: unknown, where: string): readonly string[] {
  if (value === undefined) return [];
  const sources = requireText(value, where)
    .split(',')
    .map((source) => source.trim())
    .filter((source) => source !== '');
  for (const source of sources) {
    if (!IDENTITY_SOURCE.test(source)) throw new TemplateError(where, `identity source ${source} is not known to the local run`);
  }
  return sources;
}
