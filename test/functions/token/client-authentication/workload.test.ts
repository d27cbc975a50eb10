// Workloads as clients: the tokens that platforms give, in the shapes that they document, and what is refused of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJwt } from '../../../../functions/external-issuers/read-jwt.ts';
import type { SendOutbound } from '../../../../functions/outbound/outbound.ts';
import type { JwtFault } from '../../../../functions/shared/reasons/assertions.ts';
import { verifyWorkload } from '../../../../functions/token/client-authentication/workload.ts';
import { newForeignSigner, rawJwt } from '../../../support/external-issuer-tokens.ts';
import { ISSUER, openTokenApi, START_SECONDS } from '../../../support/token-api.ts';
import { basic } from '../../../support/token-events.ts';
import {
  issuerEntryOf,
  JWT_TYPE,
  jwksUriOf,
  PLATFORMS,
  type Platform,
  SPIFFE_TYPE,
  type WorkloadTokenChanges,
  workloadClient,
  workloadForm,
  workloadToken,
} from '../../../support/workloads.ts';

const named = (name: string): Platform => {
  const platform = PLATFORMS.find((one) => one.name === name);
  assert.ok(platform !== undefined, name);
  return platform;
};
const [AWS, KUBERNETES, GITHUB, SPIFFE] = ['AWS STS, RS256', 'EKS', 'GitHub Actions', 'SPIFFE, a JWT-SVID without iss'].map(named) as [
  Platform,
  Platform,
  Platform,
  Platform,
];

/** Key sets of the platforms, as they are asked for over the network. */
const keysOf =
  (...platforms: readonly Platform[]): SendOutbound =>
  async (_dependency, { url }) => {
    const keys = platforms.filter((platform) => jwksUriOf(platform) === url).map(({ jwk }) => jwk);
    return { status: keys.length === 0 ? 404 : 200, headers: {}, body: JSON.stringify({ keys }) };
  };

/** The client `job` of my_company is the platform's workload. */
function openApi(platform: Platform, changes: Readonly<Record<string, unknown>> = {}, options: Parameters<typeof openTokenApi>[0] = {}) {
  const api = openTokenApi({ sendOutbound: keysOf(platform), ...options });
  api.stores.put('Tenants', issuerEntryOf(platform, 'my_company'));
  api.stores.put('Clients', workloadClient(platform, 'job', 'my_company', changes));
  const send = async (more: Readonly<Record<string, string>> = {}, token: WorkloadTokenChanges = {}) =>
    api.token(workloadForm(platform, await workloadToken(platform, token), more), {});
  return { api, send };
}

for (const platform of PLATFORMS) {
  test(`a workload of ${platform.name} is its client, with client_id and without, as often as its token lasts`, async () => {
    const { send } = openApi(platform);
    for (const more of [{ client_id: 'job' }, {}, { client_id: 'job' }, {}]) {
      const { status, json, line } = await send({ scope: 'menu:read', ...more });
      assert.deepEqual(
        [status, json.token_type, json.scope, line.clientId, line.clientAuthentication, line.workloadIssuer],
        [200, 'Bearer', 'menu:read', 'job', 'workload', platform.workload.issuer],
        JSON.stringify([json, line]),
      );
    }
  });
}

test('it authenticates at every endpoint where clients do, and its token is its client’s', async () => {
  const { api, send } = openApi(AWS);
  const token = String((await send()).json.access_token);
  const ask = async (path: string) => {
    const { grant_type: _, ...form } = workloadForm(AWS, await workloadToken(AWS));
    return api.call({ path, form: { ...form, token } });
  };
  const { json } = await ask('/oauth2/introspect');
  assert.deepEqual([json.active, json.client_id], [true, 'job']);
  assert.equal((await ask('/oauth2/revoke')).status, 200);
  assert.equal((await ask('/oauth2/introspect')).json.active, false);
});

test('at the endpoint of a tenant’s own issuer that issuer is the audience, and only its clients are there', async () => {
  const { api } = openApi(GITHUB);
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', issuer: 'own' });
  api.stores.put('Tenants', { tenant: 'rival', entry: 'tenant', issuer: 'own' });
  api.stores.put('Tenants', issuerEntryOf(GITHUB, 'rival'));
  const own = await workloadToken(GITHUB, { audience: `${ISSUER}/t/my_company` });
  const send = (path: string, token: string, more: Readonly<Record<string, string>> = {}) =>
    api.call({ path, form: workloadForm(GITHUB, token, more), headers: {} });
  for (const more of [{}, { client_id: 'job' }]) {
    assert.equal((await send('/t/my_company/oauth2/token', own, more)).status, 200);
    assert.equal((await send('/oauth2/token', own, more)).line.reason, 'workload-audience');
    assert.equal((await send('/t/my_company/oauth2/token', await workloadToken(GITHUB), more)).line.reason, 'workload-audience');
    // The same token, and a fresh one for the other tenant, where it is nobody's.
    assert.equal((await send('/t/rival/oauth2/token', own, more)).line.reason, 'unknown-client');
    const ofRival = await workloadToken(GITHUB, { audience: `${ISSUER}/t/rival` });
    assert.equal((await send('/t/rival/oauth2/token', ofRival, more)).line.reason, 'unknown-client');
  }
});

test('a secret and keys of its own go on beside it, so that an application can change over', async () => {
  const { api, send } = openApi(GITHUB, { secrets: [{ sha256: 'b133a0c0e9bee3be20163d2ad31d6248db292aa6dcb1ee087a2aa50e0fc75ae2' }] });
  assert.equal((await send()).status, 200);
  const refused = await api.token({ grant_type: 'client_credentials' }, basic('job', 'wrong'));
  assert.deepEqual([refused.status, refused.line.reason], [401, 'wrong-secret']);
  const two = await api.token(workloadForm(GITHUB, await workloadToken(GITHUB)), basic('job', 'wrong'));
  assert.deepEqual([two.status, two.line.reason], [400, 'two-client-authentications']);
});

const other = newForeignSigner('RS256', AWS.signer.kid);

/** Against the shape of AWS STS. */
const REFUSALS: readonly (readonly [what: string, changes: WorkloadTokenChanges, reason: string, withoutClientId?: string])[] = [
  ['another subject', { claims: { sub: 'arn:aws:iam::123456789012:role/Other' } }, 'workload-not-of-this-client', 'unknown-workload'],
  ['a longer subject', { claims: { sub: `${AWS.workload.subject}2` } }, 'workload-not-of-this-client', 'unknown-workload'],
  ['a shorter subject', { claims: { sub: AWS.workload.subject.slice(0, -1) } }, 'workload-not-of-this-client', 'unknown-workload'],
  ['a subject in another case', { claims: { sub: AWS.workload.subject.toLowerCase() } }, 'workload-not-of-this-client', 'unknown-workload'],
  ['another issuer with the same subject', { claims: { iss: 'https://other.example' } }, 'workload-not-of-this-client', 'unknown-workload'],
  ['the issuer with a slash', { claims: { iss: `${AWS.workload.issuer}/` } }, 'workload-not-of-this-client', 'unknown-workload'],
  ['no issuer', { claims: { iss: undefined } }, 'client-assertion-subject'],
  ['no subject', { claims: { sub: undefined } }, 'client-assertion-subject'],
  ['a subject that is no text', { claims: { sub: ['x'] } }, 'client-assertion-subject'],
  ['another audience', { audience: 'https://other.example' }, 'workload-audience'],
  ['no audience', { claims: { aud: undefined } }, 'workload-claim-missing'],
  ['no exp', { claims: { exp: undefined } }, 'workload-claim-missing'],
  ['an exp that is over', { nowSeconds: START_SECONDS - 931 }, 'workload-expired'],
  ['an exp that is no number', { claims: { exp: 'soon' } }, 'workload-claim-malformed'],
  ['an nbf ahead', { claims: { nbf: START_SECONDS + 40 } }, 'workload-not-yet-valid'],
  ['an iat ahead', { claims: { iat: START_SECONDS + 40 } }, 'workload-issued-in-the-future'],
  ['a life of more than a day', { claims: { exp: START_SECONDS + 86_500 } }, 'workload-lifetime'],
  ['a life of more than a day, with no iat', { claims: { exp: START_SECONDS + 86_500, iat: undefined } }, 'workload-lifetime'],
  ['an unknown kid', { header: { kid: 'another' } }, 'workload-unknown-kid'],
  ['no kid, and a signature of another key', { signer: other, header: { kid: undefined } }, 'workload-signature'],
  ['the signature of another key', { signer: other }, 'workload-signature'],
  ['an algorithm that the entry does not list', { signer: newForeignSigner('ES256', 'x') }, 'workload-algorithm'],
  ['the type of an access token', { header: { typ: 'at+jwt' } }, 'workload-type'],
  ['the type of a logout token', { header: { typ: 'logout+jwt' } }, 'workload-type'],
];

for (const [what, changes, reason, withoutClientId = reason] of REFUSALS) {
  test(`${what} is invalid_client: ${reason}${withoutClientId === reason ? '' : `, or without client_id ${withoutClientId}`}`, async () => {
    const { send } = openApi(AWS);
    const [withId, without] = [await send({ client_id: 'job' }, changes), await send({}, changes)];
    for (const { status, json, headers } of [withId, without])
      assert.deepEqual([status, json.error, 'WWW-Authenticate' in headers], [401, 'invalid_client', true]);
    assert.deepEqual([withId.line.reason, without.line.reason], [reason, withoutClientId]);
  });
}

test('no signature, and one by a secret, are refused before anything is asked', async () => {
  const { api } = openApi(AWS, {}, { sendOutbound: () => Promise.reject(new Error('nothing may be asked')) });
  const { issuer: iss, subject: sub } = AWS.workload;
  const claims = { iss, sub, aud: ISSUER, iat: START_SECONDS, exp: START_SECONDS + 60 };
  for (const alg of ['none', 'HS256', 'HS512', 'none ', undefined]) {
    const refused = await api.token(workloadForm(AWS, rawJwt({ typ: 'JWT', alg, kid: AWS.signer.kid }, claims, 'x')), {});
    assert.deepEqual([refused.status, refused.line.reason], [401, 'client-assertion-algorithm'], alg);
  }
});

test('a JWT-SVID is sent by its own type alone where it has no iss, and its subject is a SPIFFE ID', async () => {
  const { api, send } = openApi(SPIFFE);
  const svid = await workloadToken(SPIFFE);
  for (const more of [{}, { client_id: 'job' }]) {
    assert.equal((await api.token(workloadForm({ assertionType: JWT_TYPE }, svid, more), {})).line.reason, 'client-assertion-subject');
    assert.equal((await send(more, { claims: { sub: 'spiffe://example.org' } })).line.reason, 'client-assertion-subject');
    assert.equal((await send(more, { claims: { sub: 'https://example.org/x' } })).line.reason, 'client-assertion-subject');
    assert.equal((await send(more, { claims: { sub: 'spiffe://EXAMPLE.org/ns/payments/sa/invoices' } })).status, 401);
    // Another trust domain that trusts nobody here, whatever its subject ends with.
    assert.equal((await send(more, { claims: { sub: 'spiffe://evil.example/ns/payments/sa/invoices' } })).status, 401);
    // An `iss` that says something else than the trust domain is another workload.
    assert.equal((await send(more, { claims: { iss: 'https://example.org' } })).status, 401);
  }
  const { send: ofAws } = openApi({ ...AWS, assertionType: SPIFFE_TYPE });
  assert.equal((await ofAws()).line.reason, 'client-assertion-subject');
});

test('the issuer is one of the client’s own tenant, enabled, and of type jwt; what else it is for does not matter', async () => {
  const { api, send } = openApi(GITHUB);
  const put = (changes: Readonly<Record<string, unknown>>, tenant = 'my_company') =>
    api.stores.put('Tenants', issuerEntryOf(GITHUB, tenant, changes));
  put({ enabled: false });
  assert.equal((await send()).line.reason, 'workload-disabled-issuer');
  for (const use of [['gateway'], ['jwt-bearer'], ['token-exchange']]) {
    put({ use, audiences: ['https://api.example'] });
    assert.equal((await send()).status, 200, use.join());
  }
  put({ revokedKids: [GITHUB.signer.kid] });
  assert.equal((await send()).line.reason, 'workload-kid-revoked');
  put({ type: 'saml' });
  assert.equal((await send()).line.reason, 'workload-unknown-issuer');
  api.stores.remove('Tenants', issuerEntryOf(GITHUB, 'my_company'));
  put({}, 'other');
  for (const more of [{}, { client_id: 'job' }]) assert.equal((await send(more)).line.reason, 'workload-unknown-issuer');
});

test('an issuer that is for workloads alone is believed nowhere else', async () => {
  const { api } = openApi(GITHUB, { grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] });
  const token = await workloadToken(GITHUB);
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: token };
  const { status, line } = await api.token(workloadForm(GITHUB, token, grant), {});
  assert.deepEqual([status, line.reason], [400, 'assertion-unknown-issuer']);
});

test('keys that can’t be had, and claims that can’t be read, are an outage and never invalid_client', async () => {
  let isUp = false;
  const { api, send } = openApi(
    AWS,
    {},
    {
      sendOutbound: async (...asked) => (isUp ? keysOf(AWS)(...asked) : { status: 500, headers: {}, body: '' }),
    },
  );
  for (const more of [{}, { client_id: 'job' }]) {
    const { status, json, headers } = await send(more);
    assert.deepEqual([status, json.error, 'Retry-After' in headers], [503, 'temporarily_unavailable', true]);
  }
  isUp = true;
  api.advance(10);
  assert.equal((await send()).status, 200);
  api.stores.failing.add('Clients');
  assert.equal((await send()).status, 503);
});

test('a client that is suspended, or has no such grant, gets nothing', async () => {
  const { send } = openApi(AWS, { status: 'suspended' });
  assert.equal((await send()).line.reason, 'client-suspended');
  const { send: sendNoGrant } = openApi(AWS, { grantTypes: [] });
  assert.equal((await sendNoGrant()).line.reason, 'grant-not-of-this-client');
  const { send: ofOther, api } = openApi(KUBERNETES);
  assert.equal((await ofOther({ client_id: 'demo-app' })).line.reason, 'client-assertion-subject');
  assert.equal((await ofOther({ client_id: 'nobody' })).line.reason, 'unknown-client');
  api.stores.put('Clients', { clientId: 'job', tenant: 'my_company', workload: 'all', grantTypes: ['client_credentials'] });
  assert.equal((await ofOther({ client_id: 'job' })).line.reason, 'unknown-client', 'a wrong entry is none');
});

test('what it logs holds neither the token nor its subject', async () => {
  const { api, send } = openApi(GITHUB);
  const token = await workloadToken(GITHUB);
  await api.token(workloadForm(GITHUB, token), {});
  await send({}, { claims: { sub: 'repo:octo-org/other:ref:refs/heads/main' } });
  const text = JSON.stringify(api.lines);
  assert.ok(!text.includes(token) && !text.includes('octo-org'), text);
});

test('whatever a token says of itself, the answer is a refusal with a word, and never a failure', async () => {
  const { api } = openApi(AWS, {}, { sendOutbound: async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: [AWS.jwk] }) }) });
  const { issuer: iss, subject: sub } = AWS.workload;
  const odd = fc.oneof(fc.constantFrom(iss, sub, ISSUER, 'spiffe://a/b', '', '*'), fc.jsonValue());
  const claims = fc.record(
    { iss: fc.oneof(fc.constant(iss), odd), sub: fc.oneof(fc.constant(sub), odd), aud: odd, exp: odd, nbf: odd },
    { requiredKeys: [] },
  );
  const header = fc.record({ alg: fc.constantFrom('RS256', 'ES256', 'none', 7), kid: odd, typ: odd }, { requiredKeys: ['alg'] });
  const form = fc.record({
    client_assertion_type: fc.constantFrom(JWT_TYPE, SPIFFE_TYPE),
    client_id: fc.constantFrom('job', 'demo-app', ''),
  });
  await fc.assert(
    fc.asyncProperty(header, claims, form, async (head, body, more) => {
      const { client_id, ...type } = more;
      const asked = {
        grant_type: 'client_credentials',
        ...type,
        client_assertion: rawJwt(head, body, 'x'),
        ...(client_id !== '' && { client_id }),
      };
      const { status, json, line } = await api.token(asked, {});
      assert.deepEqual([status, json.error], [401, 'invalid_client'], String(line.reason));
      assert.match(String(line.reason), /^(client-assertion|workload|unknown-workload|client-id-mismatch|unknown-client|no-client-keys)/);
    }),
    { numRuns: 300 },
  );
});

const WORDS: Readonly<Record<JwtFault, `workload-${JwtFault}`>> = {
  'too-long': 'workload-too-long',
  'not-compact': 'workload-not-compact',
  'not-canonical': 'workload-not-canonical',
  'not-json': 'workload-not-json',
  encrypted: 'workload-encrypted',
  extension: 'workload-extension',
  algorithm: 'workload-algorithm',
  'kid-malformed': 'workload-kid-malformed',
  'kid-revoked': 'workload-kid-revoked',
  type: 'workload-type',
  issuer: 'workload-issuer',
  audience: 'workload-audience',
  'claim-missing': 'workload-claim-missing',
  'claim-malformed': 'workload-claim-malformed',
  expired: 'workload-expired',
  'not-yet-valid': 'workload-not-yet-valid',
  'issued-in-the-future': 'workload-issued-in-the-future',
  lifetime: 'workload-lifetime',
  'unknown-kid': 'workload-unknown-kid',
  'ambiguous-kid': 'workload-ambiguous-kid',
  'certificate-expired': 'workload-certificate-expired',
  signature: 'workload-signature',
};

test('whatever the verifier refuses is told by a word of its own', async () => {
  const { api } = openApi(AWS);
  const client = await api.stores.clients.findClient('job');
  const read = readJwt(await workloadToken(AWS));
  assert.ok(read.kind === 'read');
  for (const [fault, reason] of Object.entries(WORDS) as [JwtFault, string][]) {
    const externalJwts = { verify: async () => ({ kind: 'refused', reason: fault }) as const };
    const checked = await verifyWorkload({ ...api.stores, externalJwts, issuer: ISSUER }, client, { jwt: read.jwt, isSpiffe: false });
    assert.deepEqual(checked, { kind: 'refused', reason });
  }
});
