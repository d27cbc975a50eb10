// Bounds of the loads of documents, with time as an argument, and how long a document is kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keptSeconds } from '../../../../functions/token/client-documents/kept-seconds.ts';
import {
  createLoadBounds,
  MAX_LOADING_MS_A_MINUTE,
  MAX_LOADS_OF_HOST_A_MINUTE,
} from '../../../../functions/token/client-documents/load-bounds.ts';

const TOO_MANY = { name: 'Unavailable', reason: 'too-many-loads', neverSent: true };
const of = (host: string, known?: string) => ({ host, known });
const nothing = async () => 'loaded';

test('16 are under way at a time, and one that fails gives its place back', async () => {
  const bounds = createLoadBounds(() => 0);
  const ends: ((error?: Error) => void)[] = [];
  const loads = Array.from({ length: 16 }, (_, at) =>
    bounds.within(
      of(`host-${at}`),
      () => new Promise<void>((resolve, reject) => void ends.push((error) => (error === undefined ? resolve() : reject(error)))),
    ),
  );
  await assert.rejects(bounds.within(of('host-x'), nothing), TOO_MANY);
  const failed = assert.rejects(loads[0] ?? Promise.resolve(), /gone/);
  ends[0]?.(new Error('gone'));
  await failed;
  assert.equal(await bounds.within(of('host-x'), nothing), 'loaded');
  for (const end of ends) end();
  await Promise.all(loads.slice(1));
});

test('120 are begun within a minute, 20 of one host, whatever becomes of them, and as many in the next', async () => {
  let nowMs = 1_900_000_000_000;
  const bounds = createLoadBounds(() => nowMs);
  for (let minute = 0; minute < 2; minute++) {
    for (let at = 0; at < MAX_LOADS_OF_HOST_A_MINUTE; at++)
      await assert.rejects(
        bounds.within(of('busy.example'), () => Promise.reject(new Error('gone'))),
        /gone/,
      );
    await assert.rejects(bounds.within(of('busy.example'), nothing), TOO_MANY);
    for (let at = MAX_LOADS_OF_HOST_A_MINUTE; at < 120; at++) assert.equal(await bounds.within(of(`host-${at}`), nothing), 'loaded');
    nowMs += 59_999;
    await assert.rejects(bounds.within(of('another.example'), nothing), TOO_MANY);
    nowMs += 1;
  }
  // A clock that was set back must not keep everybody out until it has caught up.
  nowMs -= 3_600_000;
  assert.equal(await bounds.within(of('busy.example'), nothing), 'loaded');
});

test('what was good before has a count of its own, 20 a minute, whatever else is asked for', async () => {
  const bounds = createLoadBounds(() => 0);
  for (let at = 0; at < 120; at++) await bounds.within(of(`host-${Math.floor(at / MAX_LOADS_OF_HOST_A_MINUTE)}`), nothing);
  const known = of('host-0', 'https://host-0/client.json');
  for (let at = 0; at < MAX_LOADS_OF_HOST_A_MINUTE; at++) assert.equal(await bounds.within(known, nothing), 'loaded');
  await assert.rejects(bounds.within(known, nothing), TOO_MANY);
});

test('A134 slow hosts have a third of a function’s time, whatever their number is', async () => {
  let nowMs = 1_900_000_000_000;
  const bounds = createLoadBounds(() => nowMs);
  const slow = async () => {
    nowMs += 2000;
  };
  for (let minute = 0; minute < 2; minute++) {
    for (let ms = 2000; ms < MAX_LOADING_MS_A_MINUTE; ms += 2000) await bounds.within(of(`host-${minute}-${ms}`), slow);
    await bounds.withinTime('keys', slow);
    await assert.rejects(bounds.within(of('host-x'), nothing), TOO_MANY);
    await assert.rejects(bounds.withinTime('keys', nothing), TOO_MANY);
    assert.equal(await bounds.within(of('host-y', 'https://host-y/was-good.json'), nothing), 'loaded');
    nowMs += 60_000 - MAX_LOADING_MS_A_MINUTE;
  }
});

test('whatever a host says, its document is kept between a minute and a day', () => {
  const header = fc.oneof(
    fc.string(),
    fc.constantFrom('max-age=', 'max-age=-1', 'no-store', 's-maxage=9', 'max-age=1e9', 'MAX-AGE=61'),
    fc.nat(1e10).map((seconds) => `public, max-age=${seconds}`),
  );
  fc.assert(
    fc.property(fc.option(header), fc.option(fc.string()), (control, age) => {
      const seconds = keptSeconds({ ...(control !== null && { 'cache-control': control }), ...(age !== null && { age }) });
      assert.ok(Number.isInteger(seconds) && seconds >= 60 && seconds <= 86_400, `${seconds}`);
    }),
  );
  assert.deepEqual(
    [
      { 'cache-control': 'max-age=600', age: '100' },
      { 'cache-control': 'max-age=600', age: 'x' },
      { 'cache-control': 'MAX-AGE=61' },
      {},
    ].map((headers) => keptSeconds(headers as Record<string, string>)),
    [500, 600, 61, 3600],
  );
});
