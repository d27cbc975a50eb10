// What the log says of logins that were refused or locked (A112): who was attacked, where, and from where; and never what
// was typed (A61).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogFields } from '../../functions/shared/log.ts';
import { nameKey } from '../../functions/storage/attempt-keys.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { basic as basicOf, call, openPeople, PASSWORD_HASH } from '../functions/authorizer/people-world.ts';
import { LEAST_PASSWORD_COST } from '../support/login-fixture.ts';
import { demoClient, openTokenApi } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const PASSWORD = 'hunter2 is no password';

/** The real userstores behind the token endpoint: `publisher` in the Users table, and a web service that says no. */
function openApi() {
  const api = openTokenApi({
    createUserstores: (stores, clock) =>
      createUserstores({
        ...stores,
        sendOutbound: async () => ({
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: '{"response":{"status":"false"}}',
        }),
        tenantSecretsPrefix: 'Gatehouse/tenants/',
        clock,
        log: () => {},
        failureQuantumMs: 0,
        passwordCost: LEAST_PASSWORD_COST,
        sleep: async () => {},
      }),
  });
  const tenant = 'my_company';
  api.stores.put('Users', { tenant, username: 'publisher', id: 'p-1', passwordHash: PASSWORD_HASH });
  api.stores.put('Users', { tenant, username: 'disabled', id: 'd-1', passwordHash: PASSWORD_HASH, status: 'disabled' });
  api.stores.put('Tenants', { tenant, entry: 'userstore#EXTERNAL', type: 'rest', url: 'https://users.example.org/' });
  api.stores.put('Clients', demoClient('telling-app', 'telling-secret', { sendsEndUserAddress: true }));
  return api;
}

const about = ({ audit, subject, userKey, userstore, lockedBy, sourceAddress, endUserAddress, reason }: LogFields) => ({
  ...{ audit, subject, userKey, userstore, lockedBy, sourceAddress, endUserAddress, reason },
});

test('A112 a refused login at the token endpoint: key of the name, user where one is known, store, address', async () => {
  const api = openApi();
  const grant = (username: string) => ({ grant_type: 'password', username, password: PASSWORD });
  const refused = { audit: 'login-refused', lockedBy: undefined, sourceAddress: '192.0.2.10', endUserAddress: undefined };
  for (const [typed, name, userstore, subject, reason] of [
    ['publisher', 'publisher', 'PRIMARY', 'p-1@my_company', 'wrong-password'],
    ['PUBLISHER@my_company', 'publisher', 'PRIMARY', 'p-1@my_company', 'wrong-password'],
    ['nobody', 'nobody', 'EXTERNAL', undefined, 'unknown-user-or-wrong-password'],
    ['EXTERNAL/userx@my_company', 'userx', 'EXTERNAL', undefined, 'unknown-user-or-wrong-password'],
  ] as const) {
    const { line } = await api.token(grant(typed));
    assert.deepEqual(about(line), { ...refused, userKey: nameKey('my_company', name), userstore, subject, reason }, typed);
  }
  for (const [typed, reason] of [
    ['publisher@nowhere', 'other-tenant'],
    ['a\u0000b', 'malformed-username'],
  ] as const) {
    const { line } = await api.token(grant(typed));
    assert.deepEqual([line.audit, line.reason, line.sourceAddress, typeof line.userKey], ['login-refused', reason, '192.0.2.10', 'string']);
  }
});

test('A112 a locked login: whether it is the user or the address that is locked, and whose address it is', async () => {
  const api = openApi();
  const guess = (username: string, headers: Readonly<Record<string, string>> = {}) =>
    api.token({ grant_type: 'password', username, password: PASSWORD }, { ...basic('telling-app', 'telling-secret'), ...headers });
  for (let at = 0; at < 5; at += 1) await guess('publisher');
  const { status, line } = await guess('Publisher@my_company');
  assert.equal(status, 429);
  assert.deepEqual([line.audit, line.lockedBy, line.userKey], ['login-locked', 'user', nameKey('my_company', 'publisher')]);
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 3 } });
  const from = { 'Gatehouse-End-User-Address': '203.0.113.7' };
  for (const name of ['a', 'b', 'c']) await guess(name, from);
  const ofAddress = (await guess('d', from)).line;
  assert.deepEqual(
    [ofAddress.audit, ofAddress.lockedBy, ofAddress.endUserAddress, ofAddress.sourceAddress],
    ['login-locked', 'address', '203.0.113.7', '192.0.2.10'],
  );
});

test('A112 a refused or locked login by HTTP Basic at an API has the same in the authorizer’s line', async () => {
  const world = openPeople();
  const last = () => about(world.lines.at(-1)?.fields ?? {});
  const john = { userKey: nameKey('my_company', 'john'), sourceAddress: '192.0.2.7', endUserAddress: undefined };
  for (let at = 0; at < 5; at += 1) {
    await call(world, { authorization: basicOf(`john@my_company:${PASSWORD}`) });
    assert.deepEqual(last(), {
      ...john,
      audit: 'login-refused',
      lockedBy: undefined,
      userstore: 'PRIMARY',
      subject: 'j-1@my_company',
      reason: 'wrong-password',
    });
  }
  await call(world, { authorization: basicOf(`John@my_company:${PASSWORD}`) });
  assert.deepEqual(last(), {
    ...john,
    audit: 'login-locked',
    lockedBy: 'user',
    userstore: undefined,
    subject: undefined,
    reason: 'locked',
  });
});

test('A61 A112 a password that somebody typed as the name, and a name, are in no line', async () => {
  const api = openApi();
  const world = openPeople();
  for (const name of [PASSWORD, 'Some Body', `${PASSWORD}@my_company`, 'EXTERNAL/Some Body']) {
    await api.token({ grant_type: 'password', username: name, password: PASSWORD });
    await call(world, { authorization: basicOf(`${name}@my_company:${PASSWORD}`) });
  }
  assert.doesNotMatch(JSON.stringify([api.lines, world.lines]), /hunter2|some.?body/i);
});
