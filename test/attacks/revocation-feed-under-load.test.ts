// Attacks on tokens that are believed until the revocation feed tells of their end, where very much is told, the table is slow,
// or what was known is of another time (functions/revocation-feed/README.md).

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createUserstores } from '../../functions/userstores/index.ts';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { openFeedFunction } from '../support/feed-function.ts';
import { ISSUER, openTokenApi, PASSWORD_GRANT, type TokenApi } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const TENANT = { tenant: 'my_company', entry: 'tenant', jwtRevocation: 'feed' };
const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');
/** After that, a token is known to be younger than the feed. */
const SURE_SECONDS = 301;

function open(options: Parameters<typeof openTokenApi>[0] = {}) {
  const api = openTokenApi(options);
  api.stores.put('Tenants', TENANT);
  const openFunction = (maxHeldIds = 1000) =>
    openFeedFunction({ stores: api.stores, issuer: ISSUER, clock: () => api.nowSeconds() * 1000, maxHeldIds });
  return { api, openFunction };
}

async function login(api: TokenApi, form: Readonly<Record<string, string>> = PASSWORD_GRANT): Promise<string> {
  const { json, text } = await api.token(form, jwtApp);
  assert.equal(typeof json.access_token, 'string', text);
  return String(json.access_token);
}
const revoke = (api: TokenApi, token: string) => api.call({ path: '/oauth2/revoke', form: { token }, headers: jwtApp });

/** Grants of others that end, so many pages of them. */
function endOthers(api: TokenApi, pages: number): void {
  for (let told = 0; told < pages * 6; told++)
    api.stores.memoryFeed.tell(
      'my_company',
      Array.from({ length: 20 }, () => randomBytes(16).toString('base64url')),
    );
}

test('A83 a client that ends so many grants that pages are forgotten brings no token back whose end stood in them', async () => {
  const { api, openFunction } = open();
  // Older than the feed, so that it is looked up, and then known to be there.
  const [ended, kept] = [await login(api), await login(api)];
  const one = openFunction(300);
  api.advance(1);
  assert.equal(await one.says(ended), 'live');
  api.advance(SURE_SECONDS);
  for (const token of [ended, kept]) assert.equal(await one.says(token), 'live');
  assert.deepEqual(await one.readsFor(ended), []);
  await revoke(api, ended);
  api.advance(10);
  assert.equal(await one.says(ended), 'no-such-grant');
  endOthers(api, 10);
  api.advance(10);
  assert.deepEqual([await one.says(ended), await one.says(kept)], ['no-such-grant', 'live']);
  api.advance(SURE_SECONDS);
  assert.equal(await one.says(kept), 'live');
  assert.deepEqual(await one.readsFor(kept), [], 'looked up until the pages that are left reach back far enough');
});

test('A83 a token is held against what is known at the end of a slow answer, not at its beginning', async () => {
  const { api, openFunction } = open({
    createUserstores: (stores, clock) =>
      createUserstores({
        ...stores,
        sendOutbound: () => Promise.reject(new Error('no network in this test')),
        tenantSecretsPrefix: 'x/',
        clock,
        log: () => {},
      }),
  });
  const user = { tenant: 'my_company', username: 'publisher', id: 'u-1', passwordHash: await hashByArgon2id('publisher-pass') };
  api.stores.put('Users', user);
  const feed = await api.stores.feed();
  const slowness = { seconds: 0 };
  const readUsers: typeof feed.readUsers = async (keys) => {
    const found = await feed.readUsers(keys);
    api.advance(slowness.seconds);
    return found;
  };
  api.stores.feed = async () => ({ ...feed, readUsers });
  const one = openFunction();
  const other = await login(api, { grant_type: 'client_credentials' });
  await one.says(other);
  api.advance(SURE_SECONDS);
  const form = { grant_type: 'password', username: 'publisher@my_company', password: 'publisher-pass' };
  const [ended, kept] = [await login(api, form), await login(api, form)];
  assert.equal(await one.says(other), 'live');
  await revoke(api, ended);
  api.advance(8);
  // What it knows is eight seconds old, and the user is read at a second try.
  slowness.seconds = 3;
  assert.equal(await one.says(ended), 'no-such-grant');
  assert.equal(await one.says(kept), 'live', 'a slow answer refuses nobody');
});

test('A83 a JWT that outlives those that replaced it, and its refresh token, can be revoked as long as it is believed', async () => {
  const { api, openFunction } = open();
  const one = openFunction();
  await one.says(await login(api));
  api.stores.put('Tenants', { ...TENANT, accessTokenSeconds: 86_400 });
  api.advance(SURE_SECONDS);
  const first = await api.token(PASSWORD_GRANT, jwtApp);
  const token = String(first.json.access_token);
  // Whoever lowers the lifetimes has still given this one a day.
  api.stores.put('Tenants', { ...TENANT, accessTokenSeconds: 60, refreshTokenSeconds: 600 });
  let refreshToken = String(first.json.refresh_token);
  for (let renewal = 0; renewal < 2; renewal++) {
    const { json } = await api.token({ grant_type: 'refresh_token', refresh_token: refreshToken }, jwtApp);
    refreshToken = String(json.refresh_token);
  }
  api.advance(3600);
  assert.equal(await one.says(token), 'live');
  const renewed = await api.token({ grant_type: 'refresh_token', refresh_token: refreshToken }, jwtApp);
  assert.equal(renewed.line.reason, 'refresh-token-expired');
  assert.equal((await revoke(api, token)).line.revocation, 'revoked');
  api.advance(10);
  assert.equal(await one.says(token), 'no-such-grant');
});

test('A79 tokens of a tenant that was deleted stay dead when another is made under its name', async () => {
  const { api, openFunction } = open();
  const [warm, cold] = [openFunction(), openFunction()];
  await warm.says(await login(api));
  api.advance(600);
  const token = await login(api);
  assert.equal(await warm.says(token), 'live');
  // As `tenant delete --all` does it: nobody is told of the grants, and the feed goes as well.
  const grantId = JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString()).jti.slice(0, 22);
  api.stores.remove('Tenants', TENANT);
  await api.stores.grants.deleteGrant({ id: grantId, tenant: 'my_company' });
  api.stores.memoryFeed.lose('my_company');
  api.stores.put('Tenants', TENANT);
  api.advance(10);
  for (const each of [warm, cold]) assert.equal(await each.says(token), 'no-such-grant');
  const later = await login(api);
  for (const each of [warm, cold]) assert.equal(await each.says(later), 'live');
});
