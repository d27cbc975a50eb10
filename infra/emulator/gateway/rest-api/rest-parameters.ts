// Where a mapping, an identity source or a gateway response takes a value from (infra/emulator/README.md).

import { isRecord, type Json, TemplateError } from '../../template/json.ts';
import { type GatewayRequest, headerValue, headerValues, queryParameters } from '../http-message.ts';
import type { MatchedRoute } from './match-route.ts';
import type { RequestContext, RestApi } from './rest-api.ts';

/** What is known while a request passes through. */
export interface ParameterSource {
  readonly request: GatewayRequest;
  /** Undefined where no route was found. */
  readonly matched: MatchedRoute | undefined;
  /** The API that answers: without a route, the nearest one. */
  readonly api?: RestApi | undefined;
  readonly context: RequestContext;
}

/** A dotted path into `$context`; undefined where there is nothing, or not a plain value. */
export function contextValue(context: RequestContext, path: string): string | undefined {
  const value = path
    .split('.')
    .reduce<Json | undefined>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), context);
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

const lastOf = (values: readonly string[]): string | undefined => values.at(-1);

function requestParameter(source: ParameterSource, place: string, name: string): string | undefined {
  const { request, matched } = source;
  const query = () =>
    queryParameters(request.query)
      .filter(([key]) => key === name)
      .map(([, value]) => value);
  switch (place) {
    case 'header':
      return headerValue(request.headers, name);
    case 'multivalueheader':
      return headerValues(request.headers, name).join(',') || undefined;
    case 'querystring':
      return lastOf(query());
    case 'multivaluequerystring':
      return query().join(',') || undefined;
    case 'path':
      return matched?.pathParameters[name];
    default:
      return undefined;
  }
}

/**
 * The value that an expression stands for: `'static'`, `method.request.header.X`, `context.authorizer.x`,
 * `stageVariables.x`. Undefined where the request has none.
 *
 * @throws TemplateError for an expression that the local run does not know
 */
export function parameterValue(expression: string, source: ParameterSource): string | undefined {
  if (/^'.*'$/s.test(expression)) return expression.slice(1, -1);
  const [, place, name] = /^method\.request\.(\w+)\.(.+)$/.exec(expression) ?? [];
  if (place !== undefined && name !== undefined && place !== 'body') return requestParameter(source, place, name);
  if (expression.startsWith('context.')) return contextValue(source.context, expression.slice('context.'.length));
  const variable = /^stageVariables\.(\w+)$/.exec(expression)?.[1];
  if (variable !== undefined) return source.matched?.api.stageVariables[variable];
  throw new TemplateError(expression, 'this mapping expression is not known to the local run');
}

/** All that an identity source names, duplicates too: a key made of one of two values could be another caller's. */
export function identityValue(expression: string, source: ParameterSource): string | undefined {
  const header = /^method\.request\.header\.(.+)$/.exec(expression)?.[1];
  const value = header === undefined ? parameterValue(expression, source) : headerValues(source.request.headers, header).join(',');
  return value === '' ? undefined : value;
}
