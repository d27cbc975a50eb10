// Who is locked out by guesses, and who is not: addresses that speak for many, places where users are at home, and locks
// that end (A92, A93).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';
import { knowsUserx, openRestService } from '../support/rest-service.ts';

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

test('A93 a namesake in another store who signs in from everywhere crowds nobody’s home out', async (context) => {
  const fixture = openLoginFixture();
  fixture.putUser('userx');
  fixture.putStore('EXTERNAL', (await openRestService(context, knowsUserx)).attributes);
  await signIn(fixture, HOME, 'userx');
  for (let at = 0; at < 20; at += 1) {
    fixture.time.nowMs += 1000;
    await fixture.remember(await fixture.login('EXTERNAL/userx', 'mypass', { sourceAddress: `192.0.2.${at}` }));
  }
  await guesses(fixture, 'userx', { sourceAddress: '203.0.113.1' });
  await signIn(fixture, HOME, 'userx');
  const known = await fixture.login('userx', 'publisher-pass', HOME);
  assert.ok(known.kind === 'authenticated');
  assert.equal(known.signIn?.places.size, 1 + 8);
});
