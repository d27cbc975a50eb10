// The rules of an `api#` entry from the routes of an API: which route a request takes says API Gateway, and the rule that
// decides must be that route's own. So they stand in the order in which API Gateway prefers one route to another ("Create
// routes for HTTP APIs in API Gateway" of the guide): the first rule that matches decides.

import { isInstance, parseResourceTemplate } from '../../../functions/configuration/path-template.ts';
import type { RouteHandler } from './route-options.ts';

/** A route, and what its rule asks of a caller. */
export interface RouteRule {
  /** `ANY`: every one. */
  readonly method: string;
  /** As API Gateway writes it: `/order/{id}`, `/{proxy+}`, `$default`. */
  readonly path: string;
  /** False: open to anyone. */
  readonly secure: boolean;
  readonly handlers: readonly RouteHandler[];
  readonly scopes: readonly string[];
  readonly permissions: readonly string[];
}

/** One of `resources`, with nothing in it that says what absence says. */
export interface WrittenRule {
  readonly path: string;
  readonly methods?: readonly string[];
  readonly secure?: false;
  readonly handlers?: readonly RouteHandler[];
  readonly scopes?: readonly string[];
  readonly permissions?: readonly string[];
}

/**
 * The rules in their order.
 *
 * @param context what all paths begin with, and the rules leave out
 * @throws Error that names a route outside of the context
 */
export function writeRules(routes: readonly RouteRule[], context = ''): readonly WrittenRule[] {
  return [...routes]
    .sort((one, other) => (rankOf(one) < rankOf(other) ? -1 : 1))
    .map((route) => {
      const { method, secure, handlers, scopes, permissions } = route;
      return {
        path: withinContext(rulePath(route, routes), route, context),
        ...(method !== 'ANY' && { methods: [method] }),
        ...(secure ? handlers.length > 0 && { handlers } : { secure: false as const }),
        ...(scopes.length > 0 && { scopes }),
        ...(permissions.length > 0 && { permissions }),
      };
    });
}

const DEFAULT_ROUTE = '$default';

const isGreedy = (segment: string): boolean => segment.endsWith('+}');
const isVariable = (segment: string): boolean => segment.startsWith('{');
const segmentsOf = (path: string): readonly string[] => path.split('/').filter((segment) => segment !== '');

/** A segment as it is before a variable, that before a greedy one, from left to right; of two for one path the one with the method. */
function rankOf({ path, method }: RouteRule): string {
  if (path === DEFAULT_ROUTE) return '3';
  const segments = segmentsOf(path).map((segment) => (isGreedy(segment) ? '2' : isVariable(segment) ? '1' : '0'));
  return `${segments.join('')}${method === 'ANY' ? '!b' : '!a'}`;
}

/**
 * `{proxy+}` is at least one segment, and a trailing `/*` any number of them: `/files/*` where nothing else may decide about
 * `/files`, else `/files/{proxy}/*`.
 */
function rulePath(route: RouteRule, routes: readonly RouteRule[]): string {
  if (route.path === DEFAULT_ROUTE) return '/*';
  const segments = segmentsOf(route.path);
  const last = segments.at(-1) ?? '';
  if (!isGreedy(last)) return `/${segments.map(writeSegment).join('/')}`;
  const before = segments.slice(0, -1);
  const begin = before.map((segment) => `/${writeSegment(segment)}`).join('');
  const isContested = routes.some((other) => other !== route && reaches(other, before) && !asksTheSame(route, other));
  return isContested ? `${begin}/${writeSegment(last.replace('+}', '}'))}/*` : `${begin}/*`;
}

/** Names of variables mean nothing in a rule, and may have other characters at API Gateway. */
const writeSegment = (segment: string): string => (isVariable(segment) ? segment.replaceAll(/[^A-Za-z0-9_.{}-]/g, '_') : segment);

/** Whether a route may take a path of these segments, of which variables may be anything. */
function reaches({ path }: RouteRule, segments: readonly string[]): boolean {
  if (path === DEFAULT_ROUTE) return true;
  const template = parseResourceTemplate(path);
  const loose = { ...template, segments: template.segments.map((own, at) => (isVariable(segments[at] ?? '') ? undefined : own)) };
  return isInstance(loose, segments);
}

function asksTheSame(one: RouteRule, other: RouteRule): boolean {
  const asked = ({ secure, handlers, scopes, permissions }: RouteRule) => JSON.stringify([secure, handlers, scopes, permissions]);
  return asked(one) === asked(other);
}

function withinContext(path: string, route: RouteRule, context: string): string {
  if (context === '') return path;
  if (path === context) return '/';
  if (path.startsWith(`${context}/`)) return path.slice(context.length);
  throw new Error(`${route.method} ${route.path}: is not below the context ${context} of its api# entry.`);
}
