// A103 and A33: tokens of issuers as they look in the wild, at both doors. Access tokens open APIs and make no assertion;
// assertions are taken once at the token endpoint; ID tokens, refresh tokens and logout tokens are good for neither.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ISSUER as AUTHORIZER_ISSUER, bearer, NOW_SECONDS, openWorld, restRequest } from '../functions/authorizer/authorizer-world.ts';
import { JWT_BEARER, TOKEN_ENDPOINT } from '../support/assertion-api.ts';
import { newForeignSigner, signForeignJwt } from '../support/external-issuer-tokens.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, START_SECONDS } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const signer = newForeignSigner('RS256', 'k1');
const API = 'https://api.example.org';
const URL_ISSUER = 'https://idp.example/realms/x';

type Claims = Readonly<Record<string, unknown>>;
interface Shape {
  readonly header?: Claims;
  readonly claims: Claims;
}

/** With iss, aud and times beside them, as is said below. */
const ACCESS_TOKENS: Readonly<Record<string, Shape>> = {
  'RFC 9068': { header: { typ: 'at+jwt' }, claims: { sub: 'u', client_id: 'spa', scope: 'menu:read', jti: '1' } },
  Keycloak: {
    claims: {
      sub: 'u',
      typ: 'Bearer',
      azp: 'spa',
      sid: 's',
      acr: '1',
      scope: 'openid menu:read',
      realm_access: { roles: ['a'] },
      jti: '1',
    },
  },
  'Keycloak, lightweight': { claims: { sub: 'u', typ: 'Bearer', azp: 'spa', jti: '1' } },
  Auth0: { claims: { sub: 'auth0|1', azp: 'spa', scope: 'menu:read', gty: 'password' } },
  Okta: { claims: { sub: 'u@example.org', ver: 1, jti: 'AT.1', cid: '0oa', uid: '00u', scp: ['menu:read'], auth_time: 1 } },
  'Entra ID v1': { claims: { sub: 'u', appid: '1', appidacr: '1', scp: 'Menu.Read', tid: 't', oid: 'o', ver: '1.0', idp: 'x' } },
  'Entra ID v2': { claims: { sub: 'u', azp: '1', azpacr: '1', scp: 'Menu.Read', tid: 't', oid: 'o', ver: '2.0' } },
  'Entra ID, of an application': { claims: { sub: 'o', oid: 'o', azp: '1', roles: ['Menu.Read'], idtyp: 'app', ver: '2.0' } },
  'Azure AD B2C': { claims: { sub: 'u', scp: 'read', azp: '1', nonce: 'n', tfp: 'B2C_1', ver: '1.0' } },
  Cognito: {
    claims: { sub: 'u', client_id: '1abc', token_use: 'access', scope: 'aws.cognito.signin.user.admin', username: 'u', version: 2 },
  },
  Zitadel: { claims: { sub: '1', client_id: '2@x', jti: '3' } },
  ForgeRock: {
    claims: { sub: 'u', tokenName: 'access_token', token_type: 'Bearer', cts: 'OAUTH2_STATELESS_GRANT', scope: ['read'], auth_level: 0 },
  },
  'Spring Authorization Server': { claims: { sub: 'u', scope: ['menu:read'], jti: '1' } },
  Curity: { claims: { sub: 'u', purpose: 'access_token', delegationId: 'd', scope: 'read' } },
  Hydra: { claims: { sub: 'u', client_id: 'c', scp: ['read'], ext: {}, jti: '1' } },
  'WSO2 Identity Server': { claims: { sub: 'u', aut: 'APPLICATION_USER', client_id: 'c', azp: 'c', scope: 'read', jti: '1' } },
  'a scope and nothing else': { claims: { sub: 'u', scope: 'menu:read' } },
};

const OTHER_TOKENS: Readonly<Record<string, Shape>> = {
  'an ID token of Keycloak': { claims: { sub: 'u', typ: 'ID', azp: 'spa', nonce: 'n', at_hash: 'h', sid: 's', auth_time: 1 } },
  'an ID token of Cognito': { claims: { sub: 'u', token_use: 'id', 'cognito:username': 'u', auth_time: 1, at_hash: 'h' } },
  'an ID token of the hybrid flow': { claims: { sub: 'u', nonce: 'n', c_hash: 'h' } },
  'an ID token of Curity': { claims: { sub: 'u', purpose: 'id', nonce: 'n', at_hash: 'h' } },
  'a refresh token of Keycloak': { claims: { sub: 'u', typ: 'Refresh', azp: 'spa', scope: 'openid' } },
  'an offline token of Keycloak': { claims: { sub: 'u', typ: 'Offline', azp: 'spa', scope: 'openid' } },
  'a refresh token of ForgeRock': { claims: { sub: 'u', tokenName: 'refresh_token', scope: ['read'] } },
  'a logout token': { claims: { sub: 'u', sid: 's', jti: '1', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } } },
  'a logout token by its type': { header: { typ: 'logout+jwt' }, claims: { sub: 'u', events: {} } },
  'a token that needs a proof': { claims: { sub: 'u', typ: 'DPoP', azp: 'spa', cnf: { jkt: 'x' } } },
};

/** Good at the gateway, which can't tell them from access tokens that say nothing of themselves; no assertions. */
const MAYBE_ID_TOKENS: Readonly<Record<string, Shape>> = {
  'an ID token of the code flow': { claims: { sub: 'u', nonce: 'n', email: 'u@example.org' } },
  'an ID token with auth_time': { claims: { sub: 'u', auth_time: 1 } },
  'an ID token with sid': { claims: { sub: 'u', sid: 's' } },
};

const ASSERTIONS: Readonly<Record<string, Shape & { readonly iss?: string }>> = {
  'RFC 7523 section 4': { claims: { sub: 'mike@example.com', 'http://claims.example.com/member': true } },
  'a Google service account': {
    iss: 'svc@project.iam.gserviceaccount.com',
    claims: { sub: 'u@example.org', scope: 'menu:read order:write' },
  },
  'an integration key, as of DocuSign': { iss: '0f4c-integration', claims: { sub: 'user-guid', scope: 'signature impersonation' } },
  'a connected application, as of Salesforce': { iss: '3MVG9.client', claims: { sub: 'u@example.org' } },
  'WSO2 Identity Server': { iss: 'jwtIDP', claims: { sub: 'admin', jti: 'a1', nbf: 1 } },
  Okta: { claims: { sub: 'u@example.org', jti: 'x' } },
  'Entra ID, without a client': { claims: { sub: 'u', tid: 't', oid: 'o', uti: 'x', rh: 'x', aio: 'x', ver: '2.0', nbf: 1 } },
  'a service account of Kubernetes': { claims: { sub: 'system:serviceaccount:a:b', jti: 'x', 'kubernetes.io': { namespace: 'a' } } },
  'GitHub Actions': { claims: { sub: 'repo:a/b:ref:refs/heads/main', ref: 'refs/heads/main', repository: 'a/b', jti: 'x' } },
  'JWT written into a claim too': { claims: { sub: 'u', typ: 'JWT' } },
  'a purpose of its own': { claims: { sub: 'u', purpose: 'payment', token_type: 'employee' } },
  'the client that presents it': { claims: { sub: 'u', client_id: 'jwt-app' } },
  'the type of RFC 7523’s revision': {
    header: { typ: 'authorization-grant+jwt' },
    claims: { sub: 'u', azp: 'x', scope: 'menu:read', auth_time: 1 },
  },
  'no type': { header: { typ: undefined }, claims: { sub: 'u' } },
};

async function redeem(
  { header, claims, iss = URL_ISSUER }: Shape & { readonly iss?: string },
  entry: Claims = {},
  aud: unknown = TOKEN_ENDPOINT,
) {
  const api = openTokenApi({ sendOutbound: async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: [signer.jwk] }) }) });
  const own = { tenant: 'my_company', entry: `issuer#${iss}`, type: 'jwt', jwksUri: 'https://idp.example/keys' };
  api.stores.put('Tenants', { ...own, audiences: [TOKEN_ENDPOINT], use: ['jwt-bearer'], ...entry });
  api.stores.put('Clients', demoClient('jwt-app', 'secret', { grantTypes: [JWT_BEARER] }));
  const times = { iat: START_SECONDS, exp: START_SECONDS + 300 };
  const assertion = await signForeignJwt(signer, { iss, aud, ...times, ...claims, ...('nbf' in claims && { nbf: START_SECONDS }) }, header);
  const { status, line } = await api.token({ grant_type: JWT_BEARER, assertion, scope: 'menu:read' }, basic('jwt-app', 'secret'));
  return [status, line.reason];
}

async function callApi({ header, claims }: Shape, entry: Claims = {}, aud: unknown = API) {
  const world = openWorld({ sendOutbound: async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: [signer.jwk] }) }) });
  const own = { tenant: 'my_company', entry: `issuer#${URL_ISSUER}`, type: 'jwt', jwksUri: 'https://idp.example/keys' };
  world.stores.put('Tenants', { ...own, audiences: [API], ...entry });
  const token = await signForeignJwt(signer, { iss: URL_ISSUER, aud, iat: NOW_SECONDS, exp: NOW_SECONDS + 300, ...claims }, header);
  const { status } = await world.call(restRequest({ authorization: bearer(token) }));
  return [status, status === 200 ? undefined : world.lines.at(-1)?.fields.reason];
}

for (const [kind, shape] of Object.entries(ACCESS_TOKENS)) {
  test(`A103 an access token of ${kind} opens an API and is no assertion`, async () => {
    assert.deepEqual(await callApi(shape), [200, undefined]);
    const isTyped = shape.header?.typ === 'at+jwt';
    assert.deepEqual(await redeem(shape), [400, isTyped ? 'assertion-type' : 'assertion-not-an-assertion']);
  });
}

for (const [kind, shape] of Object.entries(OTHER_TOKENS)) {
  test(`A103 ${kind} is good for neither`, async () => {
    const isTyped = shape.header?.typ !== undefined;
    assert.deepEqual(await callApi(shape), [401, isTyped ? 'type' : 'not-an-access-token']);
    assert.deepEqual(await redeem(shape), [400, isTyped ? 'assertion-type' : 'assertion-not-an-assertion']);
  });
}

for (const [kind, shape] of Object.entries(MAYBE_ID_TOKENS)) {
  test(`A103 ${kind} is no assertion`, async () => {
    assert.deepEqual(await redeem(shape), [400, 'assertion-not-an-assertion']);
  });
}

for (const [kind, shape] of Object.entries(ASSERTIONS)) {
  test(`an assertion of ${kind} is one`, async () => {
    assert.deepEqual(await redeem(shape), [200, undefined]);
  });
}

test('A103 the explicit type excuses no claim that says the contrary', async () => {
  const header = { typ: 'authorization-grant+jwt' };
  for (const claims of [{ typ: 'Bearer' }, { typ: 'ID' }, { token_use: 'access' }, { at_hash: 'h' }, { events: {} }])
    assert.deepEqual(await redeem({ header, claims: { sub: 'u', ...claims } }), [400, 'assertion-not-an-assertion']);
});

test('A103 a client assertion, whose issuer and subject are one, vouches for nobody', async () => {
  for (const iss of ['client-1', URL_ISSUER])
    assert.deepEqual(await redeem({ iss, claims: { sub: iss, jti: 'x' } }), [400, 'assertion-not-an-assertion']);
});

test('A103 an assertion is for nobody but us', async () => {
  const shape = { claims: { sub: 'u' } };
  for (const aud of [['https://other.example', TOKEN_ENDPOINT], [TOKEN_ENDPOINT, 7], [[TOKEN_ENDPOINT]], 'https://other.example', []])
    assert.deepEqual(await redeem(shape, {}, aud), [400, 'assertion-audience'], JSON.stringify(aud));
  assert.deepEqual(await redeem(shape, {}, [TOKEN_ENDPOINT]), [200, undefined]);
});

test('A103 an issuer for both uses: what is for an API is no assertion, and what is for us opens no API', async () => {
  const shape = { claims: { sub: 'u' } };
  for (const ours of [ISSUER, TOKEN_ENDPOINT, `${ISSUER}/token`]) {
    const entry = { use: ['gateway', 'jwt-bearer'], audiences: [API, ours] };
    assert.deepEqual(await redeem(shape, entry, ours), [200, undefined]);
    assert.deepEqual(await redeem(shape, entry, API), [400, 'assertion-audience']);
    assert.deepEqual(await redeem(shape, entry, [API, ours]), [400, 'assertion-audience']);
  }
  const entry = { use: ['gateway', 'jwt-bearer'], audiences: [API, `${AUTHORIZER_ISSUER}/oauth2/token`] };
  assert.deepEqual(await callApi(shape, entry), [200, undefined]);
  assert.deepEqual(await callApi(shape, entry, `${AUTHORIZER_ISSUER}/oauth2/token`), [401, 'audience']);
});

test('A33 A103 no token of ours is an assertion, whatever issuer an entry names', async () => {
  const api = openTokenApi();
  const keys = (await api.stores.signingKeys()).jwks.keys;
  const asked = openTokenApi({ sendOutbound: async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys }) }) });
  asked.stores.put('Clients', demoClient('jwt-app', 'secret', { grantTypes: [JWT_BEARER] }));
  const own = String((await api.token(PASSWORD_GRANT, basic('demo-jwt-app', 'demo-jwt-app-secret'))).json.access_token);
  for (const iss of [ISSUER, `${ISSUER}/t/my_company`]) {
    const entry = {
      tenant: 'my_company',
      entry: `issuer#${iss}`,
      type: 'jwt',
      jwksUri: `${ISSUER}/oauth2/jwks`,
      audiences: [ISSUER],
      use: ['jwt-bearer'],
    };
    asked.stores.put('Tenants', entry);
    const made = await signForeignJwt(signer, { iss, aud: ISSUER, sub: 'u', iat: START_SECONDS, exp: START_SECONDS + 60 });
    for (const assertion of [own, made]) {
      const { status, line } = await asked.token({ grant_type: JWT_BEARER, assertion }, basic('jwt-app', 'secret'));
      assert.equal(status, 400);
      assert.match(String(line.reason), /^assertion-(not-an-assertion|type|unknown-issuer)$/);
    }
  }
});
