// The flow of a login: names, tenants, the order of stores, outages, the gate, and what a refusal costs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { knowsUserx, openRestService, sendJson } from '../../support/rest-service.ts';

test('a user of the primary store logs in', async () => {
  const { login, putUser } = openLoginFixture();
  putUser('publisher', { roles: ['publisher'], claims: { email: 'p@my-company.example' } });
  const outcome = await login('publisher@my_company', 'publisher-pass');
  assert.ok(outcome.kind === 'authenticated');
  const { passwordState, ...user } = outcome.user;
  assert.match(passwordState ?? '', /^[\w-]{43}$/);
  assert.deepEqual(user, {
    tenant: 'my_company',
    domain: 'PRIMARY',
    username: 'publisher',
    id: 'id-of-publisher',
    roles: ['publisher'],
    claims: { email: 'p@my-company.example' },
  });
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated', 'no tenant: that of the client');
  assert.equal((await login('PRIMARY/publisher@MY_COMPANY', 'publisher-pass')).kind, 'authenticated');
  assert.deepEqual(await login('publisher', 'publisher-pass', { requiredTenant: undefined }), { kind: 'refused', reason: 'no-tenant' });
});

test('a name is looked for as typed, then in lower case', async () => {
  const { login, putUser } = openLoginFixture();
  putUser('publisher');
  putUser('Editor');
  assert.equal((await login('PUBLISHER', 'publisher-pass')).kind, 'authenticated');
  assert.equal((await login('Editor', 'publisher-pass')).kind, 'authenticated');
  assert.deepEqual(await login('editor', 'publisher-pass'), { kind: 'refused', reason: 'unknown-user' });
});

for (const [what, typed, password, reason] of [
  ['a wrong password', 'publisher', 'wrong', 'wrong-password'],
  ['a disabled user', 'disabled', 'publisher-pass', 'user-disabled'],
  ['a disabled user with a wrong password', 'disabled', 'wrong', 'wrong-password'],
  ['an unknown user', 'nobody', 'publisher-pass', 'unknown-user'],
  ['an unknown tenant', 'publisher@nowhere', 'publisher-pass', 'other-tenant'],
  ['a tenant that is not the client’s', 'publisher@other', 'publisher-pass', 'other-tenant'],
  ['an e-mail address without a tenant', 'publisher@example.org', 'publisher-pass', 'other-tenant'],
  ['an unknown domain', 'NOWHERE/publisher', 'publisher-pass', 'unknown-user'],
  ['an empty password', 'publisher', '', 'empty-password'],
  ['a password over 1,024 bytes', 'publisher', 'é'.repeat(513), 'password-too-long'],
  ['a control character', 'publisher\u0000', 'publisher-pass', 'malformed-username'],
  ['a blank at the end', 'publisher @my_company', 'publisher-pass', 'malformed-username'],
  ['a name of 10 kB', 'p'.repeat(10_000), 'publisher-pass', 'malformed-username'],
  ['an entry with a hash that nobody can read', 'unreadable', 'publisher-pass', 'password-hash-unreadable'],
  ['an entry that is wrong', 'wrong', 'publisher-pass', 'user-entry-wrong'],
] as const) {
  test(`refused: ${what}`, async () => {
    const { login, putUser, stores } = openLoginFixture();
    putUser('publisher');
    putUser('disabled', { status: 'disabled' });
    putUser('unreadable', { passwordHash: '$6$rounds=5000$salt$hash' });
    putUser('wrong', { roles: 'not a list' });
    stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
    // Whoever has shown the right password may be told what is wrong with the account.
    const isPasswordRight = reason === 'user-disabled' && { isPasswordRight: true };
    assert.deepEqual(await login(typed, password), { kind: 'refused', reason, ...isPasswordRight });
  });
}

test('refused: unknown and suspended tenants, where the name alone says the tenant', async () => {
  const { login, stores, putUser } = openLoginFixture();
  putUser('publisher');
  stores.put('Tenants', { tenant: 'closed', entry: 'tenant', status: 'suspended' });
  const anyTenant = { requiredTenant: undefined };
  assert.deepEqual(await login('publisher@closed', 'publisher-pass', anyTenant), { kind: 'refused', reason: 'tenant-suspended' });
  assert.deepEqual(await login('publisher@nowhere', 'publisher-pass', anyTenant), { kind: 'refused', reason: 'unknown-tenant' });
  assert.equal((await login('publisher@my_company', 'publisher-pass', anyTenant)).kind, 'authenticated');
});

test('the first store that knows the user decides; only an unknown user goes on', async (context) => {
  const { login, putStore, putUser } = openLoginFixture();
  putUser('userx');
  const service = await openRestService(context, knowsUserx);
  putStore('EXTERNAL', service.attributes);
  assert.deepEqual(await login('userx', 'mypass'), { kind: 'refused', reason: 'wrong-password' });
  assert.equal(service.calls.length, 0, 'a wrong password in the primary store ends it');
  const outcome = await login('EXTERNAL/userx@my_company', 'mypass');
  assert.equal(outcome.kind === 'authenticated' && outcome.user.domain, 'EXTERNAL');
  assert.deepEqual(await login('PRIMARY/usery', 'mypass'), { kind: 'refused', reason: 'unknown-user' });
  assert.equal(service.calls.length, 1, 'PRIMARY/ asks the primary store alone');
});

test('secondary stores are asked by priority, disabled ones not at all', async (context) => {
  const { login, putStore } = openLoginFixture();
  const asked: string[] = [];
  const service = (name: string, isKnown: boolean) =>
    openRestService(context, (_call, outgoing) => {
      asked.push(name);
      sendJson(outgoing, { response: { status: String(isKnown) } });
    });
  putStore('A', { ...(await service('A', true)).attributes, priority: 3 });
  putStore('B', { ...(await service('B', false)).attributes, priority: 2 });
  putStore('C', { ...(await service('C', true)).attributes, priority: 1, enabled: false });
  const outcome = await login('userx', 'mypass');
  assert.equal(outcome.kind === 'authenticated' && outcome.user.domain, 'A');
  assert.deepEqual(asked, ['B', 'A']);
  assert.deepEqual(await login('C/userx', 'mypass'), { kind: 'refused', reason: 'unknown-user' });
});

test('a store that is out costs users of stores before it nothing, and others get an outage', async (context) => {
  const { login, putStore, putUser, stores } = openLoginFixture();
  putUser('publisher');
  const broken = await openRestService(context, (_call, outgoing) => outgoing.destroy());
  const after = await openRestService(context, knowsUserx);
  putStore('A', { ...broken.attributes, priority: 1 });
  putStore('B', { ...after.attributes, priority: 2 });
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
  await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', dependency: 'userstore A of my_company' });
  assert.equal(after.calls.length, 0, 'a store that might know the user was not asked');
  assert.equal((await login('B/userx', 'mypass')).kind, 'authenticated');
  stores.put('Tenants', { tenant: 'my_company', entry: 'userstore#A', type: 'rest', priority: 1 });
  await assert.rejects(login('userx', 'mypass'), { dependency: 'userstore A of my_company', reason: 'wrong-entry' });
});

test('an outage gives the attempt back where no password was sent', async (context) => {
  const { login, putStore } = openLoginFixture();
  putStore('EXTERNAL', { type: 'rest', url: 'http://127.0.0.1:1/', allowPlaintext: true, allowPrivateAddress: true });
  for (let attempt = 0; attempt < 40; attempt += 1) await assert.rejects(login('userx', 'mypass'), Unavailable);
  putStore('EXTERNAL', (await openRestService(context, knowsUserx)).attributes);
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
});

test('five failures lock a user, whether there is one or not; each lock is followed by one attempt and a lock twice as long', async () => {
  const { login, putUser, time } = openLoginFixture();
  putUser('publisher');
  for (const name of ['publisher', 'nobody']) {
    for (let attempt = 0; attempt < 5; attempt += 1) assert.equal((await login(name, 'wrong')).kind, 'refused');
    assert.deepEqual(await login(name, 'publisher-pass'), { kind: 'locked', retryAfterSeconds: 300 });
  }
  time.nowMs += 300_000;
  for (const name of ['publisher', 'nobody']) {
    assert.equal((await login(name, 'wrong')).kind, 'refused');
    assert.deepEqual(await login(name, 'publisher-pass'), { kind: 'locked', retryAfterSeconds: 600 });
  }
});

test('where a user has signed in, a success forgets the failures before it', async () => {
  const { login, putUser, remember } = openLoginFixture();
  putUser('publisher');
  await remember(await login('publisher', 'publisher-pass'));
  for (let round = 0; round < 3; round += 1) {
    for (let attempt = 0; attempt < 4; attempt += 1) assert.equal((await login('publisher', 'wrong')).kind, 'refused');
    const outcome = await login('publisher', 'publisher-pass');
    assert.equal(outcome.kind, 'authenticated');
    await remember(outcome);
  }
});

test('an address that fails too often is locked for the rest of the window, others are not', async () => {
  const { login, stores, putUser, time } = openLoginFixture();
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 3, lockSeconds: 60 } });
  putUser('publisher');
  time.nowMs = 60_000_000 * 60 + 10_000;
  for (const name of ['a', 'b', 'c']) assert.equal((await login(name, 'wrong')).kind, 'refused');
  assert.deepEqual(await login('publisher', 'publisher-pass'), { kind: 'locked', retryAfterSeconds: 50 });
  assert.equal((await login('publisher', 'publisher-pass', { sourceAddress: '192.0.2.2' })).kind, 'authenticated');
  time.nowMs += 50_000;
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
});

test('successes from one address are never counted, and the limit can be switched off', async () => {
  const { login, stores, putUser, remember } = openLoginFixture();
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 2 } });
  putUser('publisher');
  await login('a', 'wrong');
  for (let round = 0; round < 5; round += 1) {
    const outcomes = await Promise.all([1, 2].map(() => login('publisher', 'publisher-pass', { sourceAddress: '192.0.2.7' })));
    for (const outcome of outcomes) {
      assert.equal(outcome.kind, 'authenticated');
      await remember(outcome);
    }
  }
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 0 } });
  for (let attempt = 0; attempt < 10; attempt += 1) assert.equal((await login(`user${attempt}`, 'wrong')).kind, 'refused');
});

test('a login that succeeds from a known place calls the tables twice: the user, and the attempt', async () => {
  const fixture = openLoginFixture();
  let calls = 0;
  const counted = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name, receiver) => {
        const method = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...parameters: unknown[]) => {
          calls += 1;
          return Reflect.apply(method, target, parameters);
        };
      },
    });
  const { login, remember } = openLoginFixture({
    users: counted(fixture.stores.users),
    attempts: counted(fixture.stores.attempts),
  });
  fixture.putUser('publisher');
  const first = await login('publisher', 'publisher-pass');
  assert.equal(first.kind, 'authenticated');
  assert.equal(calls, 4, 'from a new place: what is known of places, the count of all others, and back');
  await fixture.remember(first);
  await remember(first);
  calls = 0;
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
  assert.equal(calls, 2);
});

test('the tables out: an outage, never an answer', async () => {
  for (const part of ['Tenants', 'Users', 'Tokens'] as const) {
    const { login, putUser, stores } = openLoginFixture();
    putUser('publisher');
    stores.failing.add(part);
    await assert.rejects(login('publisher', 'publisher-pass'), Unavailable, part);
    await assert.rejects(login('publisher', 'wrong'), Unavailable, part);
  }
});

test('many right logins of one user at once all succeed: who meets a lock that is hardly there waits a little', async () => {
  // Long enough for those that were let in to end.
  const { login, putUser, remember } = openLoginFixture({ sleep: () => new Promise((resolve) => setTimeout(resolve, 500)) });
  putUser('publisher');
  const logInTwelveTimes = (addressOf: (at: number) => string) =>
    Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const outcome = await login('publisher', 'publisher-pass', { sourceAddress: addressOf(at) });
        await remember(outcome);
        return outcome.kind;
      }),
    );
  assert.deepEqual(new Set(await logInTwelveTimes((at) => `192.0.2.${at}`)), new Set(['authenticated']), 'from new places');
  assert.deepEqual(new Set(await logInTwelveTimes(() => '192.0.2.1')), new Set(['authenticated']), 'from a known one');
});

test('guesses gain nothing by that: what they fill stays full, and an older lock is answered at once', async () => {
  const slept: number[] = [];
  const { login, putUser, time } = openLoginFixture({ sleep: async (ms) => void slept.push(ms) });
  putUser('publisher');
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, at) => login('publisher', `guess ${at}`, { sourceAddress: `192.0.2.${at}` })),
  );
  assert.equal(outcomes.filter(({ kind }) => kind === 'refused').length, 5);
  assert.equal(slept.length, 7 * 4);
  time.nowMs += 2000;
  assert.deepEqual(await login('publisher', 'publisher-pass'), { kind: 'locked', retryAfterSeconds: 298 });
  assert.equal(slept.length, 7 * 4);
});
