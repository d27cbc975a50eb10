// The gate of logins over everything that counts attempts: memory, dynalite, DynamoDB Local.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { addressNetwork } from '../../../functions/userstores/address-network.ts';
import { createUserstores } from '../../../functions/userstores/index.ts';
import type { LoginOutcome, UserstoreDependencies } from '../../../functions/userstores/userstore.ts';
import { RACED_SUBJECTS, type StoresUnderTest } from '../../contracts/stores-under-test.ts';
import { CHEAP_PUBLISHER_HASH, LEAST_PASSWORD_COST } from '../../support/login-fixture.ts';
import { skipWithout } from '../../support/required-part.ts';

/** On a machine that is busy a table may answer too late: that is an outage, and no answer to a guess. */
type Answer = LoginOutcome | { readonly kind: 'outage' };

const count = (outcomes: readonly Answer[], kind: Answer['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;

const answerOrOutage = (login: Promise<LoginOutcome>): Promise<Answer> =>
  login.catch((error: unknown) => {
    if (error instanceof Unavailable) return { kind: 'outage' };
    throw error;
  });

/** One login after the other: a lock does not end because somebody looks again. */
const NO_WAITING = { sleep: async () => {} };

for (const subject of RACED_SUBJECTS) {
  suite(`the gate of logins, attempts counted in ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let opened: StoresUnderTest | undefined;
    before(async () => {
      opened = await subject.open();
    });
    after(() => opened?.close());

    /** A tenant of its own with one user, and as many functions over it as are asked for. */
    const open = async (functions: number, settings: Record<string, number> = {}, more: Partial<UserstoreDependencies> = {}) => {
      assert.ok(opened !== undefined);
      const { stores, put, nowSeconds } = opened;
      const tenant = `t-${randomUUID()}`;
      await put('Tenants', { tenant, entry: 'tenant', lockout: settings });
      await put('Users', { tenant, username: 'publisher', id: randomUUID(), passwordHash: CHEAP_PUBLISHER_HASH });
      let atMs = nowSeconds() * 1000;
      const logins = Array.from({ length: functions }, () =>
        createUserstores({
          ...stores,
          secrets: { readSecret: () => Promise.reject(new Error('none')), rereadSecret: () => Promise.reject(new Error('none')) },
          sendOutbound: () => Promise.reject(new Error('none')),
          tenantSecretsPrefix: '',
          clock: () => atMs,
          log: () => {},
          failureQuantumMs: 0,
          passwordCost: LEAST_PASSWORD_COST,
          ...more,
        }),
      );
      return {
        attempts: stores.attempts,
        wait: (seconds: number) => {
          atMs += seconds * 1000;
        },
        login: (at: number, typedUsername: string, password: string, sourceAddress = '192.0.2.1'): Promise<LoginOutcome> => {
          const login = logins[at % logins.length];
          assert.ok(login !== undefined);
          return login.authenticateUser({ typedUsername, password, requiredTenant: tenant, sourceAddress, addressSpeaksForMany: false });
        },
      };
    };

    test('A12 of many guesses at once through several functions, five are looked at', async () => {
      const { login } = await open(5);
      for (const name of ['publisher', 'nobody']) {
        const guesses = Array.from({ length: 20 }, (_, at) => answerOrOutage(login(at, name, `guess ${at}`, `192.0.2.${at}`)));
        const outcomes = await Promise.all(guesses);
        const outages = count(outcomes, 'outage');
        assert.ok(count(outcomes, 'refused') <= 5, name);
        // Of twenty that meet at one item some may be sent away early: on a busy machine fewer than five are looked at.
        assert.ok(count(outcomes, 'refused') + outages >= 1, name);
        assert.equal(count(outcomes, 'authenticated'), 0);
      }
    });

    test('A12 the right one among parallel guesses does not open the gate to the others', async () => {
      const { login } = await open(4);
      const guesses = Array.from({ length: 20 }, (_, at) =>
        answerOrOutage(login(at, 'publisher', at === 7 ? 'publisher-pass' : `guess ${at}`, `192.0.2.${at}`)),
      );
      const outcomes = await Promise.all(guesses);
      // The right one gives its place back to a guess that waited for it.
      assert.ok(count(outcomes, 'refused') <= 5);
    });

    test('A93 locks grow to 15 minutes, an hour of rest makes an end of them, and none holds where the user is at home', async () => {
      const { login, attempts, wait } = await open(2, { maxAttempts: 2, lockSeconds: 300 }, NO_WAITING);
      const atHome = await login(0, 'publisher', 'publisher-pass', '198.51.100.7');
      assert.ok(atHome.kind === 'authenticated' && atHome.signIn !== undefined);
      await attempts.rememberSignIn(atHome.signIn);
      for (const [guesses, seconds] of [
        [2, 300],
        [1, 600],
        [1, 900],
        [1, 900],
      ] as const) {
        for (let at = 0; at < guesses; at += 1) assert.equal((await login(at, 'publisher', 'wrong')).kind, 'refused');
        assert.deepEqual(await login(1, 'publisher', 'publisher-pass'), { kind: 'locked', retryAfterSeconds: seconds });
        const outcome = await login(1, 'publisher', 'publisher-pass', '198.51.100.7');
        assert.ok(outcome.kind === 'authenticated' && outcome.signIn !== undefined);
        await attempts.rememberSignIn(outcome.signIn);
        wait(seconds);
      }
      wait(3600);
      for (let at = 0; at < 2; at += 1) assert.equal((await login(at, 'publisher', 'wrong')).kind, 'refused');
      assert.deepEqual(await login(0, 'publisher', 'publisher-pass'), { kind: 'locked', retryAfterSeconds: 300 });
    });

    test('guesses at many users from one address end at its limit, give or take one a function', async () => {
      const { login } = await open(4, { maxAttemptsPerAddress: 10 });
      const outcomes = await Promise.all(Array.from({ length: 24 }, (_, at) => answerOrOutage(login(at, `user${at}`, 'Winter2026!'))));
      assert.ok(count(outcomes, 'refused') <= 14, `${count(outcomes, 'refused')} guesses were looked at`);
      for (let at = 0; at < 10; at += 1) await login(at, `more${at}`, 'Winter2026!');
      for (let at = 0; at < 4; at += 1) assert.equal((await login(at, `other${at}`, 'Winter2026!')).kind, 'locked');
      assert.equal((await login(0, 'publisher', 'publisher-pass', '192.0.2.99')).kind, 'authenticated');
    });
  });
}

test('the network of an address: IPv4 whole, IPv6 to 64 bits, in any spelling', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    ['test-invoke-source-ip', 'test-invoke-source-ip'],
  ] as const) {
    assert.equal(addressNetwork(address), network, address);
  }
});
