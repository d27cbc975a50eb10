// Values of an HTTP API's mappings: `$request.header.x`, `$context.authorizer.x`, text with `${…}` in it
// (infra/emulator/README.md, "Mappings").

import { isRecord, type Json, TemplateError } from '../../template/json.ts';
import { headerValues, queryParameters } from '../http-message.ts';
import type { HttpSource } from './http-context.ts';

function contextValue(source: HttpSource, path: string): string | undefined {
  const value = path
    .split('.')
    .reduce<Json | undefined>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), source.context);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** @param expression without its `$`: `request.header.x`. Undefined where there is nothing. @throws TemplateError */
export function requestValue(expression: string, source: HttpSource): string | undefined {
  const [, place, name = ''] = /^request\.(header|querystring|path)(?:\.(.+))?$/.exec(expression) ?? [];
  const { request, matched } = source;
  const joined = (values: readonly string[]): string | undefined => (values.length === 0 ? undefined : values.join(','));
  if (place === 'header') return joined(headerValues(request.headers, name));
  if (place === 'querystring') return joined(queryParameters(request.query).flatMap(([key, value]) => (key === name ? [value] : [])));
  if (place === 'path') return name === '' ? request.path : matched.pathParameters[name];
  if (expression.startsWith('context.')) return contextValue(source, expression.slice('context.'.length));
  const variable = /^stageVariables\.(\w+)$/.exec(expression)?.[1];
  if (variable !== undefined) return matched.api.stageVariables[variable];
  throw new TemplateError(expression, 'this mapping expression is not known to the local run');
}

/** A whole value: one expression, or text with expressions in `${…}`. Undefined where one expression has nothing. */
export function mappedValue(value: string, source: HttpSource): string | undefined {
  if (/^\$(request|context|stageVariables)\./.test(value)) return requestValue(value.slice(1), source);
  return value.replace(/\$\{([^}]+)\}/g, (_, expression: string) => requestValue(expression, source) ?? '');
}
