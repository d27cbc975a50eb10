// Guesses at the same moment, in several spellings and through several instances of the function that share nothing but
// the tables, as on Lambda (A12, A93, A94, A96).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { Unavailable } from '../../functions/shared/errors.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import type { LoginRequest } from '../../functions/userstores/login-request.ts';
import type { LoginOutcome } from '../../functions/userstores/userstore.ts';
import { RACED_SUBJECTS, type StoresUnderTest } from '../contracts/stores-under-test.ts';
import { CHEAP_PUBLISHER_HASH, LEAST_PASSWORD_COST } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

const INSTANCES = 5;
const GUESSES = 50;
const SPELLINGS = [
  'eleanora',
  'ELEANORA',
  'éleanora',
  'ｅleanora',
  'PRIMARY/Eleanora',
  'EXTERNAL/eleañora',
  'eleanorą',
  'NOWHERE/eleanora',
];

type Answer = LoginOutcome['kind'] | 'outage';

for (const subject of RACED_SUBJECTS) {
  suite(`guesses at the same moment, counted in ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let opened: StoresUnderTest | undefined;
    before(async () => {
      opened = await subject.open();
    });
    after(() => opened?.close());

    /** A tenant of its own: `eleanora` in the Users table, and a web service that answers as it is told. */
    const open = async (status: () => number = () => 200) => {
      assert.ok(opened !== undefined);
      const { stores, put, nowSeconds } = opened;
      const tenant = `t-${randomUUID()}`;
      await put('Tenants', { tenant, entry: 'tenant' });
      await put('Tenants', { tenant, entry: 'userstore#EXTERNAL', type: 'rest', url: 'https://users.example.org/' });
      await put('Users', { tenant, username: 'eleanora', id: randomUUID(), passwordHash: CHEAP_PUBLISHER_HASH });
      let sent = 0;
      const instances = Array.from({ length: INSTANCES }, () =>
        createUserstores({
          ...stores,
          secrets: { readSecret: () => Promise.reject(new Error('none')), rereadSecret: () => Promise.reject(new Error('none')) },
          async sendOutbound() {
            sent += 1;
            return { status: status(), headers: { 'content-type': 'application/json' }, body: '{"response":{"status":"false"}}' };
          },
          tenantSecretsPrefix: '',
          clock: () => nowSeconds() * 1000,
          log: () => {},
          failureQuantumMs: 0,
          passwordCost: LEAST_PASSWORD_COST,
          sleep: async () => {},
        }),
      );
      const login = (at: number, typedUsername: string, more: Partial<LoginRequest> = {}): Promise<LoginOutcome> => {
        const request = { typedUsername, password: `guess ${at}`, requiredTenant: tenant, sourceAddress: `192.0.2.${at}`, ...more };
        return (instances[at % INSTANCES] as ReturnType<typeof createUserstores>).authenticateUser({
          ...request,
          addressSpeaksForMany: false,
        });
      };
      /** On a machine that is busy a table may answer too late: that is an outage, and no answer to a guess. */
      const answer = (at: number, name: string, more?: Partial<LoginRequest>): Promise<Answer> =>
        login(at, name, more).then(
          ({ kind }) => kind,
          (error: unknown) => {
            if (error instanceof Unavailable) return 'outage';
            throw error;
          },
        );
      return { stores, login, answer, sent: () => sent };
    };

    const countOf = (answers: readonly Answer[], kind: Answer): number => answers.filter((answer) => answer === kind).length;

    test(`A12 A94 A97 of ${GUESSES} in several spellings through ${INSTANCES} instances, five are looked at`, async () => {
      const { answer } = await open();
      const answers = await Promise.all(Array.from({ length: GUESSES }, (_, at) => answer(at, SPELLINGS[at % SPELLINGS.length] ?? '')));
      assert.ok(countOf(answers, 'refused') <= 5, answers.join(' '));
      assert.ok(countOf(answers, 'refused') + countOf(answers, 'outage') >= 5, answers.join(' '));
      assert.equal(countOf(answers, 'authenticated'), 0);
    });

    test('A12 A93 the same at a place where the user is at home; and nowhere else is anything locked', async () => {
      const { stores, login, answer } = await open();
      for (const sourceAddress of ['198.51.100.1', '198.51.100.2']) {
        const atHome = await login(0, 'eleanora', { password: 'publisher-pass', sourceAddress });
        assert.ok(atHome.kind === 'authenticated' && atHome.signIn !== undefined);
        await stores.attempts.rememberSignIn(atHome.signIn);
      }
      const guess = (at: number) => answer(at, SPELLINGS[at % 4] ?? '', { sourceAddress: '198.51.100.1' });
      const answers = await Promise.all(Array.from({ length: GUESSES }, (_, at) => guess(at)));
      assert.ok(countOf(answers, 'refused') <= 5, answers.join(' '));
      for (const [sourceAddress, kind] of [
        ['198.51.100.1', 'locked'],
        ['198.51.100.2', 'authenticated'],
        ['203.0.113.9', 'authenticated'],
      ] as const) {
        assert.equal(await answer(1, 'eleanora', { password: 'publisher-pass', sourceAddress }), kind, sourceAddress);
      }
    });

    test('A93 a victim who logs in at home all the while, and nobody gains a guess by it', async () => {
      const { stores, login, answer } = await open();
      const home = { password: 'publisher-pass', sourceAddress: '198.51.100.1' };
      const first = await login(0, 'eleanora', home);
      assert.ok(first.kind === 'authenticated' && first.signIn !== undefined);
      await stores.attempts.rememberSignIn(first.signIn);
      const ofVictim: Answer[] = [];
      const logInAgain = async (): Promise<void> => {
        for (let at = 0; at < 6; at += 1) {
          const outcome = await login(at, 'eleanora', home).catch(() => undefined);
          ofVictim.push(outcome?.kind ?? 'outage');
          if (outcome?.kind === 'authenticated' && outcome.signIn !== undefined) await stores.attempts.rememberSignIn(outcome.signIn);
        }
      };
      const [answers] = await Promise.all([Promise.all(Array.from({ length: GUESSES }, (_, at) => answer(at, 'eleanora'))), logInAgain()]);
      assert.ok(countOf(answers, 'refused') <= 5, answers.join(' '));
      assert.equal(countOf(ofVictim, 'locked'), 0, ofVictim.join(' '));
      assert.ok(countOf(ofVictim, 'authenticated') > 0, ofVictim.join(' '));
    });

    test('A96 of many at a store that fails, twenty of unknown outcome and five that count are sent', async () => {
      const { answer, sent } = await open(() => 500);
      for (let round = 0; round < 6; round += 1) await Promise.all(Array.from({ length: 10 }, (_, at) => answer(at, 'EXTERNAL/somebody')));
      assert.ok(sent() <= 25, `${sent()} were sent`);
    });
  });
}
