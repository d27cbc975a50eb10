// AWS::ApiGatewayV2::Authorizer → a Lambda authorizer of an HTTP API (infra/emulator/README.md).

import { numberOr, requireFunctionArn, requireList, requireText, TemplateError } from '../../template/json.ts';
import type { Resource } from '../../template/read-template.ts';
import type { HttpAuthorizer } from './http-api.ts';

const IDENTITY_SOURCE = /^\$(request\.(header|querystring)\.[^.\s]+|context\.[\w.]+|stageVariables\.\w+)$/;

/** @throws TemplateError */
export function readHttpAuthorizer({ logicalId, ref, properties }: Resource): HttpAuthorizer {
  const type = requireText(properties.AuthorizerType, logicalId);
  if (type !== 'REQUEST') throw new TemplateError(logicalId, `authorizer type ${type} is not known to the local run`);
  const payloadVersion = requireText(properties.AuthorizerPayloadFormatVersion, logicalId);
  if (payloadVersion !== '1.0' && payloadVersion !== '2.0') throw new TemplateError(logicalId, `there is no payload ${payloadVersion}`);
  const simpleResponses = properties.EnableSimpleResponses === true;
  if (simpleResponses && payloadVersion === '1.0') throw new TemplateError(logicalId, 'payload 1.0 has no simple responses');
  const identitySources = requireList(properties.IdentitySource ?? [], logicalId).map((source) => requireText(source, logicalId));
  for (const source of identitySources) {
    if (!IDENTITY_SOURCE.test(source)) throw new TemplateError(logicalId, `identity source ${source} is not known to the local run`);
  }
  const ttlSeconds = numberOr(properties.AuthorizerResultTtlInSeconds, 0, logicalId);
  if (ttlSeconds > 0 && identitySources.length === 0)
    throw new TemplateError(logicalId, 'an authorizer that caches needs an identity source');
  const functionArn = requireFunctionArn(requireText(properties.AuthorizerUri, logicalId), logicalId);
  return { authorizerId: ref, functionArn, payloadVersion, simpleResponses, identitySources, ttlSeconds };
}
