// API Gateway's own answers, shaped by the AWS::ApiGateway::GatewayResponse resources of the API
// (infra/emulator/README.md, "What a caller gets").

import { FAILURE_KINDS, type GatewayFailure } from '../gateway-failure.ts';
import type { GatewayResponse } from '../http-message.ts';
import type { GatewayResponseTemplate } from './rest-api.ts';
import { contextValue, type ParameterSource, parameterValue } from './rest-parameters.ts';

/**
 * What the type says, else what the class of its status says. 413 can't be customised (infra/emulator/README.md, "What
 * a caller gets").
 */
function templateFor(failure: GatewayFailure, source: ParameterSource): readonly GatewayResponseTemplate[] {
  const responses = (source.matched?.api ?? source.api)?.gatewayResponses;
  if (failure.type === 'REQUEST_TOO_LARGE' || responses === undefined) return [];
  const fallback = FAILURE_KINDS[failure.type].status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  const own = responses.get(failure.type);
  const general = responses.get(fallback);
  return own !== undefined ? [own] : general !== undefined ? [general] : [];
}

/** Plain substitution of `$context.x`: no VTL. What is not there becomes nothing. */
function fill(template: string, source: ParameterSource): string {
  return template.replace(
    /\$(?:context\.([A-Za-z0-9_.-]*[A-Za-z0-9_])|\{context\.([A-Za-z0-9_.-]+)\}|stageVariables\.(\w+))/g,
    (_, bare, braced, variable) => {
      if (variable !== undefined) return source.matched?.api.stageVariables[variable] ?? '';
      return contextValue(source.context, bare ?? braced) ?? '';
    },
  );
}

/** Builds the answer to a failure. */
export function gatewayResponse(failure: GatewayFailure, source: ParameterSource): GatewayResponse {
  const kind = FAILURE_KINDS[failure.type];
  const error = {
    message: failure.clientMessage,
    messageString: JSON.stringify(failure.clientMessage),
    responseType: 'reportedAs' in kind ? kind.reportedAs : failure.type,
  };
  const filled = { ...source, context: { ...source.context, error } };
  const [template] = templateFor(failure, source);
  const [contentType, body] = Object.entries(template?.templates ?? {})[0] ?? [
    'application/json',
    '{"message":$context.error.messageString}',
  ];
  const parameters = Object.entries(template?.parameters ?? {}).flatMap(([target, expression]) => {
    const name = target.replace(/^gatewayresponse\.header\./, '');
    const value = parameterValue(expression, filled);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    status: template?.status ?? kind.status,
    headers: [['Content-Type', contentType], ['x-amzn-ErrorType', kind.errorType], ...parameters],
    body: Buffer.from(fill(body, filled)),
  };
}
