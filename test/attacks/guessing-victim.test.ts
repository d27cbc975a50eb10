// What a victim sees during an attack of 1,000 wrong passwords from 50 addresses, and what a directory sees (A11, A93).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../functions/shared/errors.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { basic as basicOf, call, openPeople, PASSWORD, PASSWORD_HASH } from '../functions/authorizer/people-world.ts';
import { startScriptedDirectory } from '../support/directories/scripted-directory.ts';
import { LEAST_PASSWORD_COST, openLoginFixture } from '../support/login-fixture.ts';
import { authorizationQuery, type Browser, newPkce, openBrowser, openSignInApi, REDIRECT_URI } from '../support/sign-in-browser.ts';
import { demoClient, openTokenApi, type TokenApiOptions } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';

const GUESSES = 1000;
const ADDRESSES = 50;
/** Of documentation (RFC 5737): the attacker's. */
const attacker = (at: number): string => `192.0.2.${at % ADDRESSES}`;
const HOME = '198.51.100.7';
const ELSEWHERE = '203.0.113.9';

/** The userstores of the function over the tables in memory, without waiting. */
const REAL_GATE: TokenApiOptions = {
  createUserstores: (stores, clock) =>
    createUserstores({
      ...stores,
      ...{ sendOutbound: () => Promise.reject(new Error('none')), tenantSecretsPrefix: '', clock, log: () => {} },
      ...{ failureQuantumMs: 0, passwordCost: LEAST_PASSWORD_COST, sleep: async () => {} },
    }),
};

/** How often each status was answered. */
function tally(answers: readonly number[]): Readonly<Record<number, number>> {
  const sums: Record<number, number> = {};
  for (const status of answers) sums[status] = (sums[status] ?? 0) + 1;
  return sums;
}

test('A93 at the token endpoint: at home 200 always, renewals too; elsewhere 429, for 15 minutes at most', async (t) => {
  const api = openTokenApi(REAL_GATE);
  api.stores.put('Users', { tenant: 'my_company', username: 'victim', id: 'v-1', passwordHash: PASSWORD_HASH });
  api.stores.put('Clients', demoClient('portal', 'portal-secret', { sendsEndUserAddress: true }));
  const login = (password: string, address: string) =>
    api.token(
      { grant_type: 'password', username: 'victim@my_company', password },
      { ...basic('portal', 'portal-secret'), 'Gatehouse-End-User-Address': address },
    );
  const session = await login(PASSWORD, HOME);
  assert.equal(session.status, 200);
  let refreshToken = String(session.json.refresh_token);
  const [ofAttacker, atHome, elsewhere, renewals, waits] = [[], [], [], [], []] as number[][] as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  for (let at = 0; at < GUESSES; at += 1) {
    ofAttacker.push((await login(`guess ${at}`, attacker(at))).status);
    api.advance(4);
    if (at % 20 !== 19) continue;
    atHome.push((await login(PASSWORD, HOME)).status);
    const away = await login(PASSWORD, ELSEWHERE);
    elsewhere.push(away.status);
    waits.push(Number(away.headers['Retry-After'] ?? 0));
    const renewal = await api.token({ grant_type: 'refresh_token', refresh_token: refreshToken }, basic('portal', 'portal-secret'));
    renewals.push(renewal.status);
    refreshToken = String(renewal.json.refresh_token);
  }
  t.diagnostic(
    JSON.stringify({ ofAttacker: tally(ofAttacker), atHome: tally(atHome), elsewhere: tally(elsewhere), longest: Math.max(...waits) }),
  );
  assert.deepEqual(tally(atHome), { 200: 50 });
  assert.deepEqual(tally(renewals), { 200: 50 });
  assert.deepEqual(tally(elsewhere), { 429: 50 });
  assert.ok(Math.max(...waits) <= 900);
  // Five at first, then one a lock: in these 67 minutes no more than ten.
  assert.ok((tally(ofAttacker)[400] ?? 0) <= 10, JSON.stringify(tally(ofAttacker)));
  api.advance(900);
  assert.equal((await login(PASSWORD, ELSEWHERE)).status, 200);
});

test('A93 at the sign-in page: at the browser of the victim it goes on, whatever the address; elsewhere it says when to come again', async (t) => {
  const api = openSignInApi(REAL_GATE);
  api.stores.put('Users', { tenant: 'my_company', username: 'victim', id: 'v-1', passwordHash: PASSWORD_HASH });
  const client = { secrets: [], authMethods: ['none'], firstParty: true, grantTypes: ['authorization_code'], redirectUris: [REDIRECT_URI] };
  api.stores.put('Clients', demoClient('web-app', '', client));
  const query = authorizationQuery(newPkce().challenge, { prompt: 'login' });
  const tryAt = async (browser: Browser, password: string): Promise<number> => {
    const page = await browser.get('/oauth2/authorize', query);
    return (await browser.post('/oauth2/authorize', { ...page.hidden, username: 'victim', password })).status;
  };
  const known = openBrowser(api, { sourceAddress: HOME });
  assert.equal(await tryAt(known, PASSWORD), 303);
  const attackers = Array.from({ length: ADDRESSES }, (_, at) => openBrowser(api, { sourceAddress: attacker(at) }));
  const [ofAttacker, atHome, elsewhere]: [number[], number[], number[]] = [[], [], []];
  for (let at = 0; at < GUESSES; at += 1) {
    const browser = attackers[at % ADDRESSES];
    assert.ok(browser !== undefined);
    ofAttacker.push(await tryAt(browser, `guess ${at}`));
    api.advance(4);
    if (at % 20 !== 19) continue;
    // The same browser, in another network each time.
    const moved = openBrowser(api, { sourceAddress: `203.0.113.${at % 200}` });
    for (const [name, value] of known.jar) moved.jar.set(name, value);
    atHome.push(await tryAt(moved, PASSWORD));
    for (const [name, value] of moved.jar) known.jar.set(name, value);
    elsewhere.push(await tryAt(openBrowser(api, { sourceAddress: ELSEWHERE }), PASSWORD));
  }
  t.diagnostic(JSON.stringify({ ofAttacker: tally(ofAttacker), atHome: tally(atHome), elsewhere: tally(elsewhere) }));
  assert.deepEqual(tally(atHome), { 303: 50 });
  assert.ok((tally(ofAttacker)[429] ?? 0) > 950);
});

test('A93 right passwords while we can neither sign nor store are no guesses: after the outage the user logs in', async () => {
  const outage = { isOn: false };
  const failing =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      outage.isOn ? Promise.reject(new Unavailable('dynamodb', 'timeout')) : work(...args);
  const api = openTokenApi({
    ...REAL_GATE,
    adapt: (stores) => ({ ...stores, grants: { ...stores.grants, insertGrant: failing(stores.grants.insertGrant) } }),
  });
  api.stores.put('Users', { tenant: 'my_company', username: 'victim', id: 'v-1', passwordHash: PASSWORD_HASH });
  const login = async () => (await api.token({ grant_type: 'password', username: 'victim', password: PASSWORD })).status;
  for (const isAtHome of [false, true]) {
    outage.isOn = true;
    for (let at = 0; at < 12; at += 1) assert.equal(await login(), 503, `${isAtHome} ${at}`);
    outage.isOn = false;
    assert.equal(await login(), 200);
  }
});

test('A93 at the sign-in page: the same, where neither session nor code can be stored', async () => {
  const outage = { isOn: false };
  const api = openSignInApi({
    ...REAL_GATE,
    adapt: (stores) => ({
      ...stores,
      sessions: {
        ...stores.sessions,
        saveSignIn: (saved) =>
          outage.isOn && 'grant' in saved ? Promise.reject(new Unavailable('dynamodb', 'timeout')) : stores.sessions.saveSignIn(saved),
      },
    }),
  });
  api.stores.put('Users', { tenant: 'my_company', username: 'victim', id: 'v-1', passwordHash: PASSWORD_HASH });
  const client = { secrets: [], authMethods: ['none'], firstParty: true, grantTypes: ['authorization_code'], redirectUris: [REDIRECT_URI] };
  api.stores.put('Clients', demoClient('web-app', '', client));
  const query = authorizationQuery(newPkce().challenge, { prompt: 'login' });
  const browser = openBrowser(api, { sourceAddress: HOME });
  const login = async () => {
    const page = await browser.get('/oauth2/authorize', query);
    return (await browser.post('/oauth2/authorize', { ...page.hidden, username: 'victim', password: PASSWORD })).status;
  };
  assert.equal(await login(), 303);
  outage.isOn = true;
  for (let at = 0; at < 12; at += 1) assert.equal(await login(), 503, String(at));
  outage.isOn = false;
  assert.equal(await login(), 303);
});

test('A76 A93 at an API that takes HTTP Basic: at home 200 always; elsewhere 401, for 15 minutes at most', async () => {
  const world = openPeople();
  const login = async (password: string, sourceAddress: string) =>
    (await call(world, { authorization: basicOf(`john@my_company:${password}`), sourceAddress })).status;
  assert.equal(await login(PASSWORD, HOME), 200);
  const [ofAttacker, atHome, elsewhere] = [[], [], []] as number[][] as [number[], number[], number[]];
  for (let at = 0; at < GUESSES; at += 1) {
    ofAttacker.push(await login(`guess ${at}`, attacker(at)));
    world.advance(0.5);
    if (at % 20 !== 19) continue;
    atHome.push(await login(PASSWORD, HOME));
    elsewhere.push(await login(PASSWORD, ELSEWHERE));
  }
  assert.deepEqual(tally(atHome), { 200: 50 });
  assert.deepEqual(tally(elsewhere), { 401: 50 });
  const looked = world.lines.filter(({ fields }) => fields.reason === 'wrong-password').length;
  // The first lock is over after 300 of these 500 seconds.
  assert.equal(looked, 6);
  world.advance(900);
  assert.equal(await login(PASSWORD, ELSEWHERE), 200);
});

/** How Active Directory counts: a wrong password within the window of the one before adds one; a right one makes it none. */
function countAsDirectory(windowSeconds: number) {
  let count = 0;
  let lastSeconds = Number.NEGATIVE_INFINITY;
  let highest = 0;
  return {
    wrong(nowSeconds: number): void {
      count = nowSeconds - lastSeconds <= windowSeconds ? count + 1 : 1;
      lastSeconds = nowSeconds;
      highest = Math.max(highest, count);
    },
    highest: () => highest,
  };
}

test('A11 a directory that locks at the tenth wrong password within 10 or 15 minutes never does, however long it goes on', async (context) => {
  const service = 'cn=gatehouse,dc=example';
  const JOE = { dn: 'uid=joe,dc=example', attributes: { uid: 'joe', entryUUID: '2c1b7f5e-8d4c-4a52-9d3f-1f2e3d4c5b6a' } };
  const counts = [600, 900].map(countAsDirectory);
  const fixture = openLoginFixture();
  const directory = await startScriptedDirectory({
    bind(dn) {
      if (dn === service) return { code: 0 };
      for (const count of counts) count.wrong(fixture.time.nowMs / 1000);
      return { code: 49 };
    },
    search: () => ({ code: 0, entries: [JOE] }),
  });
  context.after(() => {
    fixture.userstores.close();
    directory.stop();
  });
  fixture.stores.putSecret('Gatehouse/tenants/my_company/ldap', JSON.stringify({ bindDn: service, bindPassword: 'secret' }));
  fixture.putStore('LDAP', {
    ...{ type: 'ldap', preset: 'openldap', urls: [directory.url], allowPlaintext: true, userSearchBase: 'dc=example' },
    secretId: 'Gatehouse/tenants/my_company/ldap',
  });
  // Three hours, in all the spellings and names of one user; the first 1,000 in four minutes.
  const names = ['joe', 'JOE', 'LDAP/joe', 'ｊｏｅ', 'joé'];
  for (let at = 0; at < 2000; at += 1) {
    await fixture.login(names[at % names.length] ?? '', `guess ${at}`, { sourceAddress: attacker(at) });
    fixture.time.nowMs += at < GUESSES ? 240 : 10_500;
  }
  assert.ok(
    counts.every((count) => count.highest() >= 5 && count.highest() < 10),
    counts.map((count) => count.highest()).join(' '),
  );
});
