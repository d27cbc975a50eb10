// Properties of the rotation plan: whatever the days on which it runs, there is no gap and no key goes too early.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KEY_KINDS, type PlannedKey, planRotation, ROTATION } from '../../../functions/signing-keys/plan-rotation.ts';

const DAY = 86_400;
const START = 1_800_000_000;
/** The longest that `accessTokenSeconds` of a tenant or client may say. */
const LONGEST_TOKEN_SECONDS = 86_400;

let serial = 0;

function apply(keys: readonly PlannedKey[], now: number, rotateNow = false): PlannedKey[] {
  const plan = planRotation(keys, now, rotateNow);
  return [...keys.filter((key) => !plan.remove.includes(key.kid)), ...plan.create.map((key) => ({ ...key, kid: `k${serial++}` }))];
}

const ofKind = (keys: readonly PlannedKey[], { purpose, alg }: (typeof KEY_KINDS)[number]): PlannedKey[] =>
  keys.filter((key) => key.purpose === purpose && key.alg === alg);

/** As `SigningKeys.signer` chooses. */
const signerAt = (keys: readonly PlannedKey[], now: number): PlannedKey | undefined =>
  keys
    .filter((key) => key.signFromSeconds <= now)
    .reduce<PlannedKey | undefined>(
      (best, key) => (best === undefined || key.signFromSeconds > best.signFromSeconds ? key : best),
      undefined,
    );

/** Gaps between runs: mostly a day, sometimes weeks without a run, sometimes twice in a second; and operators' requests. */
const runs = fc.array(
  fc.record({
    afterSeconds: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: DAY - 600, max: DAY + 600 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 * DAY }) },
    ),
    rotateNow: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  }),
  { minLength: 1, maxLength: 120, size: 'max' },
);

test('the first run makes one key of every kind, which signs at once', () => {
  const keys = apply([], START);
  assert.equal(keys.length, KEY_KINDS.length);
  for (const kind of KEY_KINDS) assert.equal(signerAt(ofKind(keys, kind), START)?.signFromSeconds, START);
});

test('a run repeated at once finds nothing due', () => {
  fc.assert(
    fc.property(runs, (steps) => {
      let keys: PlannedKey[] = [];
      let now = START;
      for (const step of steps) {
        now += step.afterSeconds;
        keys = apply(keys, now, step.rotateNow);
        assert.deepEqual(planRotation(keys, now), { create: [], remove: [] });
      }
    }),
    { numRuns: 50 },
  );
});

test('every token verifies for its whole life, by keys that were announced before they signed', () => {
  fc.assert(
    fc.property(runs, (steps) => {
      let keys: PlannedKey[] = [];
      let now = START;
      const announced = new Map<string, number>();
      /** Key id of every token that was signed, with the end of its life. */
      const tokens: { readonly kid: string; readonly untilSeconds: number }[] = [];
      const issue = (at: number): void => {
        for (const kind of KEY_KINDS) {
          const signer = signerAt(ofKind(keys, kind), at);
          assert.ok(signer !== undefined, 'a key signs at any time');
          const firstOfAll = signer.signFromSeconds === announced.get(signer.kid);
          assert.ok(firstOfAll || at - (announced.get(signer.kid) ?? at) >= ROTATION.announceSeconds, 'announced before it signed');
          tokens.push({ kid: signer.kid, untilSeconds: at + LONGEST_TOKEN_SECONDS });
        }
      };
      for (const step of steps) {
        if (keys.length > 0) issue(now + step.afterSeconds);
        now += step.afterSeconds;
        keys = apply(keys, now, step.rotateNow);
        for (const key of keys) if (!announced.has(key.kid)) announced.set(key.kid, now);
        issue(now);
        const known = new Set(keys.map((key) => key.kid));
        for (const token of tokens) if (now < token.untilSeconds) assert.ok(known.has(token.kid), 'the key of a live token is there');
        for (const kind of KEY_KINDS) assert.ok(ofKind(keys, kind).length <= 4, 'keys do not pile up');
      }
    }),
    { numRuns: 50 },
  );
});

test('by daily runs a key signs for 90 days, gives way, and is gone a day and an hour or two later', () => {
  let keys: PlannedKey[] = [];
  const life = new Map<string, { from: number; to: number }>();
  for (let day = 0; day <= 400; day++) {
    keys = apply(keys, START + day * DAY);
    for (const key of ofKind(keys, { purpose: 'access-token', alg: 'RS256' }))
      life.set(key.kid, { from: life.get(key.kid)?.from ?? day, to: day });
  }
  const spans = [...life.values()];
  assert.deepEqual(spans.slice(0, 4), [
    { from: 0, to: 91 },
    { from: 89, to: 181 },
    { from: 179, to: 271 },
    { from: 269, to: 361 },
  ]);
});

test('an operator can have every key announced anew at once, and twice changes nothing', () => {
  const keys = apply(apply([], START), START + 100, true);
  assert.equal(keys.length, 2 * KEY_KINDS.length);
  assert.deepEqual(planRotation(keys, START + 101, true), { create: [], remove: [] });
  for (const kind of KEY_KINDS) {
    assert.equal(signerAt(ofKind(keys, kind), START + 101)?.signFromSeconds, START);
    assert.equal(signerAt(ofKind(keys, kind), START + 100 + DAY)?.signFromSeconds, START + 100 + DAY);
  }
});

test('of two keys of one age the one that signs stays', () => {
  const twin = (kid: string): PlannedKey => ({ kid, purpose: 'end-user-jwt', alg: 'ES256', signFromSeconds: START });
  const keys = [twin('first'), twin('second')];
  assert.equal(signerAt(keys, START)?.kid, 'first');
  assert.deepEqual(planRotation(keys, START + 10 * DAY).remove, ['second']);
});

test('keys of a kind that this release does not make are left alone', () => {
  const foreign: PlannedKey = { kid: 'x', purpose: 'end-user-jwt', alg: 'EdDSA', signFromSeconds: 0 };
  assert.ok(apply([foreign], START).some((key) => key.kid === 'x'));
});
