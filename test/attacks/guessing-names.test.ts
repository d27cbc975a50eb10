// What the counts of failed logins tell of users, and what another spelling of a name makes: nothing (A94, A97).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectOf } from '../../functions/configuration/username.ts';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';
import { knowsUserx, openRestService, sendJson } from '../support/rest-service.ts';

/** How many guesses were looked at until the name was locked. */
async function guesses({ login }: LoginFixture, name: string): Promise<number> {
  for (let at = 0; at < 20; at += 1) if ((await login(name, `guess ${at}`)).kind === 'locked') return at;
  return 20;
}

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
