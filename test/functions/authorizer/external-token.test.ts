// Access tokens of a tenant's own identity provider at the authorizer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboundReply } from '../../../functions/outbound/outbound.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { newForeignSigner, signForeignJwt } from '../../support/external-issuer-tokens.ts';
import { newCertificate } from '../../support/x509.ts';
import { bearer, type CallOptions, ISSUER, NOW_SECONDS, type Outcome, openWorld, restRequest, type World } from './authorizer-world.ts';

const IDP = 'https://idp.example.org';
const SIGNER = newForeignSigner('RS256', 'key-1');
const OTHER = newForeignSigner('RS256', 'key-2');
const WSO2 = 'http://wso2.org/claims/';
const CLAIMS = {
  iss: IDP,
  sub: 'Alice',
  aud: ['account', 'pizzashack-api'],
  azp: 'demo-app',
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 300,
  scope: 'openid order:write',
  email: 'alice@example.org',
  groups: ['customer', 'staff'],
  internal: 'not mapped',
};
const ISSUER_ENTRY = {
  tenant: 'my_company',
  entry: `issuer#${IDP}`,
  type: 'jwt',
  jwksUri: `${IDP}/keys`,
  audiences: ['pizzashack-api'],
  claims: [
    { remote: 'email', local: 'emailaddress' },
    { remote: 'groups', local: 'role' },
  ],
  use: ['gateway'],
};

type KeyServer = { keys: readonly unknown[]; failure?: Error; calls: string[] };

function openIdpWorld(entry: Record<string, unknown> = {}): { world: World; server: KeyServer } {
  const server: KeyServer = { keys: [SIGNER.jwk], calls: [] };
  const world = openWorld({
    sendOutbound: async (_dependency, { url }): Promise<OutboundReply> => {
      server.calls.push(url);
      if (server.failure !== undefined) throw server.failure;
      return { status: 200, headers: {}, body: JSON.stringify({ keys: server.keys }) };
    },
  });
  world.stores.put('Tenants', { ...ISSUER_ENTRY, ...entry });
  return { world, server };
}

const token = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, signer = SIGNER) =>
  signForeignJwt(signer, { ...CLAIMS, ...claims }, header);

async function call(world: World, jwt: string, options: CallOptions = {}): Promise<Outcome> {
  return world.call(restRequest({ ...options, authorization: bearer(jwt) }));
}

function endUserClaims(outcome: Outcome): Record<string, unknown> {
  assert.ok(outcome.status === 200, JSON.stringify(outcome));
  return JSON.parse(Buffer.from(String(outcome.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString());
}

test('A139 an API with a resource takes an issuer’s token that names it, and one that does not where its entry says any', async () => {
  const resource = 'https://api.example.com/pizza';
  const { world } = openIdpWorld({ audiences: ['pizzashack-api', resource] });
  for (const [attributes, aud, status] of [
    [{ resource }, resource, 200],
    [{ resource }, ['pizzashack-api', resource], 200],
    [{ resource }, 'pizzashack-api', 401],
    [{ resource, audience: 'any' }, 'pizzashack-api', 200],
    [{}, 'pizzashack-api', 200],
  ] as const) {
    world.stores.put('Tenants', { ...world.pizzashack, ...attributes });
    assert.equal((await call(world, await token({ aud }))).status, status, JSON.stringify([attributes, aud]));
  }
  assert.ok(world.lines.some(({ fields }) => fields.reason === 'token-for-another-resource'));
});

const ORDER: CallOptions = { method: 'POST', path: '/pizzashack/1.0.0/order' };
const OF_ROLE: CallOptions = { path: '/pizzashack/1.0.0/order/7', resource: '/pizzashack/1.0.0/order/{id}' };

test('a token of the tenant’s issuer opens its API: claims mapped, scopes and roles as the entry says, the client’s own claims', async () => {
  const { world } = openIdpWorld();
  for (const typ of ['at+jwt', 'application/at+JWT', 'JWT', undefined]) {
    const claims = endUserClaims(await call(world, await token({}, { typ }), ORDER));
    assert.equal(claims.sub, 'issuer:https:%2F%2Fidp.example.org/Alice@my_company');
    assert.equal(claims[`${WSO2}enduser`], 'issuer:https:%2F%2Fidp.example.org/Alice@my_company');
    assert.equal(claims[`${WSO2}emailaddress`], 'alice@example.org');
    assert.deepEqual(claims[`${WSO2}role`], ['customer', 'staff']);
    assert.equal(claims[`${WSO2}applicationname`], 'Demo');
    assert.equal(claims[`${WSO2}usertype`], 'APPLICATION_USER');
    assert.ok(!JSON.stringify(claims).includes('not mapped'));
  }
  assert.equal((await call(world, await token(), OF_ROLE)).status, 200);
  assert.equal((await call(world, await token({ groups: ['staff'] }), OF_ROLE)).status, 403);
  const outcome = await call(world, await token({ scope: 'openid' }), ORDER);
  assert.equal('context' in outcome && outcome.context.code, '900910');
});

test('scopes, client and name come from the claims that the entry names', async () => {
  const { world } = openIdpWorld({ scopeClaim: 'scp', clientIdClaim: 'cid', usernameClaim: 'email' });
  const claims = endUserClaims(await call(world, await token({ scope: '', azp: 'x', scp: ['order:write'], cid: 'demo-app' }), ORDER));
  assert.equal(claims[`${WSO2}enduser`], 'issuer:https:%2F%2Fidp.example.org/alice@example.org@my_company');
  assert.equal(claims[`${WSO2}applicationid`], 'demo-app');
});

test('the client that the token names decides about subscription and tier; one that the tenant lacks is none', async () => {
  const { world } = openIdpWorld();
  world.stores.put('Tenants', { ...world.pizzashack, requireSubscription: true });
  for (const azp of ['demo-app', 'unknown-app', undefined, 7]) {
    const outcome = await call(world, await token({ azp }));
    assert.equal('context' in outcome && outcome.context.code, '900908', String(azp));
  }
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', subscriptions: { pizzashack: 'Gold' } });
  assert.equal(endUserClaims(await call(world, await token()))[`${WSO2}tier`], 'Gold');
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', subscriptions: { pizzashack: 'Gold' }, status: 'suspended' });
  assert.equal((await call(world, await token())).status, 401);
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Clients', { clientId: 'demo-app', tenant: 'other', subscriptions: { pizzashack: 'Gold' } });
  assert.equal((await call(world, await token())).status, 403);
});

test('an application’s own token, whose subject is the client, names the subscriber', async () => {
  const { world } = openIdpWorld();
  const claims = endUserClaims(await call(world, await token({ sub: 'demo-app' })));
  assert.equal(claims[`${WSO2}usertype`], 'APPLICATION');
  assert.equal(claims[`${WSO2}enduser`], 'admin@my_company');
});

test('certificates by kid, with a default for a token that names none, need no call', async () => {
  const now = { validFrom: new Date((NOW_SECONDS - 60) * 1000), validTo: new Date((NOW_SECONDS + 60) * 1000) };
  const [first, second] = [SIGNER, OTHER].map((keys) => newCertificate({ keys, ...now }).pem);
  const { world, server } = openIdpWorld({ jwksUri: undefined, certificates: { 'key-1': first, default: second } });
  assert.equal((await call(world, await token())).status, 200);
  assert.equal((await call(world, await token({}, { kid: undefined }, OTHER))).status, 200);
  for (const [header, signer] of [
    [{ kid: undefined }, SIGNER],
    [{ kid: 'key-1' }, OTHER],
    [{ kid: 'key-3' }, SIGNER],
  ] as const) {
    assert.equal((await call(world, await token({}, header, signer))).status, 401);
  }
  world.advance(61);
  assert.equal((await call(world, await token())).status, 401);
  assert.equal(world.lines.at(-1)?.fields.reason, 'certificate-expired');
  assert.deepEqual(server.calls, []);
});

test('what is not this issuer’s, for us, of this type and now is 401, and never 500', async () => {
  const { world } = openIdpWorld();
  assert.equal((await call(world, await token())).status, 200);
  const bad: [string, string][] = [
    ['unknown-issuer', await token({ iss: 'https://elsewhere.example.org' })],
    ['unknown-issuer', await token({ iss: `${IDP}/` })],
    ['unknown-issuer', await token({ iss: [IDP] })],
    ['audience', await token({ aud: 'account' })],
    ['claim-missing', await token({ aud: undefined })],
    ['claim-missing', await token({ exp: undefined })],
    ['claim-missing', await token({ iat: undefined })],
    ['expired', await token({ exp: NOW_SECONDS - 31 })],
    ['not-yet-valid', await token({ nbf: NOW_SECONDS + 60 })],
    ['type', await token({}, { typ: 'logout+jwt' })],
    ['not-an-access-token', await token({ at_hash: 'x' })],
    ['not-an-access-token', await token({ typ: 'ID' })],
    ['not-an-access-token', await token({ typ: 'Refresh' })],
    ['signature', await token({}, { kid: 'key-1' }, OTHER)],
    ['unknown-kid', await token({}, {}, OTHER)],
    ['algorithm', await token({}, {}, newForeignSigner('ES256', 'key-1'))],
    ['no-username', await token({ sub: undefined })],
  ];
  for (const [reason, jwt] of bad) {
    assert.deepEqual(await call(world, jwt), { status: 401, message: 'Unauthorized' }, reason);
    assert.equal(world.lines.at(-1)?.fields.reason, reason);
  }
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', tokensNotBefore: NOW_SECONDS + 1 });
  assert.equal((await call(world, await token())).status, 401);
  assert.equal(world.lines.at(-1)?.fields.reason, 'before-tokens-not-before');
});

test('an issuer that is switched off, or there for another use, is none', async () => {
  for (const [entry, reason] of [
    [{ enabled: false }, 'disabled-issuer'],
    [{ use: ['jwt-bearer'] }, 'unknown-issuer'],
  ] as const) {
    const { world } = openIdpWorld(entry);
    assert.equal((await call(world, await token())).status, 401);
    assert.equal(world.lines.at(-1)?.fields.reason, reason);
  }
});

test('a token is for the tenant whose API it calls: another tenant’s issuer opens nothing, however the API is shared', async () => {
  const { world } = openIdpWorld({ tenant: 'other' });
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Tenants', { ...world.pizzashack, tenants: '*' });
  assert.equal((await call(world, await token())).status, 401);
  world.stores.put('Tenants', { ...world.pizzashack, tenant: 'other' });
  world.stores.remove('Tenants', world.pizzashack);
  assert.equal(endUserClaims(await call(world, await token()))[`${WSO2}enduserTenantId`], 'other');
});

test('A33 an issuer entry that names ourselves makes no access token of an end-user JWT', async () => {
  const { world, server } = openIdpWorld({ entry: `issuer#${ISSUER}`, audiences: ['backend'] });
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endUserJwt: { audience: 'backend' } });
  server.keys = (await world.stores.signingKeys()).jwks.keys;
  const allowed = await call(world, await world.issue({ format: 'jwt' }));
  assert.ok(allowed.status === 200);
  assert.equal((await call(world, String(allowed.context.endUserJwt))).status, 401);
});

test('keys that can not be had are an outage of this issuer, and of nobody else', async () => {
  const { world, server } = openIdpWorld();
  server.failure = new Unavailable('idp', 'timeout');
  assert.equal((await call(world, await token())).status, 500);
  assert.equal((await call(world, await world.issue())).status, 200);
  assert.equal((await call(world, await token({ iss: 'https://elsewhere.example.org' }))).status, 401);
});

test('a token of our own asks no issuer, and one of nobody’s asks none either', async () => {
  const { world, server } = openIdpWorld();
  await call(world, await world.issue({ format: 'jwt' }));
  await call(world, await token({ iss: 'https://elsewhere.example.org' }));
  await call(world, 'rubbish');
  assert.deepEqual(server.calls, []);
});
