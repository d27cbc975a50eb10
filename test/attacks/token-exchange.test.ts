// Attacks on token exchange (RFC 8693): wrong subjects and actors, widening, chains that never end, children that outlive
// what they hang on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccessTokenCheck } from '../../functions/own-tokens/check-access-token.ts';
import { API_ID, bearer, openWorld, USERX as PIZZA_USER, restRequest } from '../functions/authorizer/authorizer-world.ts';
import { claimsOf } from '../support/sign-in-browser.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, type TokenAnswer, type TokenApi, USERX } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ORDERS = 'https://api.example.com/orders';
const BILLS = 'https://api.example.com/bills';

/** Services that may exchange, five of them, and two APIs. */
function openServices(tenantAttributes: Readonly<Record<string, unknown>> = {}): TokenApi {
  const api = openTokenApi();
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', ...tenantAttributes });
  const entry = { tenant: 'my_company', stage: 'prod', resources: [{ path: '/*' }] };
  api.stores.put('Tenants', { ...entry, entry: 'api#orders', apiId: 'a1', resource: ORDERS });
  api.stores.put('Tenants', { ...entry, entry: 'api#bills', apiId: 'a2', resource: BILLS });
  for (const service of ['s1', 's2', 's3', 's4', 's5', 'jwt-service'])
    api.stores.put('Clients', serviceEntry(service, service === 'jwt-service' ? { tokenFormat: 'jwt' } : {}));
  api.stores.put('Clients', { ...serviceEntry('rival'), tenant: 'other_company' });
  return api;
}

const serviceEntry = (clientId: string, changes: Readonly<Record<string, unknown>> = {}) =>
  demoClient(clientId, 'secret', {
    grantTypes: [GRANT, 'client_credentials'],
    scopes: ['order:write', 'menu:read'],
    exchange: [ORDERS, BILLS],
    ...changes,
  });

const login = (api: TokenApi, more: Readonly<Record<string, string>> = {}) =>
  api.token({ ...PASSWORD_GRANT, scope: 'order:write openid', ...more });

function exchange(
  api: TokenApi,
  subject: TokenAnswer,
  changes: Readonly<Record<string, string>> = {},
  client = 's1',
): Promise<TokenAnswer> {
  const form = {
    grant_type: GRANT,
    subject_token: String(subject.json.access_token),
    subject_token_type: ACCESS_TOKEN,
    resource: ORDERS,
    ...changes,
  };
  return api.token(form, basic(client, 'secret'));
}

const isGood = async (api: TokenApi, { json }: TokenAnswer): Promise<boolean> =>
  (await api.call({ path: '/oauth2/introspect', form: { token: String(json.access_token) }, headers: basic('s1', 'secret') })).json
    .active === true;

const refusal = ({ status, json, line }: TokenAnswer) => [status, json.error, line.reason];

test('a user’s token becomes one for the next API: it says who acts, and is an access token like any other', async () => {
  const api = openServices();
  const exchanged = await exchange(api, await login(api), {}, 'jwt-service');
  assert.equal(exchanged.status, 200, exchanged.text);
  const { access_token: token, issued_token_type: type, refresh_token: refresh, scope } = exchanged.json;
  assert.deepEqual([type, refresh, scope], [ACCESS_TOKEN, undefined, 'order:write openid']);
  const claims = claimsOf(token);
  assert.deepEqual(
    [claims.aud, claims.act, claims.client_id, claims.username],
    [ORDERS, { sub: 'jwt-service' }, 'jwt-service', 'EXTERNAL/userx@my_company'],
  );
  const introspected = await api.call({ path: '/oauth2/introspect', form: { token: String(token) }, headers: basic('s1', 'secret') });
  assert.deepEqual([introspected.json.aud, introspected.json.act], [ORDERS, { sub: 'jwt-service' }]);
  assert.deepEqual([exchanged.line.audit, exchanged.line.actors], ['token-issued', ['jwt-service']]);
});

test('A141 client, subject and actor are of one tenant', async () => {
  const api = openServices();
  const subject = await login(api);
  api.stores.put('Tenants', { tenant: 'other_company', entry: 'api#theirs', apiId: 'b1', stage: 'prod', resource: ORDERS, resources: [] });
  assert.deepEqual(refusal(await exchange(api, subject, {}, 'rival')), [400, 'invalid_request', 'subject-token-of-another-tenant']);
  const foreign = await api.token({ grant_type: 'client_credentials' }, basic('rival', 'secret'));
  const actor = { actor_token: String(foreign.json.access_token), actor_token_type: ACCESS_TOKEN };
  assert.deepEqual(refusal(await exchange(api, subject, actor)), [400, 'invalid_request', 'actor-token-of-another-tenant']);
});

test('A141 what is no live access token of a user is exchanged for nothing', async () => {
  const api = openServices();
  const subject = await login(api);
  const application = await api.token({ grant_type: 'client_credentials' }, basic('s1', 'secret'));
  for (const [changes, reason] of [
    [{ subject_token: 'nonsense' }, 'subject-token-not-live'],
    [{ subject_token: String(subject.json.refresh_token) }, 'subject-token-not-live'],
    [{ subject_token: String(application.json.access_token) }, 'subject-token-without-user'],
    [{ subject_token: '' }, 'missing-subject-token'],
    [{ subject_token_type: '' }, 'missing-subject-token-type'],
    [{ subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }, 'unknown-token-type'],
    [{ requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'unknown-token-type'],
    [{ actor_token: String(application.json.access_token) }, 'unknown-token-type'],
    [{ actor_token: 'nonsense', actor_token_type: ACCESS_TOKEN }, 'actor-token-not-live'],
  ] as const)
    assert.deepEqual(refusal(await exchange(api, subject, changes)), [400, 'invalid_request', reason], JSON.stringify(changes));
  api.users.recheckAnswer = { kind: 'refused', reason: 'user-gone' };
  assert.deepEqual(refusal(await exchange(api, subject)), [400, 'invalid_request', 'subject-user-refused']);
});

test('A142 scope, lifetime and resource are never wider than those of the subject, the client and the API', async () => {
  const api = openServices();
  const narrow = await login(api, { scope: 'menu:read' });
  assert.equal((await exchange(api, narrow, { scope: 'order:write menu:read' })).json.scope, 'menu:read');
  assert.equal((await exchange(api, narrow, { scope: 'order:write' })).json.scope, 'default');
  assert.equal((await exchange(api, narrow, { scope: 'SYSTEM' })).json.scope, 'menu:read');
  api.stores.put('Clients', serviceEntry('s2', { scopes: [] }));
  assert.equal((await exchange(api, narrow, {}, 's2')).json.scope, 'default');
  api.advance(3000);
  assert.equal((await exchange(api, narrow)).json.expires_in, 600);
  for (const [changes, client, reason] of [
    [{ resource: '' }, 's1', 'not-one-resource'],
    [{ resource: `${ORDERS} ${BILLS}` }, 's1', 'not-one-resource'],
    [{ resource: BILLS }, 's3', 'resource-not-exchanged'],
    [{ resource: 'https://api.example.com/nobody' }, 's1', 'unknown-resource'],
  ] as const) {
    api.stores.put('Clients', serviceEntry('s3', { exchange: [ORDERS] }));
    assert.deepEqual(refusal(await exchange(api, narrow, changes, client)), [400, 'invalid_target', reason]);
  }
  const publicClient = { secrets: [], authMethods: ['none'], grantTypes: [GRANT], exchange: [ORDERS] };
  api.stores.put('Clients', serviceEntry('public', publicClient));
  const form = {
    grant_type: GRANT,
    client_id: 'public',
    subject_token: String(narrow.json.access_token),
    subject_token_type: ACCESS_TOKEN,
    resource: ORDERS,
  };
  assert.equal((await api.token(form, {})).line.reason, 'grant-not-for-public-clients');
});

test('A143 revoking the user’s token ends the whole chain, however it is revoked', async () => {
  const ends: Readonly<Record<string, (api: TokenApi, root: TokenAnswer) => Promise<unknown> | unknown>> = {
    'by the application': (api, root) =>
      api.call({ path: '/oauth2/revoke', form: { token: String(root.json.access_token) }, headers: basic('demo-app', 'demo-app-secret') }),
    'by its refresh token': (api, root) =>
      api.call({ path: '/oauth2/revoke', form: { token: String(root.json.refresh_token) }, headers: basic('demo-app', 'demo-app-secret') }),
    'by suspending its client': (api) => api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { status: 'suspended' })),
    'by tokensNotBefore of its client': (api) =>
      api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { tokensNotBefore: api.nowSeconds() + 1 })),
  };
  for (const [how, end] of Object.entries(ends)) {
    const api = openServices();
    const root = await login(api);
    const chain = [root];
    for (const service of ['s1', 's2', 's3', 's4']) chain.push(await exchange(api, chain.at(-1) ?? root, {}, service));
    for (const link of chain) assert.equal(await isGood(api, link), true, how);
    await end(api, root);
    for (const [at, link] of chain.entries()) assert.equal(await isGood(api, link), false, `${how}, link ${at}`);
    assert.equal((await exchange(api, chain[2] ?? root, {}, 's5')).line.reason, 'subject-token-not-live', how);
  }
});

test('A143 ending a link in the middle ends what hangs on it, and nothing before it', async () => {
  const api = openServices();
  const root = await login(api);
  const one = await exchange(api, root, {}, 's1');
  const two = await exchange(api, one, {}, 's2');
  await api.call({ path: '/oauth2/revoke', form: { token: String(one.json.access_token) }, headers: basic('s1', 'secret') });
  assert.deepEqual([await isGood(api, root), await isGood(api, one), await isGood(api, two)], [true, false, false]);
});

test('A143 the actor’s own token ends it as well', async () => {
  const api = openServices();
  const actor = await api.token({ grant_type: 'client_credentials' }, basic('s2', 'secret'));
  const child = await exchange(api, await login(api), { actor_token: String(actor.json.access_token), actor_token_type: ACCESS_TOKEN });
  assert.equal(child.status, 200, child.text);
  assert.equal(await isGood(api, child), true);
  await api.call({ path: '/oauth2/revoke', form: { token: String(actor.json.access_token) }, headers: basic('s2', 'secret') });
  assert.equal(await isGood(api, child), false);
});

test('A143 a thousand exchanges that race a revocation leave no live child', async () => {
  const api = openServices();
  for (let race = 0; race < 1000; race += 1) {
    const root = await login(api);
    const revoke = () =>
      api.call({ path: '/oauth2/revoke', form: { token: String(root.json.access_token) }, headers: basic('demo-app', 'demo-app-secret') });
    // Each interleaving: the revocation begins after so many turns of the exchange.
    const exchanging = exchange(api, root);
    for (let turns = 0; turns < race % 40; turns += 1) await Promise.resolve();
    const [child] = await Promise.all([exchanging, revoke()]);
    if (child.status === 200) assert.equal(await isGood(api, child), false, `race ${race}`);
  }
});

test('A144 at most four act, and the chain is shown in order', async () => {
  const api = openServices();
  let link = await login(api);
  for (const service of ['s1', 's2', 's3', 's4']) link = await exchange(api, link, {}, service);
  const { json } = await api.call({
    path: '/oauth2/introspect',
    form: { token: String(link.json.access_token) },
    headers: basic('s1', 'secret'),
  });
  assert.deepEqual(json.act, { sub: 's4', act: { sub: 's3', act: { sub: 's2', act: { sub: 's1' } } } });
  assert.deepEqual(refusal(await exchange(api, link, {}, 's5')), [400, 'invalid_request', 'too-many-actors']);
});

test('A143 a token of a tenant whose JWTs are believed offline shows its actors too', async () => {
  const api = openServices({ jwtRevocation: 'offline' });
  const exchanged = await exchange(api, await login(api), {}, 'jwt-service');
  const check = createAccessTokenCheck({ ...api.stores, issuer: ISSUER });
  const checked = await check(String(exchanged.json.access_token), api.nowSeconds());
  assert.ok(checked.kind === 'live');
  assert.deepEqual([checked.token.delegation?.actors, checked.token.resources], [['jwt-service'], [ORDERS]]);
  assert.equal(checked.token.user?.id, USERX.id);
});

test('A143 A87 the backend reads who acts, no claim of a user can say so, and the API refuses when what it hangs on is gone', async () => {
  const world = openWorld({ cacheSeconds: 0 });
  world.stores.put('Tenants', { ...world.pizzashack, apiId: API_ID });
  const root = await world.issue();
  const parentId = root.slice('gat_'.length, 'gat_'.length + 22);
  assert.ok((await world.stores.grants.findGrant(parentId, world.nowSeconds())) !== undefined);
  const user = { ...PIZZA_USER, claims: { act: '{"sub":"nobody"}', mail: 'm@example.org' } };
  const child = await world.issue({ user, delegation: { actors: ['s2', 's1'], parentIds: [parentId] } });
  const outcome = await world.call(restRequest({ authorization: bearer(child) }));
  assert.ok('context' in outcome);
  assert.deepEqual(claimsOf(outcome.context.endUserJwt).act, { sub: 's2', act: { sub: 's1' } });
  const plain = await world.call(restRequest({ authorization: bearer(await world.issue({ user })) }));
  assert.ok('context' in plain);
  assert.equal(claimsOf(plain.context.endUserJwt).act, undefined);
  await world.stores.grants.deleteGrant({ id: parentId, tenant: 'my_company' });
  assert.equal((await world.call(restRequest({ authorization: bearer(child) }))).status, 401);
  assert.equal(world.lines.at(-1)?.fields.reason, 'parent-ended');
});
