import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKnownRevocations } from '../../../functions/revocation-feed/known-revocations.ts';

const page = (number: number, entries: string[], sinceSeconds: number | undefined = number * 100) => ({
  chain: 'c',
  number,
  entries,
  sinceSeconds,
});

test('what a page tells is known, and what it has more at the next look', () => {
  const known = createKnownRevocations('c', 1000);
  assert.equal(known.newest, -1);
  assert.equal(known.add(page(7, ['a'])), true);
  assert.deepEqual([known.has('a'), known.has('b'), known.newest, known.size], [true, false, 7, 1]);
  assert.equal(known.add(page(7, ['a', 'b', 'b'])), true);
  assert.deepEqual([known.has('b'), known.size], [true, 2]);
  assert.equal(known.add(page(8, ['c'])), true);
  assert.deepEqual([known.newest, known.size], [8, 3]);
});

test('a page that has less than before has lost something', () => {
  const known = createKnownRevocations('c', 1000);
  known.add(page(0, ['a', 'b']));
  assert.equal(known.add(page(0, ['b', 'c'])), false);
  assert.equal(known.has('a'), true);
});

test('what is forgotten is not taken for known: the tokens of that time are looked up', () => {
  const known = createKnownRevocations('c', 50);
  known.add(page(1, ['a', 'twice']));
  known.add(page(2, ['b', 'twice']));
  assert.equal(known.coveredFromSeconds(), 50);
  assert.equal(known.forgetOldest(), true);
  assert.deepEqual([known.has('a'), known.has('b'), known.has('twice'), known.size], [false, true, true, 2]);
  assert.equal(known.coveredFromSeconds(), 200);
  assert.equal(known.forgetOldest(), false, 'the newest page stays');
});

test('a page that an operator has begun, whose clock nobody knows, reaches back to the first look alone', () => {
  const known = createKnownRevocations('c', 500);
  known.add({ chain: 'c', number: 0, entries: ['a'] });
  assert.equal(known.coveredFromSeconds(), 500);
  known.add(page(1, ['b'], 900));
  assert.equal(known.coveredFromSeconds(), 500);
  known.forgetOldest();
  assert.equal(known.coveredFromSeconds(), 900);
});

test('who was looked up is looked up again when a page is forgotten in which the end may stand', () => {
  const known = createKnownRevocations('c', 50);
  known.add(page(1, ['a']));
  const { version } = known;
  known.add(page(2, ['b']));
  assert.equal(known.version, version);
  known.forgetOldest();
  assert.notEqual(known.version, version);
});

test('pages that a frozen reading brings after a later one change nothing, and reach back no further', () => {
  const known = createKnownRevocations('c', 400);
  for (const number of [1, 2, 3]) known.add(page(number, [`id${number}`]));
  for (const number of [1, 2]) assert.equal(known.add(page(number, [`id${number}`])), true);
  assert.deepEqual([known.newest, known.size, known.coveredFromSeconds()], [3, 3, 100]);
  for (let forgotten = 0; forgotten < 2; forgotten++) known.forgetOldest();
  assert.deepEqual([known.newest, known.size, known.coveredFromSeconds()], [3, 1, 300]);
  assert.equal(known.forgetOldest(), false);
});
