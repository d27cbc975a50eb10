// Attacks with tokens of ours and things that look like them: rows of the attack list, by number.

import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type JsonWebKey, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { encodeSegment, headerSegment, signJwt } from '../../functions/keys/jwt.ts';
import { demoClient, openTokenApi, PASSWORD_GRANT, START_SECONDS, type TokenApi } from '../support/token-api.ts';
import { basic, type TokenCall } from '../support/token-events.ts';

const demo = basic('demo-app', 'demo-app-secret');
const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');
const otherApp = basic('other-app', 'other-app-secret');

const introspect = async (api: TokenApi, token: unknown, headers: TokenCall['headers'] = jwtApp) =>
  (await api.call({ path: '/oauth2/introspect', form: { token: String(token) }, headers })).json;

const introspectLogin = async (api: TokenApi) => {
  const { json } = await api.token(PASSWORD_GRANT);
  return api.call({ path: '/oauth2/introspect', form: { token: String(json.access_token) }, headers: demo });
};

const userInfo = (api: TokenApi, token: unknown) =>
  api.call({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${token}` } });

async function loginForJwt(api: TokenApi) {
  const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'openid order:write' }, jwtApp);
  const token = String(json.access_token);
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { token, header, payload, signature, refresh: String(json.refresh_token) };
}

/** Nowhere may it pass: not for a token, not for a userinfo, not for a revocation that kills the real one. */
async function assertRefusedEverywhere(api: TokenApi, forged: string, real: string) {
  assert.deepEqual(await introspect(api, forged), { active: false });
  assert.equal((await userInfo(api, forged)).status, 401);
  assert.equal((await api.token({ grant_type: 'refresh_token', refresh_token: forged }, jwtApp)).json.error, 'invalid_grant');
  await api.call({ path: '/oauth2/revoke', form: { token: forged }, headers: jwtApp });
  assert.equal((await introspect(api, real)).active, true);
}

describe('JWT access tokens', () => {
  test('A23 no unsigned token, and none signed with the public key as a shared secret', async () => {
    const api = openTokenApi();
    const { token, header, payload, signature } = await loginForJwt(api);
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const keys = (await api.call({ method: 'GET', path: '/oauth2/jwks' })).json.keys as (JsonWebKey & { kid: string })[];
    const jwk = keys.find((key) => key.kid === kid);
    assert.ok(jwk);
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const alg of ['none', 'None', 'HS256', 'RS512', 'PS256']) {
      const forgedHeader = encodeSegment({ typ: 'at+jwt', alg, kid });
      const mac = createHmac('sha256', pem).update(`${forgedHeader}.${payload}`).digest('base64url');
      for (const forgedSignature of ['', signature, mac])
        await assertRefusedEverywhere(api, `${forgedHeader}.${payload}.${forgedSignature}`, token);
    }
  });

  test('A24 a key, a link or a certificate in the header is not looked at', async () => {
    const api = openTokenApi();
    const { token, payload } = await loginForJwt(api);
    const { newSigningKey } = await import('../support/signing-keys.ts');
    const own = newSigningKey('access-token', 'RS256');
    for (const more of [
      { jwk: own.publicJwk },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/x5u' },
      { x5c: ['MII'] },
    ]) {
      const forgedHeader = encodeSegment({ typ: 'at+jwt', alg: 'RS256', kid: own.kid, ...more });
      const signature = sign('RSA-SHA256', Buffer.from(`${forgedHeader}.${payload}`), own.privateKeyPem).toString('base64url');
      await assertRefusedEverywhere(api, `${forgedHeader}.${payload}.${signature}`, token);
    }
  });

  test('A27 a second spelling of a good token is another token, and no good', async () => {
    const api = openTokenApi();
    const { token, header, payload, signature } = await loginForJwt(api);
    const spellings = [
      `${token}=`,
      `${token} `,
      ` ${token}`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}=`,
      `${token}.`,
      `${header}.${payload}.${signature}.${signature}`,
      JSON.stringify({ protected: header, payload, signature }),
    ];
    for (const spelling of spellings) assert.deepEqual(await introspect(api, spelling), { active: false }, spelling);
  });

  test('A29 crit, b64, zip and an encrypted token are refused, though signed by our own key', async () => {
    const api = openTokenApi();
    const { token, header, payload } = await loginForJwt(api);
    const parsed = JSON.parse(Buffer.from(header, 'base64url').toString());
    const signer = (await api.stores.signingKeys()).signer('access-token', 'RS256', START_SECONDS);
    assert.ok(signer);
    for (const more of [{ crit: ['exp'] }, { crit: [] }, { b64: false, crit: ['b64'] }, { zip: 'DEF' }, { enc: 'A256GCM' }])
      await assertRefusedEverywhere(api, signJwt(signer, encodeSegment({ ...parsed, ...more }), payload), token);
    await assertRefusedEverywhere(api, `${header}.${payload}.AAAA.BBBB.CCCC`, token);
  });

  test('A33 no token of one kind passes for another', async () => {
    const api = openTokenApi();
    const { token, payload, refresh } = await loginForJwt(api);
    const keys = await api.stores.signingKeys();
    for (const purpose of ['access-token', 'end-user-jwt'] as const) {
      const signer = keys.signer(purpose, 'RS256', START_SECONDS);
      assert.ok(signer);
      for (const typ of ['JWT', 'at+jwt', 'application/at+jwt', 'AT+JWT', 'client-authentication+jwt']) {
        if (purpose === 'access-token' && typ === 'at+jwt') continue;
        await assertRefusedEverywhere(api, signJwt(signer, headerSegment(typ, 'RS256', signer.kid), payload), token);
      }
    }
    assert.equal((await userInfo(api, refresh)).status, 401, 'a refresh token is no access token');
    const opaque = await api.token({ ...PASSWORD_GRANT, scope: 'openid' });
    for (const [from, to] of [
      ['gat_', 'grt_'],
      ['grt_', 'gat_'],
    ] as const) {
      const source = String(from === 'gat_' ? opaque.json.access_token : opaque.json.refresh_token);
      assert.deepEqual(await introspect(api, source.replace(from, to), demo), { active: false });
    }
    const swapped = await api.token({ grant_type: 'refresh_token', refresh_token: String(opaque.json.access_token) });
    assert.equal(swapped.line.reason, 'not-a-refresh-token');
    assert.equal((await userInfo(api, opaque.json.refresh_token)).status, 401);
  });
});

describe("other people's tokens", () => {
  test("A56 no client revokes another client's token, or learns of another tenant's", async () => {
    const api = openTokenApi();
    const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'openid' });
    for (const headers of [jwtApp, otherApp]) {
      for (const token of [json.access_token, json.refresh_token]) {
        const { status, json: error, line } = await api.call({ path: '/oauth2/revoke', form: { token: String(token) }, headers });
        assert.deepEqual([status, error.error, line.reason], [400, 'unauthorized_client', 'token-of-another-client']);
      }
    }
    assert.deepEqual(await introspect(api, json.access_token, otherApp), { active: false });
    assert.deepEqual(await introspect(api, json.refresh_token, otherApp), { active: false });
    assert.equal((await introspect(api, json.access_token, demo)).active, true);
  });

  test('A57 introspection believes no JWT before its signature', async () => {
    const api = openTokenApi();
    const { token, header, payload, signature } = await loginForJwt(api);
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    for (const changes of [{ scope: 'admin' }, { sub: 'admin@my_company' }, { exp: START_SECONDS + 999_999 }, { tenant: 'other_company' }])
      await assertRefusedEverywhere(api, `${header}.${encodeSegment({ ...claims, ...changes })}.${signature}`, token);
  });

  test('A91 an application whose id reads like the sub of a user is not taken for that user', async () => {
    const api = openTokenApi();
    const user = 'EXTERNAL/e-1001@my_company';
    const { json: ofUser } = await introspectLogin(api);
    assert.deepEqual([ofUser.sub, ofUser.aut], [user, 'APPLICATION_USER']);
    for (const tokenFormat of ['opaque', 'jwt']) {
      api.stores.put('Clients', demoClient(user, 'secret', { tokenFormat }));
      const headers = basic(encodeURIComponent(user), 'secret');
      const { json } = await api.token({ grant_type: 'client_credentials', scope: 'openid' }, headers);
      const state = await introspect(api, json.access_token, demo);
      assert.deepEqual([state.active, state.client_id, state.aut, state.username], [true, user, 'APPLICATION', undefined]);
      const info = await userInfo(api, json.access_token);
      assert.deepEqual([info.status, info.line.reason], [403, 'no-end-user']);
      if (tokenFormat === 'opaque') continue;
      const claims = JSON.parse(Buffer.from(String(json.access_token).split('.')[1] ?? '', 'base64url').toString());
      assert.deepEqual([claims.aut, claims.client_id, claims.username], ['APPLICATION', user, undefined]);
    }
  });

  test('A62 answers about tokens are never cached, errors included', async () => {
    const api = openTokenApi();
    const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'openid' });
    const token = String(json.access_token);
    const answers = [
      await api.call({ path: '/oauth2/introspect', form: { token }, headers: demo }),
      await api.call({ path: '/oauth2/introspect', form: { token } }),
      await userInfo(api, token),
      await userInfo(api, 'x'),
      await api.call({ path: '/oauth2/revoke', form: { token }, headers: demo }),
      await api.call({ path: '/oauth2/revoke', form: {}, headers: demo }),
    ];
    for (const { headers } of answers) assert.deepEqual([headers['Cache-Control'], headers.Pragma], ['no-store', 'no-cache']);
  });

  test('A82 an expired grant that the table has not swept away yet is dead everywhere', async () => {
    const api = openTokenApi({
      adapt: (stores) => ({ ...stores, grants: { ...stores.grants, findGrant: (id) => stores.grants.findGrant(id, START_SECONDS) } }),
    });
    const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'openid' });
    api.advance(86_400);
    assert.deepEqual(await introspect(api, json.access_token, demo), { active: false });
    assert.deepEqual(await introspect(api, json.refresh_token, demo), { active: false });
    assert.equal((await userInfo(api, json.access_token)).status, 401);
    const renewal = await api.token({ grant_type: 'refresh_token', refresh_token: String(json.refresh_token) });
    assert.equal(renewal.line.reason, 'refresh-token-expired');
  });
});
