// The MOCK integration, by which API Gateway answers itself: a status from the request template, headers and a body from the
// response that takes it.

import { GatewayFailure } from '../gateway-failure.ts';
import type { GatewayResponse } from '../http-message.ts';
import { fillTemplate } from './plain-template.ts';
import { requestBody } from './request-template.ts';
import type { RestIntegration } from './rest-api.ts';
import { type ParameterSource, parameterValue } from './rest-parameters.ts';

type Mock = Extract<RestIntegration, { kind: 'mock' }>;

/** @throws GatewayFailure API_CONFIGURATION_ERROR where the template gives no status or no response takes it */
export function integrateMock(integration: Mock, source: ParameterSource): GatewayResponse {
  const body = requestBody(integration, source);
  const status = /"?statusCode"?\s*:\s*"?(\d{3})/.exec(body)?.[1];
  if (status === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', 'the request template of the mock names no statusCode');
  const chosen =
    integration.responses.find((response) => response.selectionPattern?.test(status) === true) ??
    integration.responses.find((response) => response.selectionPattern === undefined);
  if (chosen === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', `no integration response takes ${status}`);
  const headers = Object.entries(chosen.parameters).flatMap(([target, expression]) => {
    const value = parameterValue(expression, source);
    return value === undefined ? [] : [[target.replace(/^method\.response\.header\./, ''), value] as const];
  });
  const [[type, template] = ['application/json', '']] = Object.entries(chosen.templates);
  return { status: chosen.status, headers: [['Content-Type', type], ...headers], body: Buffer.from(fillTemplate(template, source, body)) };
}
