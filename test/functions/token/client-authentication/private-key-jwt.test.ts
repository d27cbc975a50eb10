// `private_key_jwt` (RFC 7523 sections 2.2 and 3): by hand, and by oauth4webapi as it comes from npm.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { assertionForm, clientAssertion, putKeyClient, TOKEN_ENDPOINT } from '../../../support/assertion-api.ts';
import { type ForeignSigner, newForeignSigner, rawJwt } from '../../../support/external-issuer-tokens.ts';
import { ISSUER, openTokenApi, START_SECONDS } from '../../../support/token-api.ts';
import { basic } from '../../../support/token-events.ts';

const signers = (['RS256', 'ES256', 'EdDSA'] as const).map((alg) => newForeignSigner(alg, `key-${alg}`));
const [rsa, ec] = signers as [ForeignSigner, ForeignSigner];

function openApi(changes: Readonly<Record<string, unknown>> = {}, options: Parameters<typeof openTokenApi>[0] = {}) {
  const api = openTokenApi(options);
  putKeyClient(api, 'key-app', { jwks: { keys: signers.map(({ jwk }) => jwk) }, ...changes });
  return { api, send: (form: Readonly<Record<string, string>>) => api.token(form, {}) };
}

test('an assertion by each kind of key yields a token', async () => {
  const { send } = openApi();
  for (const signer of signers) {
    const { status, json, line } = await send(assertionForm(await clientAssertion(signer, 'key-app'), { scope: 'menu:read' }));
    assert.deepEqual([status, json.token_type, json.scope, line.clientAuthentication], [200, 'Bearer', 'menu:read', 'private_key_jwt']);
  }
});

test('the metadata name Ed25519 as RFC 9864 does, and tokens and keys may name it by either name', async () => {
  const { api } = openApi();
  const { json } = await api.call({ method: 'GET', path: '/.well-known/oauth-authorization-server' });
  const named = json.token_endpoint_auth_signing_alg_values_supported;
  assert.deepEqual(named, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'Ed25519']);
  const ed = newForeignSigner('EdDSA', 'ed');
  for (const ofKey of ['EdDSA', 'Ed25519', undefined]) {
    const { send } = openApi({ jwks: { keys: [{ ...ed.jwk, alg: ofKey }] } });
    for (const alg of ['EdDSA', 'Ed25519'])
      assert.equal((await send(assertionForm(await clientAssertion(ed, 'key-app', {}, { alg })))).status, 200, `${ofKey} ${alg}`);
    assert.equal(
      (await send(assertionForm(await clientAssertion(ec, 'key-app', {}, { kid: 'ed' })))).line.reason,
      'client-assertion-algorithm',
    );
  }
});

test('the audience is our issuer alone (RFC 10070); the token endpoint, by either path, where the entry says so, which is counted', async () => {
  for (const [aud, strict, legacy] of [
    [ISSUER, 200, 200],
    [TOKEN_ENDPOINT, 401, 200],
    [`${ISSUER}/token`, 401, 200],
    [`${ISSUER}/oauth2/introspect`, 401, 401],
    [[ISSUER], 401, 401],
    [[ISSUER, TOKEN_ENDPOINT], 401, 401],
  ] as const) {
    const ask = async (changes: Readonly<Record<string, unknown>>) =>
      openApi(changes).send(assertionForm(await clientAssertion(ec, 'key-app', { aud })));
    const [refused, taken] = [await ask({}), await ask({ legacyAssertionAudience: true })];
    assert.deepEqual([refused.status, taken.status], [strict, legacy], String(aud));
    if (strict === 401) assert.equal(refused.line.reason, 'client-assertion-audience');
    const isCounted = legacy === 200 && aud !== ISSUER;
    assert.equal(taken.line.clientAssertionAudience, isCounted ? 'token-url' : undefined);
  }
});

test('a line break behind the assertion, or before it, is none of it; within it, it is no JWT', async () => {
  const { send } = openApi();
  for (const [before, behind] of [
    ['', '\n'],
    ['', '\r\n\r\n'],
    ['\n', ''],
  ] as const)
    assert.equal((await send(assertionForm(before + (await clientAssertion(ec, 'key-app')) + behind))).status, 200);
  const assertion = await clientAssertion(ec, 'key-app');
  assert.equal((await send(assertionForm(assertion))).status, 200);
  assert.equal((await send(assertionForm(`${assertion}\n`))).line.reason, 'client-assertion-replayed');
  for (const other of [` ${assertion}`, assertion.replace('.', '.\n'), `${assertion}\n${assertion}`, '\n', '\n'.repeat(18_000)])
    assert.match(String((await send(assertionForm(other))).line.reason), /^client-assertion-(not-compact|too-long|encrypted)$/);
});

test('iat, kid (with one key) and client_id may be left out, and typ may say what it is', async () => {
  const { send } = openApi({ jwks: { keys: [ec.jwk] } });
  const forms = [
    assertionForm(await clientAssertion(ec, 'key-app', { iat: undefined })),
    assertionForm(await clientAssertion(ec, 'key-app', {}, { kid: undefined })),
    assertionForm(await clientAssertion(ec, 'key-app', {}, { typ: undefined })),
    assertionForm(await clientAssertion(ec, 'key-app', {}, { typ: 'client-authentication+jwt' })),
    assertionForm(await clientAssertion(ec, 'key-app'), { client_id: 'key-app' }),
  ];
  for (const form of forms) assert.equal((await send(form)).status, 200);
});

test('the keys may come from a URL, and while that does not answer the client is not refused', async () => {
  let isUp = true;
  const { api, send } = openApi(
    { jwks: undefined, jwksUri: 'https://app.example/keys' },
    { sendOutbound: async () => ({ status: isUp ? 200 : 500, headers: {}, body: JSON.stringify({ keys: [ec.jwk] }) }) },
  );
  assert.equal((await send(assertionForm(await clientAssertion(ec, 'key-app')))).status, 200);
  isUp = false;
  api.advance(601);
  const later = { iat: START_SECONDS + 601, exp: START_SECONDS + 660 };
  const { status, json, headers } = await send(assertionForm(await clientAssertion(ec, 'key-app', later)));
  assert.deepEqual([status, json.error, 'Retry-After' in headers], [503, 'temporarily_unavailable', true]);
});

test('it authenticates at revocation and introspection as well, each time with an assertion of its own', async () => {
  const { api, send } = openApi();
  const token = String((await send(assertionForm(await clientAssertion(ec, 'key-app')))).json.access_token);
  const ask = async (path: string) => {
    const { grant_type: _, ...form } = assertionForm(await clientAssertion(ec, 'key-app', { aud: ISSUER }));
    return api.call({ path, form: { ...form, token } });
  };
  assert.equal((await ask('/oauth2/introspect')).json.active, true);
  assert.equal((await ask('/oauth2/revoke')).status, 200);
  assert.equal((await ask('/oauth2/introspect')).json.active, false);
});

const REFUSALS: readonly (readonly [what: string, claims: Record<string, unknown>, reason: string])[] = [
  ['another audience', { aud: 'https://other.example/token' }, 'client-assertion-audience'],
  ['no audience', { aud: undefined }, 'client-assertion-claim-missing'],
  ['no jti', { jti: undefined }, 'client-assertion-claim-missing'],
  ['no exp', { exp: undefined }, 'client-assertion-claim-missing'],
  ['an exp that is over', { exp: START_SECONDS - 30 }, 'client-assertion-expired'],
  ['an nbf ahead', { nbf: START_SECONDS + 40 }, 'client-assertion-not-yet-valid'],
  ['an iat ahead', { iat: START_SECONDS + 40 }, 'client-assertion-issued-in-the-future'],
  ['a life of more than an hour', { exp: START_SECONDS + 3700 }, 'client-assertion-lifetime'],
  ['another sub', { sub: 'demo-app' }, 'client-assertion-subject'],
  ['another iss', { iss: 'demo-app' }, 'client-assertion-subject'],
  ['no sub', { sub: undefined }, 'client-assertion-subject'],
];

for (const [what, claims, reason] of REFUSALS) {
  test(`${what} is invalid_client, ${reason}`, async () => {
    const { send } = openApi();
    const { status, json, line, headers } = await send(assertionForm(await clientAssertion(rsa, 'key-app', claims)));
    assert.deepEqual([status, json.error, line.reason], [401, 'invalid_client', reason]);
    assert.ok('WWW-Authenticate' in headers);
  });
}

test('what is no JWT, or is signed by a key that the client does not have', async () => {
  const { send } = openApi();
  const header = { typ: 'JWT', alg: 'RS256', kid: rsa.kid };
  const claims = { iss: 'key-app', sub: 'key-app' };
  const cases: readonly (readonly [string, string])[] = [
    ['x', 'client-assertion-not-compact'],
    ['a.b.c.d.e', 'client-assertion-encrypted'],
    [`${'a'.repeat(16_384)}.b.c`, 'client-assertion-too-long'],
    ['eyJ.eyJ.eyJ', 'client-assertion-not-canonical'],
    [rawJwt('{"alg":', claims, 'x'), 'client-assertion-not-json'],
    [rawJwt({ ...header, crit: ['exp'] }, claims, 'x'), 'client-assertion-extension'],
    [rawJwt({ ...header, kid: 7 }, claims, 'x'), 'client-assertion-kid-malformed'],
    [rawJwt({ ...header, alg: 'HS256' }, claims, 'x'), 'client-assertion-algorithm'],
    [rawJwt(header, { ...claims, aud: TOKEN_ENDPOINT, exp: 'soon', jti: 'j' }, 'x'), 'client-assertion-claim-malformed'],
    [await clientAssertion(rsa, 'key-app', {}, { typ: 'at+jwt' }), 'client-assertion-type'],
    [await clientAssertion(rsa, 'key-app', {}, { kid: 'another' }), 'client-assertion-unknown-kid'],
    [await clientAssertion(newForeignSigner('RS256', rsa.kid), 'key-app'), 'client-assertion-signature'],
  ];
  for (const [assertion, reason] of cases) {
    const { status, line } = await send(assertionForm(assertion));
    assert.deepEqual([status, line.reason], [401, reason]);
  }
});

test('an unknown client, one without keys, and one that may not use the method', async () => {
  const { api, send } = openApi();
  putKeyClient(api, 'secret-app', { authMethods: ['client_secret_basic'], jwks: { keys: [rsa.jwk] } });
  const cases = [
    ['nobody', 'unknown-client'],
    ['demo-app', 'no-client-keys'],
    ['secret-app', 'method-not-of-this-client'],
  ] as const;
  for (const [clientId, reason] of cases) {
    const { status, line } = await send(assertionForm(await clientAssertion(rsa, clientId)));
    assert.deepEqual([status, line.reason], [401, reason]);
  }
});

test('half of an assertion, an unknown type, and a client_id that differs', async () => {
  const { send } = openApi();
  const assertion = await clientAssertion(rsa, 'key-app');
  const { client_assertion_type: _, ...noType } = assertionForm(assertion);
  const { client_assertion: __, ...noAssertion } = assertionForm(assertion);
  const refusals = [
    [noType, 400, 'missing-client-assertion-type'],
    [noAssertion, 400, 'missing-client-assertion'],
    [assertionForm(assertion, { client_assertion_type: 'urn:x' }), 401, 'unknown-client-assertion-type'],
  ] as const;
  for (const [form, status, reason] of refusals) {
    const answer = await send(form);
    assert.deepEqual([answer.status, answer.line.reason], [status, reason]);
  }
  const other = await send(assertionForm(assertion, { client_id: 'demo-app' }));
  assert.deepEqual([other.status, other.line.reason], [401, 'client-id-mismatch']);
});

test('two JWTs in one client_assertion are none', async () => {
  const { send } = openApi();
  const [one, other] = [await clientAssertion(rsa, 'key-app'), await clientAssertion(rsa, 'key-app', { jti: 'other' })];
  for (const both of [`${one} ${other}`, `${one},${other}`, `${one}.${other}`])
    assert.equal((await send(assertionForm(both))).json.error, 'invalid_client');
  assert.equal((await send(assertionForm(one))).status, 200);
});

test('a secret and an assertion at once are refused', async () => {
  const { api } = openApi();
  const assertion = await clientAssertion(rsa, 'key-app');
  for (const [form, headers] of [
    [assertionForm(assertion), basic('demo-app', 'demo-app-secret')],
    [assertionForm(assertion, { client_id: 'key-app', client_secret: 'x' }), {}],
  ] as const) {
    assert.deepEqual((await api.token(form, headers)).json.error, 'invalid_request');
  }
});

test('oauth4webapi authenticates with each of its algorithms', async () => {
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'Ed25519'] as const) {
    const { privateKey, publicKey } = await oauth.generateKeyPair(alg);
    const api = openTokenApi();
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: alg, key_ops: undefined, ext: undefined };
    putKeyClient(api, 'o4w-app', { jwks: { keys: [JSON.parse(JSON.stringify(jwk))] } });
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const skew = START_SECONDS - Math.floor(Date.now() / 1000);
    await oauth.PrivateKeyJwt({ key: privateKey, kid: alg })(
      { issuer: ISSUER, token_endpoint: TOKEN_ENDPOINT },
      { client_id: 'o4w-app', [oauth.clockSkew]: skew },
      form,
      new Headers(),
    );
    const { status, line } = await api.token(Object.fromEntries(form), {});
    assert.deepEqual([status, line.reason], [200, undefined], alg);
  }
});
