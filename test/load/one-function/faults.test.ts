// What the load of one function takes for a fault: memory that grows, and tokens that should be dead.

import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { lastsMs } from './dead-tokens.ts';
import { createHeldTokens } from './held-tokens.ts';
import { createMemoryWatch } from './memory-watch.ts';

const MEBIBYTE = 1024 * 1024;

/** Reads a function whose heap and resident memory are these, in megabytes. */
async function faultsOf(heapMb: readonly number[], residentMb: (heapMb: number) => number = (mb) => mb + 60): Promise<readonly string[]> {
  let heap = 0;
  const watch = createMemoryWatch({
    memory: async () => ({ heapBytes: heap * MEBIBYTE, externalBytes: 0, residentBytes: residentMb(heap) * MEBIBYTE }),
  });
  for (const [n, mb] of heapMb.entries()) {
    heap = mb;
    await watch.read(n * 20_000);
  }
  return watch.faults();
}

const READINGS = Array.from({ length: 12 }, (_, n) => n);

test('what fills while a function gets warm, and goes up and down from then on, is no leak', async () => {
  deepEqual(await faultsOf(READINGS.map((n) => (n < 4 ? 10 + n * 10 : 40 + (n % 3)))), []);
});

test('a heap that grows without an end is one, though each reading is hardly above the one before', async () => {
  const [fault, ...more] = await faultsOf(READINGS.map((n) => 20 + n));
  match(String(fault), /^the heap grew by \d+\.\d MB/);
  deepEqual(more, []);
});

test('resident memory that grows where the heap does not is one too: a native object that is never freed', async () => {
  let resident = 100;
  const faults = await faultsOf(
    READINGS.map(() => 20),
    () => {
      resident += 10;
      return resident;
    },
  );
  match(faults.join(), /^resident memory grew by \d+\.\d MB/);
});

const WHOSE = { format: 'opaque', revocation: 'check' } as const;
const TOKENS = { access_token: 'a-1', refresh_token: 'r-1' };

test('what is revoked must be dead at once, with all that it was exchanged for', () => {
  const held = createHeldTokens('token');
  held.add(WHOSE, TOKENS);
  const [token] = held.live;
  if (token === undefined) throw new Error('Nothing is held.');
  held.exchange(token, 'a-2');
  deepEqual(held.dead(), []);
  held.end(token);
  deepEqual(held.live, []);
  deepEqual(
    held.dead().map(({ accessToken }) => accessToken),
    ['a-1', 'a-2'],
  );
});

test('what a renewal replaced may live for the grace, and is asked about after it', () => {
  const held = createHeldTokens('token');
  held.add(WHOSE, TOKENS);
  const token = held.anyLive(true);
  if (token === undefined) throw new Error('Nothing is held.');
  held.renew(token, { access_token: 'a-2', refresh_token: 'r-2' });
  deepEqual(held.dead(), []);
  equal(token.renewed?.refreshToken, 'r-1');
  equal(lastsMs('token', WHOSE, 'renewal'), 35_000);
});

test('a JWT that no grant is read for may live on: until it expires, or until the feed has told of it', () => {
  const jwt = { format: 'jwt', revocation: 'feed' } as const;
  equal(lastsMs('authorizer', jwt, 'revocation'), 30_000);
  equal(lastsMs('authorizer', jwt, 'renewal'), Number.POSITIVE_INFINITY);
  equal(lastsMs('token', jwt, 'revocation'), 0);
  equal(lastsMs('authorizer', { ...jwt, revocation: 'offline' }, 'revocation'), Number.POSITIVE_INFINITY);
});
