// The `Integration` of an AWS::ApiGateway::Method → what the gateway does with a request that may pass.

import {
  type JsonRecord,
  numberOr,
  requireFunctionArn,
  requireList,
  requireRecord,
  requireText,
  TemplateError,
  textsOrEmpty,
} from '../../template/json.ts';
import type { MockResponse, RestIntegration } from './rest-api.ts';

/** Hard limit of REST APIs where nobody raised it (infra/emulator/README.md, "Limits"). */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** @throws TemplateError */
export function readIntegration(integration: JsonRecord, where: string): RestIntegration {
  const type = requireText(integration.Type, where);
  const timeoutMs = numberOr(integration.TimeoutInMillis, INTEGRATION_TIMEOUT_MS, where);
  if (integration.ConnectionType === 'VPC_LINK') throw new TemplateError(where, 'a VPC link is not known to the local run');
  const requestParameters = textsOrEmpty(integration.RequestParameters, where);
  switch (type) {
    case 'AWS_PROXY':
      return { kind: 'lambda-proxy', functionArn: requireFunctionArn(requireText(integration.Uri, where), where), timeoutMs };
    case 'HTTP_PROXY':
      return {
        kind: 'http-proxy',
        uri: requireText(integration.Uri, where),
        method: requireText(integration.IntegrationHttpMethod ?? 'ANY', where),
        timeoutMs,
        requestParameters,
      };
    case 'MOCK':
      return {
        kind: 'mock',
        requestTemplates: textsOrEmpty(integration.RequestTemplates, where),
        responses: requireList(integration.IntegrationResponses ?? [], where).map((response) => readMockResponse(response, where)),
      };
    default:
      throw new TemplateError(where, `integration type ${type} is not known to the local run`);
  }
}

function readMockResponse(value: unknown, where: string): MockResponse {
  const response = requireRecord(value, where);
  const pattern = response.SelectionPattern;
  return {
    status: numberOr(response.StatusCode, 200, where),
    selectionPattern: pattern === undefined ? undefined : new RegExp(`^(?:${requireText(pattern, where)})$`),
    parameters: textsOrEmpty(response.ResponseParameters, where),
    templates: textsOrEmpty(response.ResponseTemplates, where),
  };
}
