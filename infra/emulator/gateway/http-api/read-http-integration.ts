// AWS::ApiGatewayV2::Integration → what the gateway does with a request that may pass (infra/emulator/README.md,
// "Mappings").

import { numberOr, requireFunctionArn, requireText, TemplateError, textsOrEmpty } from '../../template/json.ts';
import type { Resource } from '../../template/read-template.ts';
import type { HttpIntegration, ParameterMapping } from './http-api.ts';

/** Hard limit of HTTP APIs (infra/emulator/README.md, "Limits"). */
const INTEGRATION_TIMEOUT_MS = 30_000;

/** Headers that no mapping may touch: API Gateway refuses the deployment (infra/emulator/README.md, "Mappings"). */
const RESERVED =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via|host)$/i;

function readMapping(key: string, value: string, where: string): ParameterMapping {
  const [, action, place, name = ''] = /^(append|overwrite|remove):(header|querystring|path)(?:\.(.+))?$/.exec(key) ?? [];
  if (
    (action !== 'append' && action !== 'overwrite' && action !== 'remove') ||
    (place !== 'header' && place !== 'querystring' && place !== 'path')
  ) {
    throw new TemplateError(where, `the mapping ${key} is not known to the local run`);
  }
  if (place === 'path' ? action !== 'overwrite' || name !== '' : name === '') throw new TemplateError(where, `there is no mapping ${key}`);
  if (place === 'header' && RESERVED.test(name)) throw new TemplateError(where, `the header ${name} is reserved: API Gateway maps it not`);
  if (value.includes('$request.body')) throw new TemplateError(where, 'a mapping from the body is not known to the local run');
  return { action, place, name, value };
}

/** @throws TemplateError */
export function readHttpIntegration({ logicalId, properties }: Resource): HttpIntegration {
  const type = requireText(properties.IntegrationType, logicalId);
  const timeoutMs = numberOr(properties.TimeoutInMillis, INTEGRATION_TIMEOUT_MS, logicalId);
  const subtype = properties.IntegrationSubtype;
  if (subtype !== undefined) return { kind: 'unavailable', why: `nothing here stands in for ${String(subtype)}, which this route calls` };
  if (properties.ResponseParameters !== undefined) throw new TemplateError(logicalId, 'ResponseParameters is not known to the local run');
  const uri = requireText(properties.IntegrationUri, logicalId);
  if (type === 'AWS_PROXY') {
    const payloadVersion = properties.PayloadFormatVersion === '1.0' ? '1.0' : '2.0';
    return { kind: 'lambda-proxy', functionArn: requireFunctionArn(uri, logicalId), payloadVersion, timeoutMs };
  }
  // Behind a VPC link is a listener or a service by its ARN, which is no address.
  if (type === 'HTTP_PROXY' && uri.startsWith('arn:')) return { kind: 'unavailable', why: `nothing here stands in for ${uri}` };
  if (type !== 'HTTP_PROXY') throw new TemplateError(logicalId, `integration type ${type} is not known to the local run`);
  const mappings = Object.entries(textsOrEmpty(properties.RequestParameters, logicalId));
  return {
    kind: 'http-proxy',
    uri,
    method: requireText(properties.IntegrationMethod ?? 'ANY', logicalId),
    timeoutMs,
    mappings: mappings.map(([key, value]) => readMapping(key, value, logicalId)),
  };
}
