// One budget for all of a request.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createCache } from '../../../functions/shared/cache.ts';
import { inTime, remainingMs, runWithin, withoutBudget, withTimeBudget } from '../../../functions/shared/time-budget.ts';

const never = new Promise<never>(() => {});

test('outside of a request there is no bound', async () => {
  assert.equal(remainingMs(), Number.POSITIVE_INFINITY);
  assert.equal(await inTime(Promise.resolve(1)), 1);
});

test('what a request starts shares its time, whatever it waits for in between; two requests at once share nothing', async () => {
  const look = async (budgetMs: number): Promise<number> =>
    runWithin(budgetMs, async () => {
      await delay(30);
      return remainingMs();
    });
  const [short, long] = await Promise.all([look(10), look(10_000)]);
  assert.equal(short, 0);
  assert.ok(long > 5000 && long < 9990, String(long));
});

test('work that does not look at the time is left when the time is over, as an outage', async () => {
  await runWithin(20, () => assert.rejects(inTime(never), { name: 'Unavailable', dependency: 'time-budget', reason: 'timeout' }));
  await runWithin(0, async () => {
    assert.equal(await inTime(Promise.resolve('at hand')), 'at hand');
    await assert.rejects(inTime(never), { name: 'Unavailable' });
  });
  await runWithin(1000, () => assert.rejects(inTime(Promise.reject(new Error('own'))), /own/));
});

test('a handler has what Lambda gives it, less what the answer takes, and never more than its own bound', async () => {
  const budgetOf = async (leftMs: number | undefined, maxMs: number): Promise<number> => {
    const handler = withTimeBudget(async (_event: string) => remainingMs(), { maxMs, answerMs: 500 });
    return handler('event', leftMs === undefined ? undefined : { getRemainingTimeInMillis: () => leftMs });
  };
  const isNear = (actual: number, expected: number) =>
    assert.ok(actual <= expected && actual > expected - 200, `${actual} is not ${expected}`);
  isNear(await budgetOf(10_000, 6000), 6000);
  isNear(await budgetOf(4000, 6000), 3500);
  isNear(await budgetOf(undefined, 6000), 6000);
  assert.equal(await budgetOf(400, 6000), 0);
  assert.equal(await budgetOf(undefined, Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
});

test('a load that several wait for is not ended by the time of the one who came first', async () => {
  let loads = 0;
  const cache = createCache(
    async () => {
      loads += 1;
      await delay(60);
      return remainingMs();
    },
    60_000,
    10,
    Date.now,
  );
  const hasty = runWithin(20, () => assert.rejects(inTime(cache.get('a')), { name: 'Unavailable' }));
  const patient = runWithin(5000, () => inTime(cache.get('a')));
  await hasty;
  assert.deepEqual([await patient, loads], [Number.POSITIVE_INFINITY, 1]);
});

test('what goes on after a request has none of its time', async () => {
  const later = runWithin(10, () =>
    withoutBudget(async () => {
      await delay(30);
      return remainingMs();
    }),
  );
  assert.equal(await later, Number.POSITIVE_INFINITY);
});
