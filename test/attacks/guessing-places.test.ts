// Who is locked out by guesses, and who is not: addresses that speak for many, places where users are at home, locks that
// end, counts that tell nothing of users, and spellings (A92, A93, A94, A97).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectOf } from '../../functions/configuration/username.ts';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';
import { knowsUserx, openRestService, sendJson } from '../support/rest-service.ts';

const HOME = { sourceAddress: '198.51.100.7' };

/** `publisher` has signed in at home. */
async function openAtHome() {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  await signIn(fixture);
  return fixture;
}

async function signIn(fixture: LoginFixture, request: Parameters<LoginFixture['login']>[2] = HOME, name = 'publisher'): Promise<void> {
  const outcome = await fixture.login(name, 'publisher-pass', request);
  assert.equal(outcome.kind, 'authenticated', `${name} ${JSON.stringify(request)}`);
  await fixture.remember(outcome);
}

/** Until it is locked: how many guesses were looked at. */
async function guesses({ login }: LoginFixture, name: string, request: Parameters<LoginFixture['login']>[2] = {}): Promise<number> {
  for (let at = 0; at < 20; at += 1) if ((await login(name, `guess ${at}`, request)).kind === 'locked') return at;
  return 20;
}

test('A92 the server of an application is no address: any number of typing errors there locks nobody else out', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 10 } });
  const ofServer = { sourceAddress: '192.0.2.1', addressSpeaksForMany: true };
  for (let at = 0; at < 30; at += 1) assert.equal((await fixture.login(`user${at}`, 'wrong', ofServer)).kind, 'refused');
  assert.equal((await fixture.login('publisher', 'publisher-pass', ofServer)).kind, 'authenticated');
  // Each user is still counted there.
  assert.equal(await guesses(fixture, 'somebody', ofServer), 5);
  // An end user's address, which the application may hand on, is counted.
  const ofUser = { sourceAddress: '203.0.113.7' };
  for (let at = 0; at < 10; at += 1) await fixture.login(`user${at}`, 'wrong', ofUser);
  assert.equal((await fixture.login('publisher', 'publisher-pass', ofUser)).kind, 'locked');
});

test('A92 a script behind the address that a whole office shares locks out nobody who is at home there', async () => {
  const fixture = await openAtHome();
  fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttemptsPerAddress: 10 } });
  for (let at = 0; at < 50; at += 1) await fixture.login(`user${at}`, 'wrong', HOME);
  assert.equal((await fixture.login('newcomer', 'wrong', HOME)).kind, 'locked');
  await signIn(fixture);
});

test('A93 guesses from anywhere lock a victim out of nowhere where the victim is at home', async () => {
  const fixture = await openAtHome();
  assert.equal(await guesses(fixture, 'publisher'), 5);
  for (let at = 0; at < 100; at += 1) await fixture.login('publisher', `guess ${at}`, { sourceAddress: `192.0.2.${at}` });
  assert.equal((await fixture.login('publisher', 'publisher-pass', { sourceAddress: '203.0.113.50' })).kind, 'locked');
  for (let round = 0; round < 10; round += 1) await signIn(fixture);
  // Of an IPv6 network every address is the same place.
  fixture.time.nowMs += 3_600_000;
  await signIn(fixture, { sourceAddress: '2001:db8:1:2::1' });
  assert.equal(await guesses(fixture, 'publisher'), 5);
  await signIn(fixture, { sourceAddress: '2001:db8:1:2:ffff::9' });
});

test('A93 a victim’s own logins give no guesser new attempts', async () => {
  const fixture = await openAtHome();
  let lookedAt = 0;
  for (let round = 0; round < 20; round += 1) {
    if ((await fixture.login('publisher', `guess ${round}`)).kind === 'refused') lookedAt += 1;
    await signIn(fixture);
  }
  assert.equal(lookedAt, 5);
});

test('A93 guesses from where the user is at home lock that place alone', async () => {
  const fixture = await openAtHome();
  assert.equal(await guesses(fixture, 'publisher', HOME), 5);
  assert.equal((await fixture.login('publisher', 'publisher-pass', HOME)).kind, 'locked');
  await signIn(fixture, { sourceAddress: '203.0.113.9' });
});

test('A93 a browser in which the user has signed in is a place of its own, wherever it is', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  await signIn(fixture, { sourceAddress: '203.0.113.1', browser: 'digest of a cookie' });
  assert.equal(await guesses(fixture, 'publisher', { sourceAddress: '203.0.113.2' }), 5);
  await signIn(fixture, { sourceAddress: '203.0.113.2', browser: 'digest of a cookie' });
  assert.equal((await fixture.login('publisher', 'publisher-pass', { sourceAddress: '203.0.113.3', browser: 'another' })).kind, 'locked');
});

test('A93 whatever is done, a lock is over after 15 minutes, and the right password then logs in', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  const locks: number[] = [];
  // A day of guesses, one a minute.
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const outcome = await fixture.login('publisher', `guess ${minute}`, { sourceAddress: `192.0.2.${minute % 50}` });
    if (outcome.kind === 'locked') locks.push(outcome.retryAfterSeconds);
    fixture.time.nowMs += 60_000;
  }
  assert.ok(Math.max(...locks) <= 900);
  fixture.time.nowMs += 900_000;
  await signIn(fixture);
});

test('A93 an application that is asked from no known address, as TOKEN authorizers are, shares no place', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  await signIn(fixture, { sourceAddress: '' });
  assert.equal(await guesses(fixture, 'publisher', { sourceAddress: '' }), 5);
  assert.equal((await fixture.login('publisher', 'publisher-pass', { sourceAddress: '' })).kind, 'locked');
});

test('A93 at most eight places are known of a name, the latest ones, and none is written in clear', async () => {
  const fixture = openLoginFixture();
  fixture.putUser('publisher');
  for (let at = 1; at <= 12; at += 1) {
    fixture.time.nowMs += 1000;
    await signIn(fixture, { sourceAddress: `203.0.113.${at}` });
  }
  await signIn(fixture, { sourceAddress: '203.0.113.5' });
  assert.equal(await guesses(fixture, 'publisher'), 5);
  for (const at of [5, 6, 7, 8, 9, 10, 11, 12]) await signIn(fixture, { sourceAddress: `203.0.113.${at}` });
  const known = await fixture.login('publisher', 'publisher-pass', { sourceAddress: '203.0.113.12' });
  assert.ok(known.kind === 'authenticated' && known.signIn !== undefined);
  assert.equal(known.signIn.places.size, 8);
  assert.doesNotMatch(JSON.stringify([known.signIn.name, ...known.signIn.places]), /203\.0|publisher|my_company/);
  for (const at of [1, 4]) {
    const outcome = await fixture.login('publisher', 'publisher-pass', { sourceAddress: `203.0.113.${at}` });
    assert.equal(outcome.kind, 'locked', `${at} was forgotten`);
  }
});

/** What was typed before the name at three guesses, and at all that follow. */
const PREFIXES = [
  ['', 'PRIMARY/'],
  ['PRIMARY/', 'external/'],
  ['EXTERNAL/', ''],
  ['NOWHERE/', 'EXTERNAL/'],
] as const;

test('A94 counts tell nobody who is in which store: each name has one, whatever store is named', async (context) => {
  const service = await openRestService(context, knowsUserx);
  for (const name of ['publisher', 'userx', 'nobody']) {
    for (const [first, second] of PREFIXES) {
      const fixture = openLoginFixture();
      fixture.putUser('publisher');
      fixture.putStore('EXTERNAL', service.attributes);
      for (let guess = 0; guess < 3; guess += 1) assert.equal((await fixture.login(`${first}${name}`, 'wrong')).kind, 'refused');
      assert.equal(await guesses(fixture, `${second}${name}`), 2, `${first}${name}, then ${second}${name}`);
    }
  }
});

test('A94 A85 a lock is told before any store is asked, so that its time tells nothing either', async (context) => {
  let reads = 0;
  const base = openLoginFixture();
  const findUser = (...key: [string, string]) => {
    reads += 1;
    return base.stores.users.findUser(...key);
  };
  const fixture = openLoginFixture({ users: { ...base.stores.users, findUser } });
  base.putUser('publisher');
  const service = await openRestService(context, knowsUserx);
  fixture.putStore('EXTERNAL', service.attributes);
  for (const name of ['publisher', 'userx', 'nobody']) await guesses(fixture, name);
  const before = [reads, service.calls.length];
  for (const name of ['publisher', 'userx', 'nobody', 'EXTERNAL/nobody', 'PRIMARY/userx'])
    assert.equal((await fixture.login(name, 'publisher-pass')).kind, 'locked', name);
  assert.deepEqual([reads, service.calls.length], before);
});

test('A94 in a chain of stores that say no more than no, a namesake’s right password clears no count', async (context) => {
  const fixture = openLoginFixture();
  const knows = (password: string) =>
    openRestService(context, (call, outgoing) =>
      sendJson(outgoing, { response: { status: String(JSON.parse(call.body).credentials.password === password) } }),
    );
  const [first, second] = [await knows('of the first bob'), await knows('of the second bob')];
  fixture.putStore('A', { ...first.attributes, priority: 1 });
  fixture.putStore('B', { ...second.attributes, priority: 2 });
  let lookedAt = 0;
  for (let round = 0; round < 20; round += 1) {
    const guess = await fixture.login('bob', `guess ${round}`);
    if (guess.kind === 'refused') lookedAt += 1;
    const own = await fixture.login('bob', 'of the second bob');
    await fixture.remember(own);
  }
  assert.equal(lookedAt, 5);
});

const ELEANORA = [
  'eleanora',
  'ELEANORA',
  'éléanora',
  'ęleanorą',
  'eleañora',
  'ëłëànørâ',
  'ｅleanora',
  'e\u0301leanora',
  'eleanor\u0061\u0308',
];

test('A97 accents, width and case make no new count and no new subject where a store looks at letters alone', async (context) => {
  const fixture = openLoginFixture();
  const collation = new Intl.Collator('en', { sensitivity: 'base' });
  const service = await openRestService(context, (call, outgoing) => {
    const { username, password } = JSON.parse(call.body).credentials;
    sendJson(outgoing, { response: { status: String(collation.compare(username, 'eleanora') === 0 && password === 'right') } });
  });
  fixture.putStore('SVC', service.attributes);
  const subjects = new Set<string>();
  for (const name of ELEANORA) {
    const outcome = await fixture.login(name, 'right');
    assert.ok(outcome.kind === 'authenticated', name);
    subjects.add(subjectOf(outcome.user));
  }
  assert.deepEqual([...subjects], ['SVC/eleanora@my_company']);
  const asked = service.calls.length;
  for (let at = 0; at < 60; at += 1) await fixture.login(ELEANORA[at % ELEANORA.length] ?? '', `guess ${at}`);
  assert.equal(service.calls.length - asked, 5);
});

test('A97 subjects stay as they were: of ordinary names, of other scripts, and where the store names or numbers its users', async (context) => {
  const fixture = openLoginFixture();
  const service = await openRestService(context, (call, outgoing) => {
    const { username } = JSON.parse(call.body).credentials;
    sendJson(outgoing, { response: { status: 'true' }, name: username.toLowerCase(), id: 'n-1' });
  });
  const subject = async (name: string, mapping: Record<string, string> = {}) => {
    fixture.putStore('SVC', { ...service.attributes, ...mapping });
    const outcome = await fixture.login(`SVC/${name}@my_company`, 'x');
    return outcome.kind === 'authenticated' ? subjectOf(outcome.user) : outcome.kind;
  };
  for (const name of ['userx', 'bob@example.com', 'john doe', 'a.b-c_d', 'андрей', 'はなこ', 'हिन्दी', 'αβγ'])
    assert.equal(await subject(name), `SVC/${name}@my_company`);
  assert.equal(await subject('José', { username: 'name' }), 'SVC/josé@my_company');
  assert.equal(await subject('José', { uniqueId: 'id' }), 'SVC/n-1@my_company');
  assert.equal(await subject('José'), 'SVC/jose@my_company');
});
