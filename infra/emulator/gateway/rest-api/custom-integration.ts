// Integrations that are no proxies, `HTTP` and `AWS` with a Lambda function: parameters and templates say what the backend
// gets, and an integration response what the caller gets ("Set up data transformations in API Gateway" of the guide).

import type { LocalFunction } from '../../functions/open-function.ts';
import { GatewayFailure } from '../gateway-failure.ts';
import { type GatewayResponse, type HeaderList, headerValue } from '../http-message.ts';
import { integrateHttpProxy } from '../http-proxy.ts';
import { invokeInTime } from '../invoke-in-time.ts';
import { mapCustomRequest } from './map-request.ts';
import type { MatchedRoute } from './match-route.ts';
import { fillTemplate } from './plain-template.ts';
import { requestBody } from './request-template.ts';
import type { CustomIntegration, MappedResponse } from './rest-api.ts';
import { type ParameterSource, parameterValue } from './rest-parameters.ts';

type Source = ParameterSource & { readonly matched: MatchedRoute };

interface Answer {
  /** What selection patterns are held against: the status, or the error of a function; undefined where it did not fail. */
  readonly selector: string | undefined;
  readonly headers: HeaderList;
  readonly body: string;
}

export async function integrateCustom(
  integration: CustomIntegration,
  source: Source,
  findFunction: (arn: string) => LocalFunction | undefined,
): Promise<GatewayResponse> {
  const body = requestBody(integration, source);
  const { backend } = integration;
  const answer =
    'uri' in backend
      ? await callUrl(integration, backend, source, body)
      : await callFunction(integration, backend.functionArn, findFunction, body);
  return mapAnswer(integration.responses, answer, source);
}

async function callUrl(
  { requestParameters, timeoutMs }: CustomIntegration,
  backend: Extract<CustomIntegration['backend'], { uri: string }>,
  source: Source,
  body: string,
): Promise<Answer> {
  const request = mapCustomRequest({ ...backend, timeoutMs, requestParameters }, source, Buffer.from(body));
  const headers: HeaderList = body === '' ? request.headers : [['Content-Type', 'application/json'], ...request.headers];
  const reply = await integrateHttpProxy({ ...request, headers });
  return { selector: String(reply.status), headers: reply.headers, body: reply.body.toString('utf8') };
}

async function callFunction(
  { timeoutMs }: CustomIntegration,
  functionArn: string,
  findFunction: (arn: string) => LocalFunction | undefined,
  body: string,
): Promise<Answer> {
  const handler = findFunction(functionArn);
  if (handler === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', `there is no function ${functionArn}`);
  const result = await invokeInTime(handler, eventOf(body), timeoutMs, (why) => new GatewayFailure('INTEGRATION_TIMEOUT', why));
  if (result.kind === 'error') return { selector: result.error.errorMessage, headers: [], body: JSON.stringify(result.error) };
  return { selector: undefined, headers: [], body: result.payload };
}

/** @throws GatewayFailure: Lambda takes JSON alone */
function eventOf(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new GatewayFailure('BAD_REQUEST_BODY', 'the body is no JSON, and no template makes any of it');
  }
}

/** @throws GatewayFailure where no integration response takes the answer */
function mapAnswer(responses: readonly MappedResponse[], answer: Answer, source: Source): GatewayResponse {
  const { selector } = answer;
  const chosen =
    (selector === undefined ? undefined : responses.find(({ selectionPattern }) => selectionPattern?.test(selector) === true)) ??
    responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (chosen === undefined)
    throw new GatewayFailure('API_CONFIGURATION_ERROR', `no integration response takes ${selector ?? 'the answer'}`);
  const [[type, template] = ['application/json', undefined]] = Object.entries(chosen.templates);
  const headers = Object.entries(chosen.parameters).flatMap(([target, expression]) => {
    const header = /^integration\.response\.header\.(.+)$/.exec(expression)?.[1];
    const value = header === undefined ? parameterValue(expression, source) : headerValue(answer.headers, header);
    return value === undefined ? [] : [[target.replace(/^method\.response\.header\./, ''), value] as const];
  });
  const body = template === undefined ? answer.body : fillTemplate(template, source, answer.body);
  return { status: chosen.status, headers: [['Content-Type', type], ...headers], body: Buffer.from(body) };
}
