// API Gateway keeps an authorizer's answer for all that its key covers. For random rules, tokens and sequences of
// requests a caller gets with caching on what it gets with caching off (A66 to A69), and what was revoked or has
// expired is obeyed within the stated bound.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openWorld, USERX, type World } from '../functions/authorizer/authorizer-world.ts';
import { CONTEXT, type Gateway, METHODS, type Observed, openGatewayFor, REST_SOURCES } from '../support/authorizer-behind-gateway.ts';

const TTL = 60;

const rule = fc.record({
  path: fc.constantFrom('/a', '/b', '/items/{id}', '/items/1', '/files/*', '/files/secret', '/http-a', '/http-b', '/*'),
  methods: fc.constantFrom<'all' | string[]>('all', ['GET'], ['POST'], ['GET', 'POST']),
  secure: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  scopes: fc.constantFrom<string[]>([], [], [], ['order:write'], ['order:read'], ['order:write', 'order:read']),
  handlers: fc.constantFrom<'all' | string[]>('all', ['oauth2'], ['oauth2'], ['basic']),
});

const api = fc.record({
  tenants: fc.constantFrom<'*' | string[] | undefined>('*', ['other'], undefined),
  resources: fc.array(rule, { minLength: 2, maxLength: 8 }),
});

/** With these an ARN is longer than a policy may name. */
const LONG_FILE = `/files/${'x'.repeat(450)}`;
const LONG_ITEM = `/items/${'x'.repeat(450)}`;

const request = fc.record({
  // The first six are good ones.
  token: fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(20) }),
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom('/a', '/b', '/items/1', '/items/2', '/files/secret', '/files/x/y', '/http-a', '/http-b', LONG_FILE, LONG_ITEM),
});

interface Case {
  readonly own: { readonly tenants: '*' | string[] | undefined; readonly resources: readonly object[] };
  /** The same tenant's second entry for the same place. */
  readonly second: { readonly tenants: '*' | string[] | undefined; readonly resources: readonly object[] } | undefined;
  readonly requests: readonly { readonly token: number; readonly method: string; readonly path: string }[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  own: api,
  second: fc.option(api, { nil: undefined }),
  requests: fc.array(request, { minLength: 5, maxLength: 25 }),
});

function putApi(world: World, name: string, gateway: Gateway, { tenants, resources }: Case['own']): void {
  for (const [at, apiId] of gateway.apiIds.entries()) {
    const stage = at === 0 ? 'prod' : '$default';
    const entry = { tenant: 'my_company', entry: `api#${name}${at}`, apiId, stage, context: CONTEXT, resources };
    world.stores.put('Tenants', tenants === undefined ? entry : { ...entry, tenants });
  }
}

/** Every kind of `Authorization` that a caller may send. */
async function credentials(world: World): Promise<readonly (string | undefined)[]> {
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Clients', { clientId: 'other-app', tenant: 'other', scopes: ['order:write'] });
  const other = { ...USERX, tenant: 'other', id: 'o-1' };
  const expired = await world.issue({ seconds: 60 });
  world.advance(61);
  const bearers = await Promise.all([
    world.issue(),
    world.issue({ scopes: ['order:write'] }),
    world.issue({ scopes: ['order:write', 'order:read'], format: 'jwt' }),
    world.issue({ user: null }),
    world.issue({ tenant: 'other', clientId: 'other-app', user: other, scopes: ['order:write'] }),
    world.issue({ tenant: 'other', clientId: 'other-app', user: other, format: 'jwt' }),
  ]);
  return [...bearers.map((token) => `Bearer ${token}`), `Bearer ${expired}`, 'Bearer garbage', 'Basic not base64', '', undefined];
}

async function prepare({ own, second }: Case, gateways: (world: World) => readonly Gateway[]) {
  const world = openWorld({ cacheSeconds: TTL });
  const tokens = await credentials(world);
  const opened = gateways(world);
  const [first] = opened;
  if (first !== undefined) {
    putApi(world, 'shop', first, own);
    if (second !== undefined) putApi(world, 'shop-b', first, second);
  }
  return { tokens, opened };
}

const headersOf = (authorization: string | undefined) => (authorization === undefined ? [] : [['Authorization', authorization] as const]);

test('A66 A69 with caching on a caller gets what it gets with caching off, at any identity sources that the construct takes', async () => {
  let hits = 0;
  let passed = 0;
  let refused = 0;
  const more = fc.subarray(['context.stage', 'context.resourcePath', 'context.identity.sourceIp']);
  await fc.assert(
    fc.asyncProperty(cases, more, async (given, extraSources) => {
      const sources = [...REST_SOURCES, ...extraSources];
      const { tokens, opened } = await prepare(given, (world) => [openGatewayFor(world, TTL, sources), openGatewayFor(world, 0, sources)]);
      const [cached, uncached] = opened;
      assert.ok(cached !== undefined && uncached !== undefined);
      // Twice the same, so that the second time answers come from the cache.
      for (const { token, method, path } of [...given.requests, ...given.requests]) {
        const headers = headersOf(tokens[token % tokens.length]);
        const expected = await uncached.call(method, `${CONTEXT}${path}`, headers);
        assert.deepEqual(await cached.call(method, `${CONTEXT}${path}`, headers), expected);
        if (expected.status === 200) passed++;
        else refused++;
      }
      hits += uncached.calls() - cached.calls();
    }),
    { numRuns: 50 },
  );
  // The property says something only if all of this has happened.
  assert.ok(hits > 50 && passed > 50 && refused > 50, `${hits} hits, ${passed} passed, ${refused} refused`);
});

test('A68 with the token alone as key, which the construct refuses, the cache never lets through more than without it', async () => {
  let differed = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const sources = REST_SOURCES.slice(0, 1);
      const { tokens, opened } = await prepare(given, (world) => [openGatewayFor(world, TTL, sources), openGatewayFor(world, 0, sources)]);
      const [cached, uncached] = opened;
      assert.ok(cached !== undefined && uncached !== undefined);
      for (const { token, method, path } of given.requests) {
        const headers = headersOf(tokens[token % tokens.length]);
        const expected = await uncached.call(method, `${CONTEXT}${path}`, headers);
        const actual: Observed = await cached.call(method, `${CONTEXT}${path}`, headers);
        if (actual.status === 200) assert.deepEqual(actual, expected);
        else if (expected.status === 200) differed++;
      }
    }),
    { numRuns: 40 },
  );
  // This is why the construct refuses it: an exact policy from the cache turns away who may pass.
  assert.ok(differed > 0);
});

const open = { tenants: undefined, resources: [{ path: '/a' }, { path: '/http-a' }] };

for (const path of ['/a', '/http-a']) {
  test(`revocation, expiry and suspension are obeyed within the cache’s ${TTL} s: ${path}`, async () => {
    const ends: Record<string, (world: World, token: string) => Promise<void>> = {
      revocation: async (world, token) => world.stores.grants.deleteGrant({ id: token.slice(4, 26), tenant: 'my_company' }),
      suspension: async (world) => world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', status: 'suspended' }),
      expiry: async (world) => world.advance(100),
    };
    for (const [end, happen] of Object.entries(ends)) {
      const world = openWorld({ cacheSeconds: TTL });
      const gateway = openGatewayFor(world, TTL);
      putApi(world, 'shop', gateway, open);
      const token = await world.issue({ seconds: 100 });
      const status = async () => (await gateway.call('GET', `${CONTEXT}${path}`, headersOf(`Bearer ${token}`))).status;
      assert.equal(await status(), 200, end);
      if (end === 'expiry') world.advance(TTL - 1);
      assert.equal(await status(), 200, end);
      await happen(world, token);
      let lag = 0;
      for (; (await status()) === 200; lag++) world.advance(1);
      assert.ok(lag <= TTL, `${end} was obeyed after ${lag} s`);
    }
  });

  test(`an answer that is kept ends with the token, and says why from then on: ${path}`, async () => {
    for (const seconds of [10, 59, 60, 61, 100]) {
      const world = openWorld({ cacheSeconds: TTL });
      const gateway = openGatewayFor(world, TTL);
      putApi(world, 'my_company', gateway, open);
      const token = await world.issue({ seconds });
      const call = () => gateway.call('GET', `${CONTEXT}${path}`, headersOf(`Bearer ${token}`));
      // Asked for the first time when it has half a cache left to live.
      const early = Math.max(0, seconds - TTL / 2);
      world.advance(early);
      for (let second = early; second < seconds; second++) {
        assert.equal((await call()).status, 200, `${second} of ${seconds}`);
        world.advance(1);
      }
      const calls = gateway.calls();
      assert.equal((await call()).status, 403, 'what is kept is refused');
      assert.equal(gateway.calls(), calls, 'without a call');
    }
  });
}

test('an end-user JWT from the cache is never one that has expired', async () => {
  const world = openWorld({ cacheSeconds: TTL });
  const gateway = openGatewayFor(world, TTL);
  putApi(world, 'shop', gateway, open);
  const token = await world.issue({ seconds: 600 });
  for (let second = 0; second < 3 * TTL; second++) {
    for (const path of ['/a', '/http-a']) {
      const { claims } = await gateway.call('GET', `${CONTEXT}${path}`, headersOf(`Bearer ${token}`));
      const { exp, iat } = claims ?? {};
      assert.ok(typeof exp === 'number' && typeof iat === 'number');
      assert.ok(exp > world.nowSeconds(), `expired ${world.nowSeconds() - exp} s ago`);
      // It outlives the cache by a margin and not by more.
      assert.ok(exp - iat <= 3 * TTL, `lives ${exp - iat} s`);
    }
    world.advance(1);
  }
  assert.ok(gateway.calls() < 12, `${gateway.calls()} calls`);
});
