// Attacks on passwords: parallel guesses, spellings of one name, enumeration by text and by time, and what they cost us.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../functions/shared/errors.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { CURRENT_COST } from '../../functions/userstores/password-hashes/argon2.ts';
import { spendPasswordWork } from '../../functions/userstores/password-hashes/index.ts';
import type { LoginOutcome } from '../../functions/userstores/userstore.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { openLoginFixture } from '../support/login-fixture.ts';
import { type Answer, knowsUserx, openRestService, sendJson } from '../support/rest-service.ts';

const count = (outcomes: readonly LoginOutcome[], kind: LoginOutcome['kind']): number =>
  outcomes.filter((outcome) => outcome.kind === kind).length;

test('A01 an empty password reaches no store', async (context) => {
  const { login, putStore, putUser } = openLoginFixture();
  putUser('publisher');
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'true' } }));
  putStore('EXTERNAL', service.attributes);
  for (const name of ['publisher', 'userx', 'EXTERNAL/userx']) {
    assert.deepEqual(await login(name, ''), { kind: 'refused', reason: 'empty-password' });
  }
  assert.equal(service.calls.length, 0);
});

test('A07 spellings of one name share one counter', async (context) => {
  const { login, putStore, putUser } = openLoginFixture();
  putUser('publisher');
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'false' } }));
  putStore('EXTERNAL', service.attributes);
  for (const spelling of ['publisher', 'PUBLISHER', 'ｐｕｂｌｉｓｈｅｒ', 'PRIMARY/Publisher', 'publisher@MY_COMPANY']) {
    assert.equal((await login(spelling, 'wrong')).kind, 'refused', spelling);
  }
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'locked');
  for (const spelling of ['userx', 'USERX', 'ＵserＸ', 'EXTERNAL/userx', 'external/UserX@my_company']) {
    assert.equal((await login(spelling, 'wrong')).kind, 'refused', spelling);
  }
  assert.equal((await login('EXTERNAL/userx', 'mypass')).kind, 'locked');
  for (const spelling of ['publisher ', ' publisher', 'publi\u0000sher', 'publi\u00adsher', 'publi\u200bsher', '\u202epublisher']) {
    assert.deepEqual(await login(spelling, 'publisher-pass'), { kind: 'refused', reason: 'malformed-username' });
  }
});

test('A07 A94 a namesake in another store makes no room for guesses', async (context) => {
  const { login, putStore, putUser, remember } = openLoginFixture();
  putUser('userx');
  const service = await openRestService(context, knowsUserx);
  putStore('EXTERNAL', service.attributes);
  for (let guess = 0; guess < 5; guess += 1) {
    assert.equal((await login('EXTERNAL/userx', `guess ${guess}`)).kind, 'refused');
    if (guess === 4) break;
    const own = await login('userx', 'publisher-pass');
    assert.equal(own.kind, 'authenticated');
    await remember(own);
  }
  // From where the namesake is at home, and from anywhere else.
  for (const sourceAddress of ['192.0.2.1', '203.0.113.9'])
    assert.equal((await login('EXTERNAL/userx', 'mypass', { sourceAddress })).kind, 'locked', sourceAddress);
  assert.equal(service.calls.length, 5);
  assert.equal((await login('userx', 'publisher-pass')).kind, 'authenticated', 'the namesake is at home there');
});

test('A08 A10 nothing about a password is kept: one that was right a moment ago is wrong now', async (context) => {
  const { login, putStore } = openLoginFixture();
  let current = 'old';
  const service = await openRestService(context, (call, outgoing) =>
    sendJson(outgoing, { response: { status: String(JSON.parse(call.body).credentials.password === current) } }),
  );
  putStore('EXTERNAL', service.attributes);
  assert.equal((await login('userx', 'old')).kind, 'authenticated');
  current = 'new';
  assert.equal((await login('userx', 'old')).kind, 'refused');
  assert.equal((await login('userx', 'new')).kind, 'authenticated');
});

test('A09 all of a long password counts, and one over 1,024 bytes is refused', async () => {
  const { login, putUser } = openLoginFixture();
  const { hashPassword } = await import('../../functions/userstores/password-hashes/index.ts');
  const long = `${'x'.repeat(1000)}end`;
  putUser('publisher', { passwordHash: await hashPassword(long) });
  assert.equal((await login('publisher', `${long}!`)).kind, 'refused');
  assert.equal((await login('publisher', long.slice(0, 72))).kind, 'refused');
  assert.equal((await login('publisher', long)).kind, 'authenticated');
  assert.deepEqual(await login('publisher', 'x'.repeat(1025)), { kind: 'refused', reason: 'password-too-long' });
});

test('A11 the lock is ours, and the store is not asked while it lasts', async (context) => {
  const { login, putStore } = openLoginFixture();
  const service = await openRestService(context, knowsUserx);
  putStore('EXTERNAL', service.attributes);
  for (let guess = 0; guess < 50; guess += 1) await login('userx', `guess ${guess}`);
  assert.equal(service.calls.length, 5);
});

test('A12 parallel guesses cannot outrun the counter', async (context) => {
  const { login, putStore, putUser } = openLoginFixture();
  putUser('publisher');
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'false' } }));
  putStore('EXTERNAL', service.attributes);
  for (const name of ['publisher', 'userx', 'nobody@my_company']) {
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, guess) => login(name, `guess ${guess}`, { sourceAddress: name })));
    assert.equal(count(outcomes, 'refused'), 5, name);
    assert.equal(count(outcomes, 'locked'), 25, name);
  }
});

test('A12 parallel guesses through many functions at once cannot outrun the counter of a user', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  const functions = Array.from({ length: 10 }, () => createUserstores(fixture.dependencies));
  const outcomes = await Promise.all(
    functions.flatMap((userstores, at) =>
      [1, 2, 3].map((guess) =>
        userstores.authenticateUser({
          typedUsername: 'publisher',
          password: `guess ${at} ${guess}`,
          requiredTenant: 'my_company',
          sourceAddress: '192.0.2.1',
          addressSpeaksForMany: false,
        }),
      ),
    ),
  );
  assert.equal(count(outcomes, 'refused'), 5);
});

test('A12 guesses at users of one store are not free while a store behind it is out', async (context) => {
  const { login, putStore } = openLoginFixture();
  const first = await openRestService(context, knowsUserx);
  const broken = await openRestService(context, (_call, outgoing) => sendJson(outgoing, {}, 500));
  putStore('A', { ...first.attributes, priority: 1 });
  putStore('B', { ...broken.attributes, priority: 2 });
  const outcomes: string[] = [];
  for (let guess = 0; guess < 8; guess += 1) {
    outcomes.push(
      await login('userx', `guess ${guess}`).then(
        ({ kind }) => kind,
        () => 'outage',
      ),
    );
  }
  assert.deepEqual(outcomes, [...Array(5).fill('outage'), ...Array(3).fill('locked')]);
  assert.equal(first.calls.length, 5);
});

test('A12 guesses are not free at a service whose no the entry does not know', async (context) => {
  const noes: readonly Answer[] = [
    (_call, outgoing) => sendJson(outgoing, {}, 401),
    (_call, outgoing) => sendJson(outgoing, {}, 422),
    (_call, outgoing) => outgoing.writeHead(302, { location: '/login?failed' }).end(),
    (_call, outgoing) => outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<form>'),
  ];
  for (const no of noes) {
    const { login, putStore } = openLoginFixture();
    const service = await openRestService(context, no);
    putStore('EXTERNAL', service.attributes);
    for (let guess = 0; guess < 5; guess += 1) await assert.rejects(login('userx', `guess ${guess}`), { name: 'Unavailable' });
    assert.equal((await login('userx', 'mypass')).kind, 'locked');
    assert.equal(service.calls.length, 5);
  }
});

test('A12 a store that knows that it does not know the user costs no attempt while one behind it is out', async (context) => {
  const { login, putStore } = openLoginFixture();
  const first = await openRestService(context, (_call, outgoing) => outgoing.writeHead(404).end());
  const broken = await openRestService(context, (_call, outgoing) => sendJson(outgoing, {}, 500));
  putStore('A', { ...first.attributes, priority: 1, unknownUser: { status: [404] } });
  putStore('B', { ...broken.attributes, priority: 2 });
  for (let attempt = 0; attempt < 8; attempt += 1) await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable' });
});

test('A12 a guess that was answered stays counted when the count of addresses is out', async () => {
  const fixture = openLoginFixture();
  const { attempts } = fixture.stores;
  const { login } = openLoginFixture({
    users: fixture.stores.users,
    attempts: {
      ...attempts,
      reserveAttempt: async (key, limit, now) => {
        if (limit.maxAttempts === 100) throw new Unavailable('dynamodb', 'throttled');
        return attempts.reserveAttempt(key, limit, now);
      },
    },
  });
  fixture.putUser('publisher');
  const outcomes: string[] = [];
  for (let guess = 0; guess < 8; guess += 1) {
    outcomes.push(
      await login('publisher', `guess ${guess}`, { sourceAddress: `192.0.2.${guess}` }).then(
        ({ kind }) => kind,
        () => 'outage',
      ),
    );
  }
  assert.ok(!outcomes.includes('authenticated'));
  assert.equal((await fixture.login('publisher', 'publisher-pass')).kind, 'locked');
});

test('A12 guesses at many users from one address: the limit, and one more a function at most', async () => {
  const fixture = openLoginFixture();
  fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 10 } });
  const functions = Array.from({ length: 4 }, () => createUserstores(fixture.dependencies));
  const guess = (at: number, sourceAddress: string) =>
    functions[at % functions.length]?.authenticateUser({
      typedUsername: `user${at}`,
      password: 'Winter2026!',
      requiredTenant: 'my_company',
      sourceAddress,
      addressSpeaksForMany: false,
    });
  const outcomes = (await Promise.all(Array.from({ length: 40 }, (_, at) => guess(at, '192.0.2.1')))).filter(
    (outcome) => outcome !== undefined,
  );
  const refused = count(outcomes, 'refused');
  assert.ok(refused >= 10 - 4 && refused <= 10 + 4, `${refused} refused`);
  assert.equal((await guess(100, '192.0.2.1'))?.kind, 'locked');
  assert.equal((await guess(101, '192.0.2.2'))?.kind, 'refused', 'another address');
});

test('A12 all addresses of an IPv6 network of one caller share a counter', async () => {
  const { login, stores } = openLoginFixture();
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 3 } });
  for (const host of ['::1', '::2', ':a:b:c:d']) {
    assert.equal((await login(`user${host}`, 'wrong', { sourceAddress: `2001:db8:1:2${host}` })).kind, 'refused');
  }
  assert.equal((await login('other', 'wrong', { sourceAddress: '2001:0DB8:1:2:ffff::9' })).kind, 'locked');
  assert.equal((await login('other', 'wrong', { sourceAddress: '2001:db8:1:3::1' })).kind, 'refused');
});

test('A20 A79 a tenant’s client locks nobody out of another tenant', async () => {
  const { login, putUser, stores } = openLoginFixture();
  putUser('publisher');
  stores.put('Tenants', { tenant: 'hostile', entry: 'tenant' });
  for (let guess = 0; guess < 20; guess += 1) await login('publisher@my_company', 'wrong', { requiredTenant: 'hostile' });
  assert.equal((await login('publisher@my_company', 'publisher-pass')).kind, 'authenticated');
});

test('A79 a tenant is what follows the last @, and a domain is no part of it', async (context) => {
  const { login, putStore, stores } = openLoginFixture();
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'true' } }));
  putStore('EXTERNAL', service.attributes);
  stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  for (const typed of ['bob@my_company@other', 'EXTERNAL/bob@my_company@other', 'bob@other', 'bob@my_company@', 'bob@my_company @other']) {
    assert.equal((await login(typed, 'x')).kind, 'refused', typed);
  }
  assert.equal(service.calls.length, 0);
  const outcome = await login('bob@other@my_company', 'x');
  assert.ok(outcome.kind === 'authenticated');
  assert.deepEqual([outcome.user.tenant, outcome.user.username], ['my_company', 'bob@other']);
});

test('A80 names of JavaScript’s own are names like others', async (context) => {
  const { login, putStore } = openLoginFixture();
  const service = await openRestService(context, (_call, outgoing) =>
    sendJson(outgoing, { response: { status: 'true' }, constructor: 'c', roles: ['constructor'] }),
  );
  putStore('EXTERNAL', { ...service.attributes, claims: { toString: 'toString', hasOwnProperty: 'constructor' }, roles: 'roles' });
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
    const outcome = await login(name, 'x');
    assert.ok(outcome.kind === 'authenticated', name);
    assert.equal(outcome.user.username, name.toLowerCase());
    assert.deepEqual(Object.entries(outcome.user.claims), [['hasOwnProperty', 'c']]);
  }
  for (const domain of ['__PROTO__', 'CONSTRUCTOR']) assert.equal((await login(`${domain}/bob`, 'x')).kind, 'refused');
});

const FAILURES = [
  ['a wrong password', 'publisher'],
  ['an unknown user', 'nobody'],
  ['a disabled user', 'disabled'],
  ['a user whose entry is wrong', 'wrong'],
  ['an unknown tenant', 'publisher@nowhere'],
  ['another tenant', 'publisher@other'],
  ['an unknown domain', 'NOWHERE/nobody else'],
  ['a malformed name', 'publisher\u0000'],
  ['a wrong password at a web service', 'EXTERNAL/userx'],
] as const;

test('A21 every kind of failure is answered at a multiple of the quantum, with the work of one password hash', async (context) => {
  const slept: number[] = [];
  const { login, putStore, putUser, stores } = openLoginFixture({
    failureQuantumMs: 100_000,
    passwordCost: CURRENT_COST,
    sleep: async (ms) => void slept.push(ms),
  });
  putUser('publisher');
  putUser('disabled', { status: 'disabled' });
  putUser('wrong', { roles: 1 });
  stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  putStore('EXTERNAL', { ...(await openRestService(context, knowsUserx)).attributes, priority: 1 });
  await login('warm-up', 'wrong');
  for (const [what, name] of FAILURES) {
    // Next to what it is compared with: how much a core does in a millisecond depends on its neighbours.
    const hashMs = await leastCpuMs(4, () => spendPasswordWork('wrong'));
    const spentMs = await leastCpuMs(4, async (round) => {
      slept.length = 0;
      const startMs = performance.now();
      const password = name === 'disabled' ? 'publisher-pass' : 'wrong';
      assert.equal((await login(name, password, { sourceAddress: `${what} ${round}` })).kind, 'refused', what);
      const spent = performance.now() - startMs;
      assert.equal(slept.length, 1, what);
      const answeredAtMs = spent + (slept[0] ?? 0);
      assert.ok(Math.abs(answeredAtMs - 100_000) < 100 + spent, `${what}: ${answeredAtMs}`);
    });
    assert.ok(spentMs > hashMs * 0.5, `${what}: ${spentMs} ms of CPU, one hash is ${hashMs}`);
    assert.ok(spentMs < hashMs * 2 + 30, `${what}: ${spentMs} ms of CPU, one hash is ${hashMs}`);
  }
});

test('A21 A85 a success and a lock are answered at once', async () => {
  const slept: number[] = [];
  const { login, putUser, time } = openLoginFixture({ failureQuantumMs: 500, sleep: async (ms) => void slept.push(ms) });
  putUser('publisher');
  await login('publisher', 'publisher-pass');
  assert.deepEqual(slept, []);
  const names = ['publisher', 'nobody', 'publisher@nowhere', 'publisher\u0000'];
  for (const name of names) {
    for (let guess = 0; guess < 5; guess += 1) assert.equal((await login(name, 'wrong')).kind, 'refused');
  }
  assert.equal(slept.length, 20);
  for (const ms of slept.splice(0)) assert.ok(ms > 0 && ms <= 2500);
  time.nowMs += 2500;
  for (const name of names) assert.equal((await login(name, 'wrong')).kind, 'locked');
  assert.deepEqual(slept, []);
});

test('A84 a secrets store that is out is an outage of the stores that need it', async (context) => {
  const { login, putStore, putUser, stores } = openLoginFixture();
  const service = await openRestService(context, knowsUserx);
  putStore('EXTERNAL', { ...service.attributes, secretId: 'Gatehouse/tenants/my_company/external' });
  putUser('publisher');
  stores.failing.add('secrets');
  await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', reason: 'no-secret' });
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
});

test('A85 a locked user costs no password hash', async () => {
  const { login, putUser } = openLoginFixture({ passwordCost: CURRENT_COST });
  putUser('publisher');
  for (let guess = 0; guess < 5; guess += 1) await login('publisher', 'wrong');
  const cpuMs = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const locked = await cpuMs(async () => {
    for (let guess = 0; guess < 20; guess += 1) assert.equal((await login('publisher', 'wrong')).kind, 'locked');
  });
  const hashes = await cpuMs(async () => {
    for (let guess = 0; guess < 20; guess += 1) await spendPasswordWork('wrong');
  });
  assert.ok(locked < hashes / 2, `${locked} ms for 20 locked attempts, ${hashes} ms for 20 hashes`);
});
