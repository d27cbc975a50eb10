// A tenant with an issuer of its own: what is there, what is not, and what stays good when that changes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, askForToken, openTenants, pageQuery, signInAt } from '../support/isolated-tenants.ts';
import { openBrowser } from '../support/sign-in-browser.ts';
import { ISSUER, type TokenAnswer } from '../support/token-api.ts';

test('there are no endpoints for a tenant that has no issuer of its own, or is not there', async () => {
  const api = openTenants();
  api.stores.put('Tenants', { tenant: 'plain', entry: 'tenant' });
  for (const path of [
    '/t/plain/oauth2/token',
    '/t/nobody/oauth2/token',
    '/t/RIVAL/oauth2/token',
    '/t//oauth2/token',
    '/t/rival',
    '/t/rival/',
    '/t/rival/t/rival/oauth2/token',
    '/.well-known/openid-configuration/t/plain',
  ])
    assert.equal((await api.call({ method: 'GET', path })).status, 404, path);
});

test('A117 each issuer names itself and what is its own, in its document, its answers and its tokens', async () => {
  const api = openTenants();
  const own = `${ISSUER}/t/rival`;
  const documents = await Promise.all(
    [
      '/t/rival/.well-known/openid-configuration',
      '/t/rival/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/t/rival',
      '/.well-known/oauth-authorization-server/t/rival',
    ].map((path) => api.call({ method: 'GET', path })),
  );
  for (const { status, json } of documents) {
    assert.deepEqual([status, json.issuer, json.token_endpoint], [200, own, `${own}/oauth2/token`]);
    assert.ok((json.scopes_supported as string[]).includes('rival:read'));
    assert.ok(!(json.scopes_supported as string[]).includes('my_company:read'));
  }
  const browser = openBrowser(api);
  const { sentBack } = await signInAt(browser, '/t/rival', pageQuery('rival-app'));
  assert.equal(sentBack.iss, own);
  const granted = await askForToken(api, '/t/rival', { grant_type: 'client_credentials' }, as('rival-jwt-app'));
  const claims = JSON.parse(Buffer.from(String(granted.json.access_token).split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual([claims.iss, claims.aud], [own, own]);
});

test('what was issued before a tenant got an issuer of its own, or gave it up, stays good', async () => {
  const api = openTenants();
  const issue = async (prefix: string) =>
    askForToken(api, prefix, { grant_type: 'password', username: 'ada@rival', password: 'ada-pass', scope: 'openid' }, as('rival-jwt-app'));
  const [ofShared, ofOwn] = [await issue(''), await issue('/t/rival')];
  const isGood = async (prefix: string, { json }: TokenAnswer) =>
    (await api.call({ method: 'GET', path: `${prefix}/oauth2/userinfo`, headers: { Authorization: `Bearer ${json.access_token}` } }))
      .status;
  for (const answer of [ofShared, ofOwn]) assert.deepEqual([await isGood('', answer), await isGood('/t/rival', answer)], [200, 200]);
  const form = { grant_type: 'refresh_token', refresh_token: String(ofShared.json.refresh_token) };
  const renewed = await askForToken(api, '/t/rival', form, as('rival-jwt-app'));
  assert.equal(renewed.status, 200);
  api.stores.put('Tenants', { tenant: 'rival', entry: 'tenant' });
  assert.deepEqual([await isGood('', ofOwn), await isGood('', renewed)], [200, 200]);
});
