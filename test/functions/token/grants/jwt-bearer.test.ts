// The JWT bearer grant (RFC 7523 section 2.1): what an honest assertion yields, and why others are refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEntry } from '../../../../functions/configuration/entries/parse-entry.ts';
import { issuerDomain } from '../../../../functions/configuration/username.ts';
import { JWT_BEARER, JWT_ISSUER, putJwtIssuer, TOKEN_ENDPOINT, userAssertion } from '../../../support/assertion-api.ts';
import { newForeignSigner, rawJwt } from '../../../support/external-issuer-tokens.ts';
import { demoClient, openTokenApi, START_SECONDS, type TokenApiOptions } from '../../../support/token-api.ts';
import { basic } from '../../../support/token-events.ts';
import { newCertificate } from '../../../support/x509.ts';

const signer = newForeignSigner('RS256', 'k1');
const certificates = { k1: newCertificate({ keys: signer }).pem };

const ALICE = { preferred_username: 'alice', email: 'alice@example.org', groups: ['customer', 'staff'] };

function openApi(issuer: Readonly<Record<string, unknown>> = {}, options: TokenApiOptions = {}) {
  const api = openTokenApi(options);
  putJwtIssuer(api, 'my_company', { certificates, ...issuer });
  api.stores.put('Clients', demoClient('jwt-app', 'secret', { grantTypes: [JWT_BEARER, 'refresh_token'] }));
  const redeem = (assertion: string, scope?: string, clientId = 'jwt-app') =>
    api.token({ grant_type: JWT_BEARER, assertion, ...(scope !== undefined && { scope }) }, basic(clientId, 'secret'));
  return { api, redeem };
}

async function userOf(api: ReturnType<typeof openTokenApi>, token: unknown) {
  return (await api.stores.grants.findGrant(String(token).slice(4, 26), api.nowSeconds()))?.user;
}

test('an assertion yields an access token of a user whose store is the issuer, and no refresh token', async () => {
  const { api, redeem } = openApi();
  const { status, json, line } = await redeem(await userAssertion(signer, ALICE), 'order:write admin');
  assert.equal(status, 200);
  assert.deepEqual([json.scope, json.expires_in, json.refresh_token], ['order:write', 330, undefined]);
  assert.equal(line.subject, 'issuer:https:%2F%2Fidp.example%2Frealms%2Fx/u-1@my_company');
  assert.deepEqual(await userOf(api, json.access_token), {
    tenant: 'my_company',
    domain: issuerDomain(JWT_ISSUER),
    username: 'alice',
    id: 'u-1',
    roles: ['customer', 'staff'],
    claims: { emailaddress: 'alice@example.org' },
  });
});

test('without a mapping to role there are no roles, and only scopes that need none', async () => {
  const { api, redeem } = openApi({ claims: [] });
  const { json } = await redeem(await userAssertion(signer, ALICE), 'order:write menu:read');
  assert.equal(json.scope, 'menu:read');
  assert.deepEqual((await userOf(api, json.access_token))?.roles, []);
});

test('numbers and booleans become text, one text is one role, nested claims are left out', async () => {
  const claims = [
    { remote: 'n', local: 'number' },
    { remote: 'b', local: 'flag' },
    { remote: 'o', local: 'nested' },
    { remote: 'l', local: 'list' },
    { remote: 'constructor', local: 'x' },
    { remote: 'group', local: 'roles' },
  ];
  const { api, redeem } = openApi({ claims, usernameClaim: 'sub' });
  const { json } = await redeem(await userAssertion(signer, { n: 7, b: false, o: { a: 1 }, l: ['a', 1, {}, ''], group: 'customer' }));
  const user = await userOf(api, json.access_token);
  assert.deepEqual([user?.claims, user?.roles], [{ number: '7', flag: 'false', list: ['a', '1'] }, ['customer']]);
});

test('the audience may be one of several, and the issuer may say which', async () => {
  const { redeem } = openApi({ audiences: ['https://alias.example', TOKEN_ENDPOINT] });
  for (const aud of [TOKEN_ENDPOINT, 'https://alias.example', ['https://alias.example'], [TOKEN_ENDPOINT, 'https://alias.example']]) {
    assert.equal((await redeem(await userAssertion(signer, { ...ALICE, aud }))).status, 200);
  }
});

test('an assertion without jti is good once, too', async () => {
  const { redeem } = openApi();
  const assertion = await userAssertion(signer, { ...ALICE, jti: undefined });
  assert.equal((await redeem(assertion)).status, 200);
  assert.equal((await redeem(assertion)).line.reason, 'assertion-replayed');
  assert.equal((await redeem(await userAssertion(signer, { ...ALICE, jti: undefined, n: 2 }))).status, 200);
});

test('a line break around an assertion is none of it, and makes no second one', async () => {
  const { redeem } = openApi();
  const assertion = await userAssertion(signer, { ...ALICE, jti: undefined });
  assert.equal((await redeem(`${assertion}\r\n`)).status, 200);
  for (const again of [assertion, `\n${assertion}`, `${assertion}\n\n`])
    assert.equal((await redeem(again)).line.reason, 'assertion-replayed');
  for (const other of [`${assertion} `, assertion.replace('.', '.\n'), `\t${assertion}`])
    assert.equal((await redeem(other)).line.reason, 'assertion-not-compact');
});

const REFUSALS: readonly (readonly [what: string, claims: Record<string, unknown>, reason: string])[] = [
  ['no sub', { sub: undefined }, 'assertion-claim-missing'],
  ['no exp', { exp: undefined }, 'assertion-claim-missing'],
  ['no aud', { aud: undefined }, 'assertion-claim-missing'],
  ['no iat', { iat: undefined }, 'assertion-claim-missing'],
  ['no iss', { iss: undefined }, 'assertion-unknown-issuer'],
  ['an issuer that the tenant does not have', { iss: 'https://other.example' }, 'assertion-unknown-issuer'],
  ['another audience', { aud: 'https://other.example' }, 'assertion-audience'],
  ['an exp that is over', { exp: START_SECONDS - 30 }, 'assertion-expired'],
  ['an nbf ahead', { nbf: START_SECONDS + 31 }, 'assertion-not-yet-valid'],
  ['an iat ahead', { iat: START_SECONDS + 31 }, 'assertion-issued-in-the-future'],
  ['an exp in words', { exp: 'tomorrow' }, 'assertion-claim-malformed'],
  ['a jti that is a number', { jti: 7 }, 'assertion-claim-malformed'],
  ['a life of more than a day', { exp: START_SECONDS + 90_000 }, 'assertion-lifetime'],
  ['no user name', { preferred_username: undefined }, 'assertion-username'],
  ['a user name with a control character', { preferred_username: 'ali\u0000ce' }, 'assertion-username'],
  ['a user name with a blank at its end', { preferred_username: 'alice ' }, 'assertion-username'],
  ['a subject that turns the text around', { sub: 'ecila\u202e' }, 'assertion-username'],
];

for (const [what, claims, reason] of REFUSALS) {
  test(`${what} is refused as ${reason}`, async () => {
    const { api, redeem } = openApi();
    const wrongPassword = await api.token({ grant_type: 'password', username: 'userx', password: 'wrong' });
    const { status, text, line } = await redeem(await userAssertion(signer, { ...ALICE, ...claims }));
    assert.deepEqual([status, text, line.reason], [400, wrongPassword.text, reason]);
  });
}

test('the log says what WSO2 says, and which issuer it was where that is one of the tenant', async () => {
  const { redeem } = openApi();
  const expired = await redeem(await userAssertion(signer, { ...ALICE, exp: START_SECONDS - 60 }));
  assert.deepEqual([expired.line.description, expired.line.issuer], ['JSON Web Token is expired.', JWT_ISSUER]);
  const unknown = await redeem(await userAssertion(signer, { ...ALICE, iss: 'https://other.example' }));
  assert.deepEqual([unknown.line.description, unknown.line.issuer], ['No Registered IDP found for the JWT with issuer name', undefined]);
});

test('what is no JWT, or none that may be used, is refused', async () => {
  const { redeem } = openApi();
  const cases: readonly (readonly [string, string])[] = [
    ['x', 'assertion-not-compact'],
    ['a.b.c.d.e', 'assertion-encrypted'],
    [`${'a'.repeat(16_384)}.b.c`, 'assertion-too-long'],
    ['eyJ.eyJ.eyJ', 'assertion-not-canonical'],
    [rawJwt('{"alg":', '{}', 'x'), 'assertion-not-json'],
    [rawJwt({ alg: 'RS256', zip: 'DEF' }, { iss: JWT_ISSUER }, 'x'), 'assertion-extension'],
    [rawJwt({ alg: 'RS256', kid: '' }, { iss: JWT_ISSUER }, 'x'), 'assertion-kid-malformed'],
    [rawJwt({ alg: 'none' }, { iss: JWT_ISSUER }, 'x'), 'assertion-algorithm'],
    [await userAssertion(signer, ALICE, { typ: 'at+jwt' }), 'assertion-type'],
    [await userAssertion(signer, ALICE, { kid: 'k2' }), 'assertion-unknown-kid'],
    [await userAssertion(newForeignSigner('ES256', 'k1'), ALICE), 'assertion-algorithm'],
    [await userAssertion(newForeignSigner('RS256', 'k1'), ALICE), 'assertion-signature'],
  ];
  for (const [assertion, reason] of cases) assert.equal((await redeem(assertion)).line.reason, reason);
  assert.equal((await redeem('')).line.reason, 'missing-assertion');
});

test('a key that is revoked, or whose certificate is over, signs nobody in', async () => {
  const revoked = openApi({ revokedKids: ['k1'] });
  assert.equal((await revoked.redeem(await userAssertion(signer, ALICE))).line.reason, 'assertion-kid-revoked');
  const expired = openApi({ certificates: { k1: newCertificate({ keys: signer, validTo: new Date('2029-01-01T00:00:00Z') }).pem } });
  assert.equal((await expired.redeem(await userAssertion(signer, ALICE))).line.reason, 'assertion-certificate-expired');
});

test('an issuer for the gateway alone, of type saml, or switched off, asserts nobody', async () => {
  assert.equal((await openApi({ use: ['gateway'] }).redeem(await userAssertion(signer, ALICE))).line.reason, 'assertion-unknown-issuer');
  assert.equal((await openApi({ enabled: false }).redeem(await userAssertion(signer, ALICE))).line.reason, 'assertion-disabled-issuer');
  const saml = openApi({ type: 'saml', certificates: [certificates.k1], audience: TOKEN_ENDPOINT, recipient: TOKEN_ENDPOINT, claims: {} });
  assert.equal((await saml.redeem(await userAssertion(signer, ALICE))).line.reason, 'assertion-unknown-issuer');
});

test('while the key set does not answer, the assertion is neither refused nor used up', async () => {
  let isUp = false;
  const { api, redeem } = openApi(
    { certificates: undefined, jwksUri: 'https://idp.example/keys' },
    { sendOutbound: async () => ({ status: isUp ? 200 : 502, headers: {}, body: JSON.stringify({ keys: [signer.jwk] }) }) },
  );
  const assertion = await userAssertion(signer, ALICE);
  const { status, json } = await redeem(assertion);
  assert.deepEqual([status, json.error], [503, 'temporarily_unavailable']);
  isUp = true;
  api.advance(6);
  assert.equal((await redeem(assertion)).status, 200);
});

test('entries that contradict themselves are refused with a path', () => {
  const entry = { type: 'jwt', audiences: ['a'], use: ['jwt-bearer'] };
  const faults = (changes: Readonly<Record<string, unknown>>) => {
    const parsed = parseEntry('issuer', { ...entry, ...changes });
    return 'faults' in parsed ? parsed.faults.map(({ path, expected }) => `${path}: ${expected}`) : [];
  };
  assert.deepEqual(faults({}), ['jwksUri: exactly one of jwksUri and certificates']);
  assert.deepEqual(faults({ certificates, jwksUri: 'https://x.example' }), ['jwksUri: exactly one of jwksUri and certificates']);
  assert.deepEqual(faults({ jwksUri: 'http://x.example' }), ['jwksUri: an https URL']);
  assert.deepEqual(faults({ jwksUri: 'http://x.example', allowPlaintext: true }), []);
  assert.deepEqual(faults({ jwksUri: 'nonsense' }), ['jwksUri: a URL']);
  assert.deepEqual(faults({ certificates: {} }), ['certificates: at least one certificate']);
  assert.deepEqual(faults({ certificates: { k1: 'x' } }), ['certificates.k1: a certificate in PEM']);
  assert.deepEqual(faults({ certificates, algorithms: ['HS256'] }), ['algorithms.0: an asymmetric algorithm']);
  assert.deepEqual(faults({ certificates, algorithms: ['ES256', 'EdDSA'] }), ['certificates.k1: a key for ES256 or EdDSA']);
  assert.deepEqual(faults({ jwksUri: 'https://x.example', algorithms: [] }), ['algorithms: at least one algorithm']);
  assert.deepEqual(faults({ certificates, audiences: [] }), ['audiences: at least one audience']);
  const none = 'none where use is empty';
  assert.deepEqual(faults({ certificates, use: [] }), [`audiences: ${none}`]);
  assert.deepEqual(faults({ certificates, use: [], audiences: undefined, clientIds: ['c'] }), [`clientIds: ${none}`]);
  assert.deepEqual(faults({ certificates, use: [], audiences: undefined }), []);
  assert.deepEqual(faults({ certificates, audiences: undefined }), ['audiences: exactly one of audiences and clientIds']);
  assert.deepEqual(faults({ certificates, use: ['gateway'], clientIds: ['c'] }), ['audiences: exactly one of audiences and clientIds']);
  assert.deepEqual(faults({ certificates, use: ['gateway'], audiences: undefined, clientIds: ['c'] }), []);
  assert.deepEqual(faults({ certificates, audiences: undefined, clientIds: [] }), ['clientIds: at least one client id']);
  assert.deepEqual(faults({ certificates, audiences: undefined, clientIds: ['c'] }), [
    'use: no jwt-bearer with clientIds: an assertion names its audience',
  ]);
  const both = ['audiences: one for each use: for jwt-bearer our issuer or the URL of the token endpoint, for access tokens another'];
  assert.deepEqual(faults({ certificates, use: ['gateway', 'jwt-bearer'] }), both);
  assert.deepEqual(faults({ certificates, use: ['gateway', 'jwt-bearer'], audiences: ['a', 'a'] }), both);
  assert.deepEqual(faults({ certificates, use: ['gateway', 'jwt-bearer'], audiences: ['a', 'b'] }), []);
  for (const wrong of ['', [], [''], 7, null, [['a']], Array.from({ length: 11 }, () => 'a')])
    assert.match(faults({ certificates, claims: [{ remote: wrong, local: 'x' }] }).join(), /^claims\.0\.remote(\.0)?: /);
  assert.deepEqual(faults({ certificates, claims: [{ remote: ['a', 'b'], local: 'x', separator: ', ' }] }), []);
});

test('clients that contradict themselves are refused with a path', () => {
  const faults = (changes: Readonly<Record<string, unknown>>) => {
    const parsed = parseEntry('client', { tenant: 'my_company', ...changes });
    return 'faults' in parsed ? parsed.faults.map(({ path, expected }) => `${path}: ${expected}`) : [];
  };
  assert.deepEqual(faults({ authMethods: ['private_key_jwt'] }), ['jwks: jwks or jwksUri, one of which private_key_jwt needs']);
  assert.deepEqual(faults({ jwks: { keys: [] }, jwksUri: 'https://x.example' }), ['jwks: at most one of jwks and jwksUri']);
  assert.deepEqual(faults({ jwksUri: 'http://x.example' }), ['jwksUri: an https URL']);
  const workload = { issuer: 'https://ci.example', subject: 'repo:o/r:ref:refs/heads/main' };
  assert.deepEqual(faults({ workload }), []);
  assert.deepEqual(faults({ workload, authMethods: ['private_key_jwt'] }), []);
  assert.deepEqual(faults({ workload, authMethods: ['none', 'client_secret_basic'] }), ['authMethods: no none beside a workload']);
  for (const wrong of [{}, { issuer: workload.issuer }, { ...workload, subjects: [] }, 'x', [workload], null])
    assert.match(faults({ workload: wrong }).join(), /^workload/);
  for (const subject of ['', 7, 'x'.repeat(1025), 'a\nb', 'repo:o/*', '?'])
    assert.match(faults({ workload: { ...workload, subject } }).join(), /^workload\.subject: /);
  for (const issuer of ['', 'ci.example', 'https://', 'https://*.example', 'https://ci.example/ x'])
    assert.match(faults({ workload: { ...workload, issuer } }).join(), /^workload\.issuer: /);
  assert.deepEqual(faults({ authMethods: [] }), ['authMethods: at least one method']);
  assert.deepEqual(faults({ authMethods: ['none'], grantTypes: ['password', 'client_credentials'] }), [
    'grantTypes: no password for a client whose only method is none',
    'grantTypes: no client_credentials for a client whose only method is none',
  ]);
  assert.deepEqual(faults({ authMethods: ['none', 'client_secret_basic'], grantTypes: ['password'] }), []);
});
