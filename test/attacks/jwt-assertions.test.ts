// A33 to A35, A37, A53 and A79 on the token endpoint: assertions of clients and of issuers, used by whom they are not for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { issuerDomain, parseUsername, qualifiedName, subjectOf } from '../../functions/configuration/username.ts';
import {
  assertionForm,
  clientAssertion,
  JWT_BEARER,
  JWT_ISSUER,
  putJwtIssuer,
  putKeyClient,
  TOKEN_ENDPOINT,
  userAssertion,
} from '../support/assertion-api.ts';
import { newForeignSigner } from '../support/external-issuer-tokens.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, START_SECONDS } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';
import { newCertificate } from '../support/x509.ts';

const clientKey = newForeignSigner('ES256', 'c1');
const issuerKey = newForeignSigner('RS256', 'i1');
const issuerEntry = { certificates: { i1: newCertificate({ keys: issuerKey }).pem }, usernameClaim: 'sub', claims: [] };

function openApi() {
  const api = openTokenApi();
  putKeyClient(api, 'key-app', { jwks: { keys: [clientKey.jwk] } });
  putKeyClient(api, 'second-key-app', { jwks: { keys: [clientKey.jwk] } });
  putJwtIssuer(api, 'my_company', issuerEntry);
  api.stores.put('Clients', demoClient('jwt-app', 'secret', { grantTypes: [JWT_BEARER] }));
  api.stores.put('Clients', demoClient('other-jwt-app', 'secret', { tenant: 'other_company', grantTypes: [JWT_BEARER], scopes: [] }));
  return {
    api,
    authenticate: (assertion: string, form: Readonly<Record<string, string>> = {}) => api.token(assertionForm(assertion, form), {}),
    redeem: (assertion: string, clientId = 'jwt-app') => api.token({ grant_type: JWT_BEARER, assertion }, basic(clientId, 'secret')),
  };
}

test('A35 a client assertion is good once; of fifty at once one gets a token', async () => {
  const { authenticate } = openApi();
  const assertion = await clientAssertion(clientKey, 'key-app');
  const answers = await Promise.all(Array.from({ length: 50 }, () => authenticate(assertion)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.filter(({ status }) => status !== 200).every(({ line }) => line.reason === 'client-assertion-replayed'));
});

test('A35 the same jti in another assertion is refused, and not that of another client', async () => {
  const { authenticate } = openApi();
  assert.equal((await authenticate(await clientAssertion(clientKey, 'key-app', { jti: 'same' }))).status, 200);
  assert.equal((await authenticate(await clientAssertion(clientKey, 'key-app', { jti: 'same', exp: START_SECONDS + 90 }))).status, 401);
  assert.equal((await authenticate(await clientAssertion(clientKey, 'second-key-app', { jti: 'same' }))).status, 200);
});

test('A35 an assertion with a wrong signature uses up no jti', async () => {
  const { authenticate, redeem } = openApi();
  const attacker = newForeignSigner('ES256', 'c1');
  assert.equal(
    (await authenticate(await clientAssertion(attacker, 'key-app', { jti: 'target' }))).line.reason,
    'client-assertion-signature',
  );
  assert.equal((await authenticate(await clientAssertion(clientKey, 'key-app', { jti: 'target' }))).status, 200);
  const rsaAttacker = newForeignSigner('RS256', 'i1');
  assert.equal((await redeem(await userAssertion(rsaAttacker, { jti: 'target' }))).line.reason, 'assertion-signature');
  assert.equal((await redeem(await userAssertion(issuerKey, { jti: 'target' }))).status, 200);
});

test('A35 the same jti in another assertion of the same issuer is refused', async () => {
  const { redeem } = openApi();
  assert.equal((await redeem(await userAssertion(issuerKey, { jti: 'same' }))).status, 200);
  const other = await redeem(await userAssertion(issuerKey, { jti: 'same', sub: 'u-2', exp: START_SECONDS + 200 }));
  assert.equal(other.line.reason, 'assertion-replayed');
});

test('A35 it stays used until it can not be used any more', async () => {
  const { api, authenticate } = openApi();
  const assertion = await clientAssertion(clientKey, 'key-app', { exp: START_SECONDS + 60 });
  assert.equal((await authenticate(assertion)).status, 200);
  for (const [seconds, reason] of [
    [59, 'client-assertion-replayed'],
    [30, 'client-assertion-replayed'],
    [1, 'client-assertion-expired'],
  ] as const) {
    api.advance(seconds);
    assert.equal((await authenticate(assertion)).line.reason, reason);
  }
});

test('A35 ids of one purpose are not ids of another', async () => {
  const { authenticate, redeem } = openApi();
  assert.equal((await authenticate(await clientAssertion(clientKey, 'key-app', { jti: 'x' }))).status, 200);
  assert.equal((await redeem(await userAssertion(issuerKey, { jti: 'x' }))).status, 200);
  assert.equal((await redeem(await userAssertion(issuerKey, { jti: 'x' }))).line.reason, 'assertion-replayed');
});

test('A34 an assertion that another server could have been given is refused', async () => {
  const { authenticate } = openApi();
  for (const aud of [
    [ISSUER],
    [ISSUER, 'https://evil.example'],
    'https://evil.example',
    TOKEN_ENDPOINT,
    `${ISSUER}/`,
    `${ISSUER}?x`,
    ISSUER.toUpperCase(),
  ]) {
    assert.equal((await authenticate(await clientAssertion(clientKey, 'key-app', { aud }))).line.reason, 'client-assertion-audience');
  }
});

test('A33 an assertion of one kind is none of the other, and no token of ours is either', async () => {
  const { api, authenticate, redeem } = openApi();
  assert.equal((await redeem(await clientAssertion(clientKey, 'key-app'))).line.reason, 'assertion-unknown-issuer');
  assert.equal((await authenticate(await userAssertion(issuerKey))).line.reason, 'unknown-workload');
  const own = String((await api.token(PASSWORD_GRANT, basic('demo-jwt-app', 'demo-jwt-app-secret'))).json.access_token);
  assert.notEqual((await redeem(own)).status, 200);
  assert.notEqual((await authenticate(own)).status, 200);
  putJwtIssuer(api, 'my_company', issuerEntry);
  assert.equal((await redeem(await userAssertion(issuerKey, {}, { typ: 'at+jwt' }))).line.reason, 'assertion-type');
});

test('A37 two ways of authentication in one request are refused, whichever is genuine', async () => {
  const { api } = openApi();
  const assertion = await clientAssertion(clientKey, 'key-app');
  const decoy = await clientAssertion(newForeignSigner('ES256', 'c1'), 'key-app');
  for (const presented of [assertion, decoy]) {
    for (const headers of [basic('demo-app', 'demo-app-secret'), basic('demo-app', 'wrong')]) {
      assert.equal((await api.token(assertionForm(presented), headers)).json.error, 'invalid_request');
    }
    const posted = assertionForm(presented, { client_id: 'key-app', client_secret: 'x' });
    assert.equal((await api.token(posted, {})).json.error, 'invalid_request');
  }
});

test('A53 an issuer of one tenant asserts nobody at another', async () => {
  const { redeem } = openApi();
  const { status, line } = await redeem(await userAssertion(issuerKey), 'other-jwt-app');
  assert.deepEqual([status, line.reason], [400, 'assertion-unknown-issuer']);
});

test('A53 an issuer of both: one use is one use, and a fake of the other tenant uses up nothing', async () => {
  const { api, redeem } = openApi();
  putJwtIssuer(api, 'other_company', issuerEntry);
  const assertion = await userAssertion(issuerKey);
  assert.equal((await redeem(assertion)).status, 200);
  assert.equal((await redeem(assertion, 'other-jwt-app')).line.reason, 'assertion-replayed');
  const fake = newForeignSigner('RS256', 'i1');
  putJwtIssuer(api, 'other_company', { ...issuerEntry, certificates: { i1: newCertificate({ keys: fake }).pem } });
  const burnt = await redeem(await userAssertion(fake, { jti: 'target' }), 'other-jwt-app');
  assert.deepEqual([burnt.status, String(burnt.line.subject).endsWith('@other_company')], [200, true]);
  assert.equal((await redeem(await userAssertion(issuerKey, { jti: 'target' }))).status, 200);
});

test('A79 whatever an issuer and a subject are called, the user is one of that issuer and of that tenant', () => {
  const tenant = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/);
  const issuer = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('PRIMARY', 'EXTERNAL', 'a/b', 'a%2Fb', 'x@my_company', 'issuer:a', JWT_ISSUER),
  );
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('userx', 'userx@my_company', 'EXTERNAL/userx', '/u', 'a/b@c'));
  fc.assert(
    fc.property(tenant, issuer, name, tenant, issuer, name, (t1, i1, n1, t2, i2, n2) => {
      const one = { tenant: t1, domain: issuerDomain(i1), username: n1, id: n1 };
      const two = { tenant: t2, domain: issuerDomain(i2), username: n2, id: n2 };
      const isSame = t1 === t2 && i1 === i2 && n1 === n2;
      assert.equal(qualifiedName(one) === qualifiedName(two), isSame);
      assert.equal(subjectOf(one) === subjectOf(two), isSame);
      // The tenant is what follows the last @, and the domain what comes before the first slash, whoever takes it apart.
      assert.equal(qualifiedName(one).slice(qualifiedName(one).lastIndexOf('@') + 1), t1);
      assert.equal(qualifiedName(one).slice(0, qualifiedName(one).indexOf('/')), one.domain);
      for (const domain of ['PRIMARY', 'EXTERNAL', 'ISSUER'])
        assert.notEqual(qualifiedName(one), qualifiedName({ tenant: t1, domain, username: n1 }));
      // Typed at a login, it asks a store that no tenant can have.
      const typed = parseUsername(qualifiedName(one));
      if (typed?.domain !== undefined) assert.doesNotMatch(typed.domain, /^[A-Z0-9][A-Z0-9_.-]{0,31}$/);
    }),
    { numRuns: 500, seed: 79 },
  );
});
