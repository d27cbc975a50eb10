// Requested path, from what API Gateway says of it: the path, the resource that it chose, and the ARN.

import { isInstance, type PathTemplate, parseResourceTemplate, segmentsOf } from '../../configuration/path-template.ts';
import { isCanonicalPath } from '../canonical-path.ts';

/** `ambiguous` where nobody can be sure what will be served. */
export type RequestedPath =
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  | { readonly kind: 'ambiguous' }
  /** `$connect` of a WebSocket API, which has no path and so no context. */
  | { readonly kind: 'connect' };

const AMBIGUOUS: RequestedPath = { kind: 'ambiguous' };

/**
 * The path after the stage and after what a custom domain puts before it. It counts only if it can be read in one way
 * and is an instance of the resource that API Gateway chose for it: what is judged is then what is served (A70).
 *
 * @param resource `undefined`: API Gateway does not say; `$default`: any
 */
export function requestedPath(path: string, resource: string | undefined, arn: Pick<MethodArn, 'path'>): RequestedPath {
  const template = resource === undefined || resource === '$default' ? undefined : resourceTemplate(resource);
  const candidates = arn.path !== '' && arn.path !== path && path.endsWith(arn.path) ? [arn.path, path] : [path];
  for (const candidate of candidates) {
    if (!isCanonicalPath(candidate)) continue;
    const segments = segmentsOf(candidate);
    if (template === undefined || isInstance(template, segments)) return { kind: 'path', segments };
  }
  return AMBIGUOUS;
}

/** An ARN such as `arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/order/7`. */
export interface MethodArn {
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  /** `/order/7`; empty where there is none. */
  readonly path: string;
}

/** @throws Error */
export function parseMethodArn(arn: string): MethodArn {
  const stageAt = arn.indexOf('/');
  const methodAt = arn.indexOf('/', stageAt + 1);
  if (stageAt === -1 || methodAt === -1) throw new Error('The event names no method.');
  const pathAt = arn.indexOf('/', methodAt + 1);
  return {
    apiId: arn.slice(arn.lastIndexOf(':', stageAt) + 1, stageAt),
    stage: arn.slice(stageAt + 1, methodAt),
    method: arn.slice(methodAt + 1, pathAt === -1 ? arn.length : pathAt),
    path: pathAt === -1 ? '' : arn.slice(pathAt),
  };
}

const MAX_TEMPLATES = 2000;
const templates = new Map<string, PathTemplate>();

/** Resources are few and API Gateway's own, so what was parsed once is kept. */
function resourceTemplate(resource: string): PathTemplate {
  const known = templates.get(resource);
  if (known !== undefined) return known;
  if (templates.size >= MAX_TEMPLATES) templates.clear();
  const template = parseResourceTemplate(resource);
  templates.set(resource, template);
  return template;
}
