// Mapping templates as far as they are plain substitution ("Mapping template and access logging variable reference" of the
// API Gateway guide). VTL is a language of its own; a template that uses more of it is not run here, and said so.

import type { Json } from '../../template/json.ts';
import { isRecord } from '../../template/json.ts';
import { contextValue, type ParameterSource, parameterValue } from './rest-parameters.ts';

const VARIABLE =
  /\$(?:\{(?<braced>context\.[\w.-]+)\}|(?<bare>context\.[\w.-]*\w)|stageVariables\.(?<variable>\w+)|input\.(?<body>body)|input\.(?<how>json|path|params)\(\s*['"](?<what>[^'"]*)['"]\s*\))/g;

/** The first thing in a template that is not plain: a directive, or a variable or function that nothing here knows. */
export function findUnknownInTemplate(template: string): string | undefined {
  const rest = template.replaceAll(VARIABLE, '');
  return /#(?:set|if|else|elseif|end|foreach|macro|define)\b|\$!?\{?[A-Za-z]\w*[\w.]*/.exec(rest)?.[0];
}

/** @param body of the request, or of the backend's answer */
export function fillTemplate(template: string, source: ParameterSource, body: string): string {
  return template.replaceAll(VARIABLE, (...found) => {
    const groups = found.at(-1) as Readonly<Record<string, string | undefined>>;
    const { braced, bare, variable, how, what = '' } = groups;
    if (braced !== undefined || bare !== undefined)
      return contextValue(source.context, (braced ?? bare ?? '').slice('context.'.length)) ?? '';
    if (variable !== undefined) return source.matched?.api.stageVariables[variable] ?? '';
    if (how === undefined) return body;
    if (how === 'params') return findParameter(what, source);
    const value = selectJson(body, what);
    return how === 'json' || typeof value !== 'string' ? (JSON.stringify(value) ?? '') : value;
  });
}

/** Path, then query, then header. */
function findParameter(name: string, source: ParameterSource): string {
  for (const place of ['path', 'querystring', 'header']) {
    const value = parameterValue(`method.request.${place}.${name}`, source);
    if (value !== undefined) return value;
  }
  return '';
}

/** `$`, `$.a.b`, `$.a[0]`; undefined where there is nothing, or no JSON. */
function selectJson(body: string, path: string): Json | undefined {
  let at: Json | undefined;
  try {
    at = JSON.parse(body === '' ? '{}' : body);
  } catch {
    return undefined;
  }
  for (const [, name, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    if (name !== undefined) at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    else at = Array.isArray(at) ? at[Number(index)] : undefined;
  }
  return at;
}
