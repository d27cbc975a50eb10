// The MOCK integration, which answers preflight requests: a status from the request template, headers from the response.

import { GatewayFailure } from '../gateway-failure.ts';
import type { GatewayResponse } from '../http-message.ts';
import type { RestIntegration } from './rest-api.ts';
import { type ParameterSource, parameterValue } from './rest-parameters.ts';

type Mock = Extract<RestIntegration, { kind: 'mock' }>;

/** @throws GatewayFailure API_CONFIGURATION_ERROR where the template gives no status or no response takes it */
export function integrateMock(integration: Mock, source: ParameterSource): GatewayResponse {
  const template = integration.requestTemplates['application/json'] ?? '';
  const status = /"?statusCode"?\s*:\s*"?(\d{3})/.exec(template)?.[1];
  if (status === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', 'the request template of the mock names no statusCode');
  const chosen =
    integration.responses.find((response) => response.selectionPattern?.test(status) === true) ??
    integration.responses.find((response) => response.selectionPattern === undefined);
  if (chosen === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', `no integration response takes ${status}`);
  const headers = Object.entries(chosen.parameters).flatMap(([target, expression]) => {
    const value = parameterValue(expression, source);
    return value === undefined ? [] : [[target.replace(/^method\.response\.header\./, ''), value] as const];
  });
  return { status: chosen.status, headers, body: Buffer.from(chosen.templates['application/json'] ?? '') };
}
