// Attacks on tokens that are believed until the revocation feed tells of their end (functions/revocation-feed/README.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Grant } from '../../functions/storage/grant.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { openFeedFunction } from '../support/feed-function.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { newSigningKeys } from '../support/signing-keys.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, type TokenAnswer, type TokenApi } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ORDERS = 'https://api.example.com/orders';
const TENANT = { tenant: 'my_company', entry: 'tenant', jwtRevocation: 'feed' };
const PRIMARY_GRANT = { grant_type: 'password', username: 'publisher@my_company', password: 'publisher-pass' } as const;
const noNetwork = () => Promise.reject(new Error('no network in this test'));
const WITH_USERS_TABLE: Parameters<typeof openTokenApi>[0] = {
  createUserstores: (stores, clock) =>
    createUserstores({ ...stores, sendOutbound: noNetwork, tenantSecretsPrefix: 'x/', clock, log: () => {} }),
};
const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');
/** What README.md promises. */
const BOUND_SECONDS = 10;

function openServices(options: Parameters<typeof openTokenApi>[0] = {}): TokenApi {
  const api = openTokenApi(options);
  api.stores.put('Tenants', TENANT);
  const orders = { apiId: 'a1', stage: 'prod', resource: ORDERS, resources: [{ path: '/*' }] };
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'api#orders', ...orders });
  const service = { grantTypes: [GRANT, 'client_credentials'], scopes: ['order:write', 'menu:read'], exchange: [ORDERS] };
  api.stores.put('Clients', demoClient('s-jwt', 'secret', { ...service, tokenFormat: 'jwt' }));
  return api;
}

const openFunction = (api: TokenApi) => openFeedFunction({ stores: api.stores, issuer: ISSUER, clock: () => api.nowSeconds() * 1000 });
const login = (api: TokenApi) => api.token({ ...PASSWORD_GRANT, scope: 'order:write' }, jwtApp);
const tokenOf = ({ json, text }: TokenAnswer): string => {
  assert.equal(typeof json.access_token, 'string', text);
  return String(json.access_token);
};
const revoke = (api: TokenApi, token: string, headers = jwtApp) => api.call({ path: '/oauth2/revoke', form: { token }, headers });
const exchange = (api: TokenApi, token: string) =>
  api.token({ grant_type: GRANT, subject_token: token, subject_token_type: ACCESS_TOKEN, resource: ORDERS }, basic('s-jwt', 'secret'));
const claimsOf = (token: string) => JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString());
const grantOf = (api: TokenApi, token: string): Promise<Grant | undefined> =>
  api.stores.grants.findGrant(claimsOf(token).jti.slice(0, 22), api.nowSeconds());

/** Two functions, of which one has known the feed for long, and a token of now. */
async function openWorld(api = openServices()) {
  const old = openFunction(api);
  await old.says(tokenOf(await login(api)));
  api.advance(600);
  return { api, old, young: openFunction(api), token: tokenOf(await login(api)) };
}

test('A83 a revocation reaches every function within the bound, and no request reads anything for it', async () => {
  const { api, old, young, token } = await openWorld();
  const other = tokenOf(await login(api));
  assert.deepEqual(await old.readsFor(token), ['feed.readNewestPages'], 'too old: it is waited for');
  assert.deepEqual(await young.readsFor(token), ['feed.readNewestPages'], 'what is new to a function');
  for (const one of [token, other, token]) {
    assert.deepEqual(await old.readsFor(one), []);
    assert.deepEqual(await young.readsFor(one), []);
  }
  assert.equal((await revoke(api, token)).status, 200);
  assert.deepEqual([await old.says(token), await openFunction(api).says(token)], ['live', 'no-such-grant']);
  api.advance(5);
  await old.says(other);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await old.says(token), 'no-such-grant', 'by a reading in the background that another request began');
  api.advance(BOUND_SECONDS - 5);
  assert.deepEqual([await young.says(token), await young.says(other), await old.says(other)], ['no-such-grant', 'live', 'live']);
});

test('A78 where the feed can’t be read for longer than its bound nothing is allowed, and nothing of it stays', async () => {
  const { api, old, young, token } = await openWorld();
  assert.equal(await old.says(token), 'live');
  api.stores.failing.add('Tokens');
  api.advance(5);
  assert.equal(await old.says(token), 'live');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    old.lines.map(({ event, what, tenants, feedAgeSeconds }) => [event, what, tenants, feedAgeSeconds]),
    [['revocation-feed-not-read', 'feeds', ['my_company'], 5]],
  );
  api.advance(BOUND_SECONDS - 5);
  await assert.rejects(old.says(token), { name: 'Unavailable' });
  await assert.rejects(young.says(token), { name: 'Unavailable' }, 'who never knew the feed believes nothing');
  api.stores.failing.clear();
  assert.deepEqual([await old.says(token), await young.says(token)], ['live', 'live']);
});

test('A83 a token that is older than what a function knows of the feed is looked up once', async () => {
  const api = openServices();
  // The feed begins with the first function that needs it, and these are older.
  const [good, bad] = [tokenOf(await login(api)), tokenOf(await login(api))];
  await revoke(api, bad);
  const one = openFunction(api);
  assert.deepEqual([await one.says(bad), await one.says(good)], ['no-such-grant', 'live']);
  assert.deepEqual(await one.readsFor(good), ['grants.findGrant'], 'its end may be told and not yet written');
  api.advance(301);
  assert.ok((await one.readsFor(good)).includes('grants.findGrant'));
  assert.deepEqual(await one.readsFor(good), []);
});

test('A55 a refresh token that is used again ends the JWTs of its grant by the feed', async () => {
  const { api, old } = await openWorld();
  const first = await login(api);
  const renewed = await api.token({ grant_type: 'refresh_token', refresh_token: String(first.json.refresh_token) }, jwtApp);
  assert.equal(await old.says(tokenOf(renewed)), 'live');
  api.advance(60);
  const reused = await api.token({ grant_type: 'refresh_token', refresh_token: String(first.json.refresh_token) }, jwtApp);
  assert.equal(reused.line.reason, 'refresh-token-reused');
  for (const token of [tokenOf(first), tokenOf(renewed)]) assert.equal(await old.says(token), 'no-such-grant');
});

test('A90 what is declared dead, and a client or tenant that is suspended, is dead for what the token says of its beginning', async () => {
  const { api, old } = await openWorld();
  const first = await login(api);
  api.advance(100);
  const renewed = tokenOf(await api.token({ grant_type: 'refresh_token', refresh_token: String(first.json.refresh_token) }, jwtApp));
  assert.equal(await old.says(renewed), 'live');
  const client = { tokenFormat: 'jwt', tokensNotBefore: api.nowSeconds() - 50 };
  api.stores.put('Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', client));
  assert.equal(await old.says(renewed), 'before-tokens-not-before');
  assert.equal(await old.says(tokenOf(await login(api))), 'live');
  for (const [table, entry, reason] of [
    ['Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', { tokenFormat: 'jwt', status: 'suspended' }), 'client-suspended'],
    ['Tenants', { ...TENANT, tokensNotBefore: api.nowSeconds() - 50 }, 'before-tokens-not-before'],
    ['Tenants', { ...TENANT, status: 'suspended' }, 'tenant-suspended'],
  ] as const) {
    api.stores.put('Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', { tokenFormat: 'jwt' }));
    api.stores.put('Tenants', TENANT);
    assert.equal(await old.says(renewed), 'live');
    api.stores.put(table, entry);
    assert.equal(await old.says(renewed), reason);
  }
});

test('A41 a key that was taken out of use takes its tokens with it, whatever the feed says', async () => {
  const { api, old, token } = await openWorld();
  assert.equal(await old.says(token), 'live');
  const rotated = openMemoryStores({ clock: () => api.nowSeconds() * 1000, signingKeys: newSigningKeys() });
  api.stores.signingKeys = rotated.signingKeys;
  assert.equal(await openFunction(api).says(token), 'not-a-token-of-ours');
});

test('A101 a user of the Users table who is disabled, deleted or given another password, by hand, is refused within the bound', async () => {
  const api = openServices(WITH_USERS_TABLE);
  const user = { tenant: 'my_company', username: 'publisher', id: 'u-1', passwordHash: await hashByArgon2id('publisher-pass') };
  const changes = [
    [{ status: 'disabled' }, 'user-disabled'],
    [{ passwordHash: await hashByArgon2id('another') }, 'password-changed'],
    [{ id: 'u-2' }, 'user-replaced'],
    ['deleted', 'user-deleted'],
  ] as const;
  api.stores.put('Users', user);
  const old = openFunction(api);
  await old.says(tokenOf(await api.token({ ...PRIMARY_GRANT }, jwtApp)));
  api.advance(600);
  const token = tokenOf(await api.token({ ...PRIMARY_GRANT }, jwtApp));
  assert.equal((await grantOf(api, token))?.toldByFeed, true);
  for (const [change, reason] of changes) {
    api.stores.put('Users', user);
    api.advance(BOUND_SECONDS);
    assert.equal(await old.says(token), 'live');
    assert.deepEqual(await old.readsFor(token), []);
    if (change === 'deleted') api.stores.remove('Users', user);
    else api.stores.put('Users', { ...user, ...change });
    assert.equal(await openFunction(api).says(token), reason);
    api.advance(BOUND_SECONDS);
    assert.equal(await old.says(token), reason);
  }
  const text = JSON.stringify(claimsOf(token));
  const { passwordState } = (await grantOf(api, token))?.user ?? {};
  assert.ok(
    passwordState !== undefined && !text.includes(passwordState) && !text.includes('passwordState'),
    'A60 nobody else can compare it',
  );
  assert.equal(claimsOf(token).feed.password.length, 2);
});

test('A22 roles that a user of the Users table has lost are lost to the tokens that are out', async () => {
  const api = openServices(WITH_USERS_TABLE);
  const user = { tenant: 'my_company', username: 'publisher', id: 'u-1', passwordHash: await hashByArgon2id('publisher-pass') };
  api.stores.put('Users', { ...user, roles: ['customer'] });
  const token = tokenOf(await api.token({ ...PRIMARY_GRANT, scope: 'order:write' }, jwtApp));
  const one = openFunction(api);
  const scopes = async () => {
    const checked = await one.check(token);
    assert.ok(checked.kind === 'live');
    return [checked.token.scopes, checked.token.user?.roles];
  };
  const before = await scopes();
  assert.deepEqual(before, [['order:write'], ['customer']]);
  api.stores.put('Users', { ...user, roles: [] });
  api.advance(BOUND_SECONDS);
  assert.deepEqual(await scopes(), [[], []]);
});

test('A143 an exchanged token ends by the feed with all that it hangs on', async () => {
  const { api, old } = await openWorld();
  const root = tokenOf(await login(api));
  const child = tokenOf(await exchange(api, root));
  const grandchild = tokenOf(await exchange(api, child));
  for (const token of [child, grandchild]) assert.equal(await old.says(token), 'live');
  assert.deepEqual(await old.readsFor(grandchild), []);
  assert.deepEqual(
    claimsOf(grandchild).feed.parents.map(([, clientId]: [string, string]) => clientId),
    ['s-jwt', 'demo-jwt-app'],
  );
  await revoke(api, root);
  api.advance(BOUND_SECONDS);
  for (const token of [child, grandchild]) assert.equal(await old.says(token), 'parent-ended');
  assert.equal(await openFunction(api).says(grandchild), 'parent-ended');
  assert.equal((await exchange(api, child)).line.reason, 'subject-token-not-live');
});

test('A143 a parent whose client is suspended, or whose beginning is declared dead, ends the child too', async () => {
  const { api, old } = await openWorld();
  const child = tokenOf(await exchange(api, tokenOf(await login(api))));
  assert.equal(await old.says(child), 'live');
  const put = (more: object) =>
    api.stores.put('Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', { tokenFormat: 'jwt', ...more }));
  put({ status: 'suspended' });
  assert.equal(await old.says(child), 'parent-ended');
  put({ tokensNotBefore: api.nowSeconds() + 1 });
  assert.equal(await old.says(child), 'parent-ended');
  put({});
  assert.equal(await old.says(child), 'live');
});

test('A143 a JWT that hangs on an opaque token, of whose end nobody is told, is looked up at each use', async () => {
  const { api, old } = await openWorld();
  const demoApp = basic('demo-app', 'demo-app-secret');
  const root = tokenOf(await api.token({ ...PASSWORD_GRANT, scope: 'order:write' }, demoApp));
  const child = tokenOf(await exchange(api, root));
  assert.equal(claimsOf(child).feed, undefined);
  assert.equal(await old.says(child), 'live');
  await revoke(api, root, demoApp);
  assert.equal(await old.says(child), 'parent-ended', 'at once');
});

test('A83 a tenant that changes its mind leaves no token that nobody tells of', async () => {
  const { api, old, token } = await openWorld();
  api.stores.put('Tenants', { ...TENANT, jwtRevocation: 'check' });
  const checked = tokenOf(await login(api));
  assert.equal(claimsOf(checked).feed, undefined);
  await revoke(api, checked);
  const kept = tokenOf(await login(api));
  // Revoked by a function that no longer knows of a feed: the grant knows.
  await revoke(api, token);
  assert.equal(await old.says(token), 'no-such-grant');
  api.stores.put('Tenants', TENANT);
  api.advance(BOUND_SECONDS);
  assert.deepEqual([await old.says(token), await old.says(checked), await old.says(kept)], ['no-such-grant', 'no-such-grant', 'live']);
  assert.deepEqual(await old.readsFor(kept), ['grants.findGrant'], 'what was issued before the feed is looked up');
  const fed = tokenOf(await login(api));
  api.stores.put('Tenants', { ...TENANT, jwtRevocation: 'offline' });
  await revoke(api, fed);
  assert.equal(await old.says(fed), 'no-such-grant', 'what was issued for the feed is not believed without it');
});

test('A82 the feed of a tenant says nothing of the tokens of another', async () => {
  const { api, old, token } = await openWorld();
  const feed = api.stores.memoryFeed;
  feed.tell('other', [claimsOf(token).jti.slice(0, 22)]);
  api.advance(BOUND_SECONDS);
  assert.equal(await old.says(token), 'live');
});
