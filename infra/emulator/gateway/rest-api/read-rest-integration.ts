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
import { findUnknownInTemplate } from './plain-template.ts';
import type { MappedResponse, RestIntegration } from './rest-api.ts';

/** Hard limit of REST APIs where nobody raised it (infra/emulator/README.md, "Limits"). */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** A VPC link is a way to the backend: here its URL is called as it is. @throws TemplateError */
export function readIntegration(integration: JsonRecord, where: string): RestIntegration {
  const type = requireText(integration.Type, where);
  const timeoutMs = numberOr(integration.TimeoutInMillis, INTEGRATION_TIMEOUT_MS, where);
  const requestParameters = textsOrEmpty(integration.RequestParameters, where);
  const uri = () => requireText(integration.Uri, where);
  const method = () => requireText(integration.IntegrationHttpMethod ?? 'ANY', where);
  switch (type) {
    case 'AWS_PROXY':
      return { kind: 'lambda-proxy', functionArn: requireFunctionArn(uri(), where), timeoutMs };
    case 'HTTP_PROXY':
      return { kind: 'http-proxy', uri: uri(), method: method(), timeoutMs, requestParameters };
    case 'HTTP':
      return readCustom(integration, { uri: uri(), method: method() }, timeoutMs, where);
    case 'AWS': {
      const functionArn = findFunctionArn(uri());
      if (functionArn !== undefined) return readCustom(integration, { functionArn }, timeoutMs, where);
      const service = /^arn:[^:]+:apigateway:[^:]*:([^:]+):/.exec(uri())?.[1] ?? uri();
      return { kind: 'unavailable', why: `nothing here stands in for ${service}, which this route calls` };
    }
    case 'MOCK':
      return {
        kind: 'mock',
        requestTemplates: textsOrEmpty(integration.RequestTemplates, where),
        passthrough: readPassthrough(integration, where),
        responses: readResponses(integration, where),
      };
    default:
      throw new TemplateError(where, `integration type ${type} is not known to the local run`);
  }
}

function findFunctionArn(uri: string): string | undefined {
  return /:lambda:path\//.test(uri) ? requireFunctionArn(uri, 'Uri') : undefined;
}

type Custom = Extract<RestIntegration, { kind: 'custom' }>;

function readCustom(integration: JsonRecord, backend: Custom['backend'], timeoutMs: number, where: string): RestIntegration {
  const requestTemplates = textsOrEmpty(integration.RequestTemplates, where);
  const responses = readResponses(integration, where);
  const templates = [...Object.values(requestTemplates), ...responses.flatMap((response) => Object.values(response.templates))];
  const unknown = templates.map(findUnknownInTemplate).find((found) => found !== undefined);
  if (unknown !== undefined)
    return { kind: 'unavailable', why: `its mapping template has ${unknown}, which is more than plain substitution` };
  const passthrough = readPassthrough(integration, where);
  const requestParameters = textsOrEmpty(integration.RequestParameters, where);
  return { kind: 'custom', backend, timeoutMs, requestParameters, requestTemplates, passthrough, responses };
}

function readPassthrough(integration: JsonRecord, where: string): Custom['passthrough'] {
  const passthrough = requireText(integration.PassthroughBehavior ?? 'WHEN_NO_MATCH', where);
  if (passthrough === 'WHEN_NO_MATCH' || passthrough === 'WHEN_NO_TEMPLATES' || passthrough === 'NEVER') return passthrough;
  throw new TemplateError(where, `there is no passthrough behavior ${passthrough}`);
}

function readResponses(integration: JsonRecord, where: string): readonly MappedResponse[] {
  return requireList(integration.IntegrationResponses ?? [], where).map((value) => {
    const response = requireRecord(value, where);
    const pattern = response.SelectionPattern;
    return {
      status: numberOr(response.StatusCode, 200, where),
      selectionPattern: pattern === undefined ? undefined : new RegExp(`^(?:${requireText(pattern, where)})$`, 's'),
      parameters: textsOrEmpty(response.ResponseParameters, where),
      templates: textsOrEmpty(response.ResponseTemplates, where),
    };
  });
}
