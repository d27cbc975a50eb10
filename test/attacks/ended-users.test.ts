// What ends, ends (A22, A101): a user of the Users table who was disabled, deleted, replaced, given another password or
// robbed of a role, as introspection, userinfo, the authorizer and a renewal see it, at the next request.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthorizer } from '../../functions/authorizer/authorize.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { API_ID, restRequest, STAGE } from '../functions/authorizer/authorizer-world.ts';
import { LEAST_PASSWORD_COST } from '../support/login-fixture.ts';
import { ISSUER, openTokenApi } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

/** By slappasswd, of `pässwörd`. */
const IMPORTED = '{SSHA}UDHo4cUw0vARhO2M3xBwPEQQR7s9TYVb';
const PASSWORD = 'pässwörd';
const noNetwork = () => Promise.reject(new Error('no network in this test'));
/** Clients of the test's tenant: the first gets opaque tokens, the second JWTs. */
const APPS = ['demo-app', 'demo-jwt-app'] as const;

function openWorld() {
  const lines: string[] = [];
  const api = openTokenApi({
    createUserstores: (stores, clock) =>
      createUserstores({
        ...stores,
        sendOutbound: noNetwork,
        tenantSecretsPrefix: 'x/',
        clock,
        log: () => {},
        failureQuantumMs: 0,
        passwordCost: LEAST_PASSWORD_COST,
      }),
  });
  const { stores, token, call } = api;
  const tenant = 'my_company';
  let user: Readonly<Record<string, unknown>> = { tenant, username: 'publisher', id: 'u-1', passwordHash: IMPORTED, roles: ['customer'] };
  const change = (attributes: Readonly<Record<string, unknown>>) => {
    user = { ...user, ...attributes };
    stores.put('Users', user);
  };
  change({});
  const rules = [{ path: '/order', scopes: ['order:write'] }, { path: '/menu' }];
  stores.put('Tenants', { tenant, entry: 'api#pizzashack', apiId: API_ID, stage: STAGE, context: '/pizzashack/1.0.0', resources: rules });
  const authorizer = createAuthorizer({
    ...{ ...stores, issuer: ISSUER, authorizerCacheSeconds: 60, simpleResponseApis: new Set<string>() },
    ...{ userstores: noNetwork, externalJwts: noNetwork, invokeFunction: noNetwork },
    usersKeptSeconds: 5,
    clock: () => api.nowSeconds() * 1000,
    log: (_level, _event, { reason }) => void lines.push(String(reason)),
  });
  const headersOf = (app: string) => basic(app, `${app}-secret`);
  const logIn = async (app: string, password = PASSWORD) => {
    const form = { grant_type: 'password', username: 'publisher@my_company', password, scope: 'order:write openid' };
    const { status, json, text } = await token(form, headersOf(app));
    assert.equal(status, 200, text);
    return { app, access: String(json.access_token), refresh: String(json.refresh_token) };
  };
  const introspect = async ({ app, access }: { app: string; access: string }) => {
    const { json, line } = await call({ path: '/oauth2/introspect', form: { token: access }, headers: headersOf(app) });
    return json.active === true ? String(json.scope) : String(line.inactive);
  };
  const userInfo = async ({ access }: { access: string }) =>
    (await call({ path: '/oauth2/userinfo', method: 'GET', headers: { authorization: `Bearer ${access}` } })).status;
  const authorize = async ({ access }: { access: string }, path = '/pizzashack/1.0.0/menu') => {
    await authorizer(restRequest({ authorization: `Bearer ${access}`, path })).catch(() => {});
    return lines.at(-1);
  };
  const renew = async ({ app, refresh }: { app: string; refresh: string }) => {
    const { status, json, line } = await token({ grant_type: 'refresh_token', refresh_token: refresh }, headersOf(app));
    return { status, scope: json.scope, reason: line.reason };
  };
  return { ...api, change, logIn, introspect, userInfo, authorize, renew };
}

const ENDS: readonly (readonly [what: string, attributes: Readonly<Record<string, unknown>> | 'removed', reason: string])[] = [
  ['a new password', { passwordHash: await hashByArgon2id('new-password') }, 'password-changed'],
  ['the same password, set anew', { passwordHash: await hashByArgon2id(PASSWORD) }, 'password-changed'],
  ['disabling', { status: 'disabled' }, 'user-disabled'],
  ['deletion', 'removed', 'user-deleted'],
  ['somebody else of the name', { id: 'u-2' }, 'user-replaced'],
  ['an entry written wrong', { status: 'no such status' }, 'user-entry-wrong'],
];

for (const app of APPS) {
  for (const [what, attributes, reason] of ENDS) {
    test(`A101 A22 ${app}: ${what} ends what began before, at the next request`, async () => {
      const { stores, change, logIn, introspect, userInfo, authorize, renew } = openWorld();
      const [seen, unseen] = [await logIn(app), await logIn(app)];
      assert.equal(await introspect(seen), 'order:write openid');
      assert.equal(await authorize(seen), 'rule-met');
      if (attributes === 'removed') stores.remove('Users', { tenant: 'my_company', username: 'publisher' });
      else change(attributes);
      for (const login of [seen, unseen]) {
        assert.equal(await introspect(login), reason);
        assert.equal(await introspect({ ...login, access: login.refresh }), reason);
        assert.equal(await userInfo(login), 401);
      }
      assert.equal(await authorize(seen), reason);
      assert.equal((await renew(seen)).reason, reason);
      assert.equal((await renew(unseen)).reason, reason);
      // A slip of the operator's pen passes; all else has ended the grant.
      assert.equal((await renew(seen)).reason, reason === 'user-entry-wrong' ? reason : 'no-such-grant');
    });
  }

  test(`A101 ${app}: an imported hash that our own replaces is no change, and what an operator writes after that is one`, async () => {
    const { stores, change, logIn, introspect, renew } = openWorld();
    const first = await logIn(app);
    const rehashed = await stores.users.findUser('my_company', 'publisher');
    assert.ok(rehashed !== undefined && rehashed !== 'broken' && rehashed.passwordHash.startsWith('$argon2id$'));
    const second = await logIn(app);
    for (const login of [first, second]) assert.equal(await introspect(login), 'order:write openid');
    assert.equal((await renew(first)).status, 200);
    // As in the console: the one attribute, whatever else is there.
    change({ passwordHash: await hashByArgon2id('new-password'), rehashed: rehashed.rehashed });
    assert.equal(await introspect(second), 'password-changed');
    assert.equal(await introspect(await logIn(app, 'new-password')), 'order:write openid');
    // The hash of before, back again with what was written beside the other.
    change({ passwordHash: '{SHA}9Rfd8dMqES/xrVXGbRsSyzjn6Pc=', rehashed: rehashed.rehashed });
    assert.equal(await introspect(second), 'password-changed');
  });

  test(`A101 ${app}: a tenant that says so keeps sessions over a change of the password, and nothing else`, async () => {
    const { stores, change, logIn, introspect, renew } = openWorld();
    stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endOnPasswordChange: false });
    const login = await logIn(app);
    change({ passwordHash: await hashByArgon2id('new-password') });
    assert.equal(await introspect(login), 'order:write openid');
    assert.equal((await renew(login)).status, 200);
    change({ status: 'disabled' });
    assert.equal(await introspect(login), 'user-disabled');
  });

  test(`A101 ${app}: a role that was taken away takes its scopes along, at the next request`, async () => {
    const { stores, change, logIn, introspect, authorize, renew } = openWorld();
    const login = await logIn(app);
    assert.equal(await authorize(login, '/pizzashack/1.0.0/order'), 'rule-met');
    change({ roles: ['guest'] });
    assert.equal(await introspect(login), 'openid');
    assert.equal(await authorize(login, '/pizzashack/1.0.0/order'), 'scope-or-permission-missing');
    assert.equal(await authorize(login), 'rule-met');
    change({ roles: ['customer'] });
    stores.put('Tenants', { tenant: 'my_company', entry: 'role#customer', permissions: ['/permission/other'] });
    assert.equal(await introspect(login), 'openid', 'the role lost the permission');
    assert.equal((await renew(login)).scope, 'openid');
  });
}

test('A101 an opaque token that an authorizer sees for the first time is judged by a user read no longer than 5 s ago', async () => {
  const { change, logIn, authorize, advance } = openWorld();
  const [first, second, third] = [await logIn('demo-app'), await logIn('demo-app'), await logIn('demo-app')];
  assert.equal(await authorize(first), 'rule-met');
  change({ status: 'disabled' });
  assert.equal(await authorize(second), 'rule-met', 'the stated bound');
  assert.equal(await authorize(second), 'user-disabled');
  advance(5);
  assert.equal(await authorize(third), 'user-disabled');
});
