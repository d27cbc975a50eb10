// Rules that a deployment writes: each request is decided by the rule of the route that API Gateway chooses for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchRules } from '../../functions/authorizer/match-rules.ts';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import type { ApiClaim } from '../../functions/configuration/model.ts';
import { segmentsOf } from '../../functions/configuration/path-template.ts';
import type { HttpApi } from '../../infra/emulator/gateway/http-api/http-api.ts';
import { matchDefaultRoute, matchHttpRoute } from '../../infra/emulator/gateway/http-api/match-http-route.ts';
import { matchRoute } from '../../infra/emulator/gateway/rest-api/match-route.ts';
import type { RestApi } from '../../infra/emulator/gateway/rest-api/rest-api.ts';
import { type RouteRule, writeRules } from '../../infra/gatehouse/authorizers/route-rules.ts';

const NONE = { secure: true, handlers: [], scopes: [], permissions: [] } as const;
const routeOf = (method: string, path: string, more: Partial<RouteRule> = {}): RouteRule => ({ ...NONE, method, path, ...more });

test('rules stand as API Gateway prefers routes: as written, with a variable, greedy, $default; a method before ANY', () => {
  const routes = ['$default', '/{proxy+}', '/order/{id}', '/order/{proxy+}', '/{tenant}/order', '/order', '/'].map((path, at) =>
    routeOf('ANY', path, { scopes: [`s${at}`] }),
  );
  const rules = writeRules([...routes, routeOf('GET', '/order', { scopes: ['read'] })]);
  assert.deepEqual(
    rules.map(({ path, methods }) => `${methods?.join() ?? 'all'} ${path}`),
    ['all /', 'GET /order', 'all /order', 'all /order/{id}', 'all /order/{proxy}/*', 'all /{tenant}/order', 'all /{proxy}/*', 'all /*'],
  );
});

test('a greedy route is written with a trailing /* where nothing else may decide about what is before it', () => {
  assert.deepEqual(
    writeRules([routeOf('ANY', '/{proxy+}'), routeOf('ANY', '/')]).map(({ path }) => path),
    ['/', '/*'],
  );
  assert.deepEqual(
    writeRules([routeOf('GET', '/files/{proxy+}')]).map(({ path }) => path),
    ['/files/*'],
  );
});

test('a route below the context is written without it, and one beside it is refused by name', () => {
  const context = '/shop/1.0';
  assert.deepEqual(
    writeRules([routeOf('GET', '/shop/1.0/order'), routeOf('GET', '/shop/1.0'), routeOf('POST', '/shop/1.0/{proxy+}')], context).map(
      ({ path }) => path,
    ),
    ['/', '/order', '/{proxy}/*'].map((path) => (path === '/{proxy}/*' ? '/*' : path)),
  );
  assert.throws(() => writeRules([routeOf('GET', '/shop/1.0x')], context), /GET \/shop\/1.0x: is not below the context/);
});

const SEGMENTS = ['a', 'b', '{x}'] as const;
const METHODS = ['GET', 'POST', 'ANY'] as const;
const ASKED = ['', 'one', 'two'] as const;

const anyRoute = fc
  .record({
    method: fc.constantFrom(...METHODS),
    segments: fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 3 }),
    isGreedy: fc.boolean(),
    asked: fc.constantFrom(...ASKED),
  })
  .map(({ method, segments, isGreedy, asked }) =>
    routeOf(
      method,
      `/${[...segments, ...(isGreedy ? ['{proxy+}'] : [])].join('/')}`,
      asked === '' ? { secure: false } : { scopes: [asked] },
    ),
  );
const anyRoutes = fc.uniqueArray(anyRoute, { maxLength: 8, selector: ({ method, path }) => `${method} ${path}` });
const anyPath = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);

/** What the entry's rules say of a request: the place that the authorizer would take. */
function decide(routes: readonly RouteRule[], method: string, path: string): string {
  const parsed = parseEntry('api', { apiId: 'abcdef1234', stage: 'prod', resources: writeRules(routes) });
  assert.ok('entry' in parsed, JSON.stringify(parsed));
  const api = { ...parsed.entry, name: 'own', owner: 'acme', context: '' };
  const claim = { api, owner: 'acme', name: 'own', stage: 'prod', context: '' } as unknown as ApiClaim;
  const request = { stage: 'prod', method, path: { kind: 'path', segments: segmentsOf(path) } };
  const matched = matchRules([claim], request as unknown as Parameters<typeof matchRules>[1]);
  const rule = matched.kind === 'matched' ? matched.matches[0]?.rule : undefined;
  return rule === undefined ? 'no rule' : askedOf(rule);
}

const askedOf = ({ secure, scopes }: { readonly secure: boolean; readonly scopes: readonly string[] }) => (secure ? scopes.join() : 'open');

test('the rule that decides about a request is that of the route which a REST API chooses', () => {
  fc.assert(
    fc.property(anyRoutes, fc.constantFrom('GET', 'POST'), anyPath, (routes, method, path) => {
      const rest = {
        routes: routes.map((route) => ({
          ...route,
          segments: route.path
            .split('/')
            .slice(1)
            .filter((segment) => segment !== ''),
        })),
      } as unknown as RestApi;
      const chosen = matchRoute([rest], method, path)?.route as unknown as RouteRule | undefined;
      // API Gateway asks the authorizer for routes alone that there are.
      if (chosen !== undefined) assert.equal(decide(routes, method, path), askedOf(chosen));
    }),
    { numRuns: 2000 },
  );
});

test('the rule that decides about a request is that of the route which an HTTP API chooses, $default among them', () => {
  fc.assert(
    fc.property(
      anyRoutes,
      fc.option(fc.constantFrom('', 'one', 'two')),
      fc.constantFrom('GET', 'POST'),
      anyPath,
      (some, byDefault, method, path) => {
        const more = byDefault === null ? [] : [routeOf('ANY', '$default', byDefault === '' ? { secure: false } : { scopes: [byDefault] })];
        const routes = [...some, ...more];
        const http = {
          routes: routes.map((route) => ({
            ...route,
            segments:
              route.path === '$default'
                ? undefined
                : route.path
                    .split('/')
                    .slice(1)
                    .filter((segment) => segment !== ''),
          })),
        } as unknown as HttpApi;
        const chosen = (matchHttpRoute([http], method, path) ?? matchDefaultRoute([http]))?.route as unknown as RouteRule | undefined;
        if (chosen !== undefined) assert.equal(decide(routes, method, path), askedOf(chosen));
      },
    ),
    { numRuns: 2000 },
  );
});
