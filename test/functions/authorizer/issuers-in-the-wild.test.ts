// Issuers as they are: access tokens that name a client and no audience, claims within claims, several values in one text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newForeignSigner, signForeignJwt } from '../../support/external-issuer-tokens.ts';
import { bearer, NOW_SECONDS, openWorld, restRequest } from './authorizer-world.ts';

const signer = newForeignSigner('RS256', 'key-1');
const IDP = 'https://idp.example.org';
const ROLE = 'http://wso2.org/claims/role';

const TIMES = { iat: NOW_SECONDS, exp: NOW_SECONDS + 300 };
/** As Amazon Cognito issues it. */
const COGNITO = {
  ...{ sub: 'f5b7', 'cognito:groups': ['customer'], iss: IDP, version: 2, client_id: '1abc', origin_jti: 'o', event_id: 'e' },
  ...{ token_use: 'access', scope: 'openid', auth_time: NOW_SECONDS, jti: 'j', username: 'alice', ...TIMES },
};
/** As Keycloak issues it by default. */
const KEYCLOAK = {
  ...{
    sub: 'f5b7',
    iss: IDP,
    aud: ['account', 'api'],
    typ: 'Bearer',
    azp: 'demo-app',
    scope: 'openid',
    preferred_username: 'alice',
    ...TIMES,
  },
  realm_access: { roles: ['customer', 'offline_access'] },
  resource_access: { account: { roles: ['view-profile'] }, 'demo.app': { roles: ['customer'] } },
};

function open(entry: Readonly<Record<string, unknown>>) {
  const world = openWorld({ sendOutbound: async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: [signer.jwk] }) }) });
  world.stores.put('Tenants', { tenant: 'my_company', entry: `issuer#${IDP}`, type: 'jwt', jwksUri: `${IDP}/keys`, ...entry });
  const call = async (claims: Readonly<Record<string, unknown>>, header = {}) => {
    const present = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    const outcome = await world.call(restRequest({ authorization: bearer(await signForeignJwt(signer, present, header)) }));
    const jwt =
      outcome.status === 200 ? JSON.parse(Buffer.from(String(outcome.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString()) : {};
    return { status: outcome.status, reason: outcome.status === 200 ? undefined : world.lines.at(-1)?.fields.reason, jwt };
  };
  const warnings = (): readonly Record<string, unknown>[] =>
    world.lines.filter(({ level }) => level === 'WARN').map(({ event, fields }) => ({ event, ...fields }));
  return { world, call, warnings };
}

const BY_CLIENT = { clientIds: ['1abc', '2def'], claims: [{ remote: 'cognito:groups', local: 'role' }], usernameClaim: 'username' };

test('an access token that names a client and no audience is taken from the clients that the entry lists', async () => {
  const { call, world } = open(BY_CLIENT);
  const { status, jwt } = await call(COGNITO);
  assert.deepEqual([status, jwt[ROLE], String(jwt.sub).endsWith('/f5b7@my_company')], [200, ['customer'], true]);
  assert.equal((await call({ ...COGNITO, client_id: '2def' })).status, 200);
  world.stores.put('Clients', { clientId: '1abc', tenant: 'my_company', name: 'Shop' });
  assert.equal((await call(COGNITO)).jwt['http://wso2.org/claims/applicationname'], 'Shop', 'the claim names the client here as well');
});

test('A31 another client, none, or an audience of any kind is refused, and so is another kind of token', async () => {
  const { call } = open(BY_CLIENT);
  const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [{ client_id: '3ghi' }, 'audience'],
    [{ client_id: '1abc ' }, 'audience'],
    [{ client_id: ['1abc'] }, 'audience'],
    [{ client_id: undefined }, 'audience'],
    [{ client_id: undefined, azp: '1abc' }, 'audience'],
    [{ aud: 'https://other.example' }, 'audience'],
    [{ aud: '1abc' }, 'audience'],
    [{ aud: null }, 'audience'],
    [{ token_use: 'id' }, 'not-an-access-token'],
    [{ token_use: 7 }, 'not-an-access-token'],
    [{ at_hash: 'h' }, 'not-an-access-token'],
    [{ exp: undefined }, 'claim-missing'],
    [{ iat: undefined }, 'claim-missing'],
    [{ exp: NOW_SECONDS - 31 }, 'expired'],
  ];
  for (const [claims, reason] of refusals) {
    const answer = await call({ ...COGNITO, ...claims });
    assert.deepEqual([answer.status, answer.reason], [401, reason], JSON.stringify(claims));
  }
  const idToken = { ...COGNITO, aud: '1abc', client_id: undefined, token_use: 'id', 'cognito:username': 'alice', scope: undefined };
  assert.equal((await call(idToken)).status, 401);
});

test('the claim that names the client may be another one', async () => {
  const { call } = open({ ...BY_CLIENT, clientIdClaim: 'cid' });
  assert.equal((await call({ ...COGNITO, client_id: 'x', cid: '1abc' })).status, 200);
  assert.equal((await call({ ...COGNITO, cid: 'x' })).reason, 'audience');
});

const MAPPED = (...claims: readonly unknown[]) => ({ audiences: ['api'], claims });

test('a mapping may name the way to a claim within others, by exact names', async () => {
  for (const remote of [
    ['realm_access', 'roles'],
    ['resource_access', 'demo.app', 'roles'],
  ]) {
    const { jwt } = await open(MAPPED({ remote, local: 'role' })).call(KEYCLOAK);
    assert.ok([jwt[ROLE]].flat().includes('customer'), remote.join());
  }
  const dotted = { ...KEYCLOAK, 'realm_access.roles': ['staff'] };
  assert.deepEqual((await open(MAPPED({ remote: 'realm_access.roles', local: 'role' })).call(dotted)).jwt[ROLE], ['staff']);
  for (const remote of [
    ['realm_access'],
    ['realm_access', '0'],
    ['aud', '0'],
    ['realm_access', 'roles', 'length'],
    ['__proto__', 'x'],
    ['sub', 'length'],
  ])
    assert.equal((await open(MAPPED({ remote, local: 'role' })).call(KEYCLOAK)).jwt[ROLE], undefined, remote.join());
});

test('a separator makes several values of one text, and of the texts of a list; without it one text is one value', async () => {
  for (const [separator, groups, roles] of [
    [',', 'customer, other,,', ['customer', 'other']],
    [' ', 'customer other', ['customer', 'other']],
    ['; ', 'customer; other', ['customer', 'other']],
    [',', ['customer,a', 'other'], ['customer', 'a', 'other']],
    [',', 'customer', 'customer'],
    [undefined, 'customer,other', 'customer,other'],
    [',', ',', undefined],
  ] as const) {
    const { jwt } = await open(MAPPED({ remote: 'groups', local: 'role', separator })).call({ ...KEYCLOAK, groups });
    assert.deepEqual([jwt[ROLE]].flat(), [roles].flat(), JSON.stringify([separator, groups]));
  }
});

test('the log says once that a mapping has never matched, and which roles nobody has defined', async () => {
  const { call, warnings } = open(MAPPED({ remote: 'realm_access.roles', local: 'role' }, { remote: 'mail', local: 'emailaddress' }));
  for (let n = 0; n < 3; n++) await call({ ...KEYCLOAK, mail: 'a@example.org', jti: String(n) });
  for (let n = 0; n < 3; n++) await call({ ...KEYCLOAK, jti: `without ${n}` });
  const from = { tenant: 'my_company', issuer: IDP };
  assert.deepEqual(warnings(), [{ event: 'claim-never-matched', ...from, remote: 'realm_access.roles', local: 'role' }], 'mail did match');
  const roles = open(MAPPED({ remote: 'groups', local: 'role' }));
  for (let n = 0; n < 3; n++) await roles.call({ ...KEYCLOAK, groups: ['customer,other', 'customer'], jti: String(n) });
  assert.deepEqual(roles.warnings(), [{ event: 'roles-without-entry', ...from, roles: ['customer,other'] }]);
});

test('an issuer with thousands of groups fills no log', async () => {
  const { call, warnings } = open(MAPPED({ remote: 'groups', local: 'role' }));
  for (let n = 0; n < 50; n++) await call({ ...KEYCLOAK, groups: [`group-${n}`, 'x'.repeat(1000)] });
  assert.equal(warnings().length, 19);
  assert.ok(warnings().every(({ roles }) => Array.isArray(roles) && roles.every((role) => String(role).length <= 128)));
});
