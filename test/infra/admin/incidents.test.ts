// What the verbs for an incident end, they end: introspection, userinfo, the API and a renewal say so afterwards, and what
// they were not asked to end lives on.

import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { APPS, type Login, openIncidentWorld } from './support/incident-world.ts';

type World = Awaited<ReturnType<typeof openIncidentWorld>>;

suite('revoke token', () => {
  test('ends the grant of an access token of either format, and of a refresh token, however it is at hand', async (context) => {
    const { run, logIn, assertAlive, assertDead } = await openIncidentWorld(context);
    const other = await logIn('publisher@my_company');
    for (const app of APPS) {
      for (const given of [
        ({ access }: Login) => access,
        ({ refresh }: Login) => `${refresh}\n`,
        ({ access }: Login) => `Authorization: Bearer ${access}\r\n`,
        ({ refresh }: Login) => `"${refresh}"`,
      ]) {
        const login = await logIn('publisher@my_company', app);
        const { code, text } = await run('revoke token', given(login));
        assert.equal(code, 0, text);
        assert.match(text, new RegExp(`client ${app}, user publisher@my_company`));
        assert.ok(!text.includes(login.access) && !text.includes(login.refresh), 'no token is printed');
        await assertDead(login);
        const again = await run('revoke token', given(login));
        assert.equal(again.code, 1);
        assert.match(again.text, /is not there: it was ended, or has run out/);
      }
    }
    await assertAlive(other);
  });

  test('warns where JWTs of the tenant are not looked up, until when it lives', async (context) => {
    const { run, put, logIn } = await openIncidentWorld(context);
    await put('Tenants', { tenant: 'my_company', entry: 'tenant', jwtRevocation: 'offline' });
    const { access } = await logIn('publisher@my_company', 'demo-jwt-app');
    const { code, text } = await run('revoke token', access);
    assert.equal(code, 0);
    assert.match(text, /not looked up \(jwtRevocation: offline\): this one lives until 2030-/);
  });
});

for (const [words, all] of [
  ['revoke client demo-app', ['demo-app']],
  ['revoke tenant my_company', APPS],
] as const)
  test(`${words} ends what began until now, and lets the next login in`, async (context) => {
    const { run, logIn, signIn, assertAlive, assertDead, waitForCaches, advance } = await openIncidentWorld(context);
    const logins = [await logIn('publisher@my_company', APPS[0]), await logIn('userx@my_company', APPS[1])];
    const other = await logIn('publisher@acme', 'acme-demo-app');
    const session = await signIn('publisher@my_company');
    assert.equal((await run(words)).code, 0);
    advance(2000);
    waitForCaches();
    for (const login of logins) await ((all as readonly string[]).includes(login.app) ? assertDead(login) : assertAlive(login));
    assert.equal(await session.isSignedIn(), words.includes('client'), 'a client’s end is none of the sign-in session');
    await assertAlive(other);
    await assertAlive(await logIn('publisher@my_company'));
    assert.equal((await run(words.replace(/\S+$/, 'nobody'))).code, 1);
  });

suite('tenant suspend', () => {
  async function openSuspended(context: TestContext, words: string) {
    const world: World = await openIncidentWorld(context);
    const logins = [await world.logIn('publisher@my_company', APPS[0]), await world.logIn('userx@my_company', APPS[1])];
    const session = await world.signIn('publisher@my_company');
    const other = await world.logIn('publisher@acme', 'acme-demo-app');
    assert.equal((await world.run(words)).code, 0);
    // A function that has not read the entry again lets somebody in.
    logins.push(await world.logIn('publisher@my_company'));
    world.waitForCaches();
    await world.assertAlive(other);
    const form = { grant_type: 'password', username: 'publisher@my_company', password: 'publisher-pass' };
    const refused = await world.call({ path: '/oauth2/token', form, headers: { authorization: 'Basic ZGVtby1hcHA6ZGVtby1hcHAtc2VjcmV0' } });
    assert.equal(refused.status, 400);
    assert.equal(await session.isSignedIn(), false);
    for (const login of logins) await world.assertDead(login);
    return { ...world, logins, session };
  }

  test('ends everything for good: after tenant activate everybody logs in anew', async (context) => {
    const { run, logins, session, assertDead, assertAlive, logIn, advance, waitForCaches } = await openSuspended(
      context,
      'tenant suspend my_company',
    );
    advance(60_000);
    assert.equal((await run('tenant activate my_company')).code, 0);
    waitForCaches();
    for (const login of logins) await assertDead(login);
    assert.equal(await session.isSignedIn(), false);
    await assertAlive(await logIn('publisher@my_company'));
  });

  test('with --pause lets what has not run out live again after tenant activate', async (context) => {
    const { run, logins, session, assertAlive, waitForCaches } = await openSuspended(context, 'tenant suspend my_company --pause');
    assert.equal((await run('tenant activate my_company')).code, 0);
    waitForCaches();
    for (const login of logins) await assertAlive(login);
    assert.equal(await session.isSignedIn(), true);
  });

  test('makes no tenant that is not there', async (context) => {
    const { run } = await openIncidentWorld(context);
    for (const words of ['tenant suspend nobody', 'tenant activate nobody'])
      assert.deepEqual((await run(words)).lines, ['Tenants, nobody / tenant: is not there.'], words);
    assert.equal((await run('tenant get nobody')).code, 1);
  });
});

for (const words of ['user disable my_company publisher', 'user set-password my_company publisher', 'user delete my_company publisher'])
  test(`A101 ${words} ends what the user has open, and says how much`, async (context) => {
    const { run, logIn, signIn, assertDead, assertAlive } = await openIncidentWorld(context);
    const logins = [await logIn('publisher@my_company', APPS[0]), await logIn('publisher@my_company', APPS[1])];
    const other = await logIn('userx@my_company');
    const session = await signIn('publisher@my_company');
    const { code, text } = await run(words);
    assert.equal(code, 0, text);
    assert.match(text, /ended: \d grants? and 1 sign-in session of publisher@my_company/);
    for (const login of logins) await assertDead(login);
    assert.equal(await session.isSignedIn(), false);
    await assertAlive(other);
  });

suite('sessions', () => {
  test('lists what a user has open by any name, and no more once it has ended', async (context) => {
    const { run, logIn, signIn, waitForCaches, advance } = await openIncidentWorld(context);
    await logIn('publisher@my_company', APPS[0]);
    advance(1000);
    await logIn('publisher@my_company', APPS[1]);
    await signIn('publisher@my_company');
    await logIn('userx@my_company');
    for (const name of ['publisher@my_company', 'publisher', 'pia@example.org', 'my-company-u1']) {
      const { code, out: text } = await run(['sessions', name, '--json']);
      assert.equal(code, 0, text);
      const open = JSON.parse(text);
      assert.equal(open.length, 4, text);
      const session = { kind: 'session', user: 'publisher@my_company', since: '2030-03-17T17:46:41Z', until: '2030-03-18T01:46:41Z' };
      assert.partialDeepStrictEqual(open[0], session);
      const grants = open.filter(({ kind }: { kind: string }) => kind === 'grant');
      const since = '2030-03-17T17:46:41Z';
      for (const expected of [
        { clientId: 'web-app', grantType: 'authorization_code', isWaiting: true },
        { clientId: 'demo-jwt-app', grantType: 'password', scopes: ['openid'], since },
      ])
        assert.partialDeepStrictEqual(
          grants.find(({ clientId }: { clientId: string }) => clientId === expected.clientId),
          expected,
        );
      assert.ok(!text.includes('userx'), text);
    }
    await run('revoke client demo-app');
    waitForCaches();
    const left = await run('sessions publisher@my_company');
    assert.match(left.text, /^CLIENT +demo-jwt-app$/m);
    assert.doesNotMatch(left.text, /^CLIENT +demo-app$/m);
    assert.match(left.err, /^1 sign-in session, 2 grants$/m);
    await run('revoke user publisher@my_company');
    assert.equal((await run('sessions publisher@my_company')).code, 1);
    assert.equal((await run('sessions nobody@my_company')).code, 1);
  });

  test('has what was exchanged with who acts, and no more when what it hangs on has ended', async (context) => {
    const { run, logIn, stores, clock } = await openIncidentWorld(context);
    const { access } = await logIn('publisher@my_company');
    const parent = await stores.grants.findGrant(access.slice(4, 26), clock() / 1000);
    assert.ok(parent !== undefined);
    const delegation = { actors: ['svc-b', 'svc-a'], parentIds: [parent.id] };
    const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
    await stores.grants.insertGrant({ ...parent, id: 'exchanged-------------', clientId: 'demo-jwt-app', grantType, delegation });
    const listed = await run('sessions publisher@my_company');
    assert.match(listed.out, /^GRANT +token-exchange by svc-b, for svc-a$/m);
    assert.equal((await run('revoke token', access)).code, 0);
    assert.equal((await run('sessions publisher@my_company')).code, 1, 'nothing of it is open');
    assert.equal((await run('revoke user publisher@my_company')).code, 0, 'and what stands in the table goes');
  });
});
