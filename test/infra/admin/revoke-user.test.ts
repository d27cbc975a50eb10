// `revoke user` ends all that a user has, by every name that is at hand: introspection, userinfo, the API and a renewal say
// so afterwards, and what others have lives on.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { APPS, openIncidentWorld } from './support/incident-world.ts';

suite('revoke user', () => {
  /** Every name that somebody may have in hand of the user `EXTERNAL/userx@my_company`. */
  const NAMES = [
    'userx@my_company',
    'UserX@MY_COMPANY',
    'EXTERNAL/userx@my_company',
    'external/userx@my_company',
    'userx',
    'EXTERNAL/userx',
    'uma@example.org',
    'uma@example.org@my_company',
    'EXTERNAL/E-1001@my_company',
    'E-1001',
    'e-1001@my_company',
  ];

  test('ends all that the user has, by every name that is at hand, and nothing of anybody else', async (context) => {
    const { run, logIn, assertAlive, assertDead } = await openIncidentWorld(context);
    const others = [await logIn('usery@my_company'), await logIn('publisher@my_company'), await logIn('publisher@acme', 'acme-demo-app')];
    for (const name of NAMES) {
      const logins = [await logIn('userx@my_company', APPS[0]), await logIn('uma@example.org@my_company', APPS[1])];
      for (const login of logins) await assertAlive(login, name);
      const { code, text } = await run(['revoke', 'user', name]);
      assert.equal(code, 0, `${name}: ${text}`);
      assert.match(text, /ended: 2 grants and 0 sign-in sessions of EXTERNAL\//, name);
      for (const login of logins) await assertDead(login, name);
    }
    for (const login of others) await assertAlive(login);
  });

  test('ends a user whom no store knows any more, and one whose store or tenant is gone', async (context) => {
    const { run, logIn, assertAlive, assertDead, put, waitForCaches } = await openIncidentWorld(context);
    const [deleted, orphan] = [await logIn('publisher@my_company'), await logIn('userx@my_company')];
    assert.equal((await run('userstore delete my_company EXTERNAL')).code, 0);
    await run('tenant delete acme');
    waitForCaches();
    await assertAlive(orphan, 'its store is asked at a renewal alone');
    assert.equal((await run('revoke user userx@my_company')).code, 0);
    await assertDead(orphan);
    // By hand, as in the console: the command ends what is open.
    await put('Users', { tenant: 'my_company', username: 'publisher', id: 'somebody-else', passwordHash: '$argon2id$x' });
    const { code, text } = await run('revoke user publisher@my_company');
    assert.equal(code, 0, text);
    await assertDead(deleted);
    assert.equal((await run('revoke user publisher@acme')).code, 1, 'nothing was open there');
  });

  test('ends sign-in sessions and codes that were not redeemed as well', async (context) => {
    const { run, signIn } = await openIncidentWorld(context);
    const [own, other] = [await signIn('publisher@my_company'), await signIn('usery@my_company')];
    assert.deepEqual([await own.isSignedIn(), await other.isSignedIn()], [true, true]);
    const { code, text } = await run('revoke user publisher@my_company');
    assert.deepEqual([code, /ended: \d grants and 1 sign-in session of publisher@my_company/.test(text)], [0, true], text);
    assert.deepEqual([await own.isSignedIn(), await other.isSignedIn()], [false, true]);
  });

  test('does not guess between people of several tenants: it says which there are, and ends nobody', async (context) => {
    const { run, logIn, assertAlive, assertDead } = await openIncidentWorld(context);
    const [own, other] = [await logIn('publisher@my_company'), await logIn('publisher@acme', 'acme-demo-app')];
    for (const name of ['publisher', 'pia@example.org']) {
      const { code, text } = await run(['revoke', 'user', name]);
      assert.equal(code, 1);
      assert.match(text, /people of 2 tenants are called so: acme, my_company\. Name the tenant: --tenant acme/);
    }
    for (const login of [own, other]) await assertAlive(login);
    assert.equal((await run('revoke user publisher --tenant acme')).code, 0);
    await assertDead(other);
    await assertAlive(own);
    assert.equal((await run('revoke user pia@example.org --tenant my_company')).code, 0);
    await assertDead(own);
  });

  test('is not done, and says what to try, where nothing was ended', async (context) => {
    const { run, logIn, assertAlive } = await openIncidentWorld(context);
    const login = await logIn('publisher@my_company');
    const wrong = [
      'nobody@my_company',
      'publisher@nowhere',
      'EXTERNAL/publisher@my_company',
      'userx',
      ' ',
      'x'.repeat(600),
      'publisher@acme',
    ];
    for (const name of wrong) {
      const { code, text } = await run(['revoke', 'user', name]);
      assert.equal(code, 1, name);
      assert.match(text, /Nothing was ended.*`sub`/s, name);
    }
    await assertAlive(login);
  });

  test('asks the stores, which may know the user by a name that nobody has told us, and says which could not be asked', async (context) => {
    const { run, runWith, logIn, assertDead } = await openIncidentWorld(context);
    // A directory finds by mail address too; what is open says nothing of it.
    const user = { tenant: 'my_company', domain: 'EXTERNAL', username: 'userx', id: 'E-1001', roles: [], claims: {} };
    const store = {
      domain: 'EXTERNAL',
      find: async (name: string) => (name === 'ursula@corp.example' ? { kind: 'active', user } : { kind: 'unknown' }),
    };
    const runOn = (secondary: () => Promise<unknown>) =>
      runWith((operator) => ({
        ...operator,
        userstores: { ...operator.userstores, secondary: secondary as typeof operator.userstores.secondary },
      }));
    const login = await logIn('userx@my_company');
    assert.equal((await run('revoke user ursula@corp.example@my_company')).code, 1);
    const found = await runOn(async () => store)('revoke user ursula@corp.example@my_company');
    assert.equal(found.code, 0, found.text);
    await assertDead(login);
    const again = await logIn('userx@my_company');
    const partly = await runOn(() => Promise.reject(new Unavailable('userstore EXTERNAL of my_company', 'timeout')))(
      'revoke user userx@my_company',
    );
    assert.match(partly.err, /^warning: not asked: EXTERNAL of my_company: timeout$/m);
    assert.equal(partly.code, 0);
    await assertDead(again);
  });
});
