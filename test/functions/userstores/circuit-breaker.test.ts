// The circuit breaker of a store: what opens it, what does not, and how it closes again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { OutageReason } from '../../../functions/shared/reasons/outages.ts';
import { createCircuitBreaker } from '../../../functions/userstores/circuit-breaker.ts';
import type { StoreAnswer, Userstore } from '../../../functions/userstores/userstore.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { knowsUserx, openRestService } from '../../support/rest-service.ts';

const LABEL = 'userstore EXTERNAL of my_company';
const reserve = async () => ({ kind: 'reserved' }) as const;

function openFixture() {
  const state = { nowMs: 0, calls: 0, answer: async (): Promise<StoreAnswer> => ({ kind: 'unknown' }), log: [] as string[] };
  const store: Userstore = {
    domain: 'EXTERNAL',
    authenticate: () => {
      state.calls += 1;
      return state.answer();
    },
    recheck: async (user) => ({ kind: 'active', user }),
  };
  const breaker = createCircuitBreaker(store, LABEL, {
    clock: () => state.nowMs,
    log: (_level, event, fields) => state.log.push(`${event} ${fields.state}${fields.breaker === LABEL ? '' : ' of whom?'}`),
  });
  const ask = () => breaker.authenticate('userx', 'mypass', reserve);
  const failWith = (dependency: string, reason: OutageReason) => {
    state.answer = () => Promise.reject(new Unavailable(dependency, reason));
  };
  return { state, ask, failWith };
}

test('five failures in a row open it, and then it fails fast', async () => {
  const { state, ask, failWith } = openFixture();
  failWith(LABEL, 'timeout');
  for (let call = 0; call < 5; call += 1) await assert.rejects(ask(), { reason: 'timeout' });
  for (let call = 0; call < 5; call += 1) await assert.rejects(ask(), { name: 'Unavailable', dependency: LABEL, reason: 'circuit-open' });
  assert.equal(state.calls, 5);
  assert.deepEqual(state.log, ['circuit-breaker open']);
});

test('whatever keeps a store from answering counts, in the words of services and of directories', async () => {
  for (const reason of [
    'timeout',
    'connection-failed',
    'connection-lost',
    'tls-failed',
    'name-not-resolved',
    'overloaded',
    'busy',
    'unavailable',
    'start-tls-refused',
    'time-limit-exceeded',
  ] as const) {
    const { state, ask, failWith } = openFixture();
    failWith(LABEL, reason);
    for (let call = 0; call < 8; call += 1) await assert.rejects(ask(), { reason: call < 5 ? reason : 'circuit-open' });
    assert.equal(state.calls, 5);
  }
});

test('one answer between failures starts the count anew', async () => {
  const { state, ask, failWith } = openFixture();
  for (let round = 0; round < 3; round += 1) {
    failWith(LABEL, 'connection-failed');
    for (let call = 0; call < 4; call += 1) await assert.rejects(ask(), { reason: 'connection-failed' });
    state.answer = async () => ({ kind: 'refused', reason: 'wrong-password' });
    await ask();
  }
  assert.equal(state.calls, 15);
});

test('half open, one call probes and all others fail fast', async () => {
  const { state, ask, failWith } = openFixture();
  failWith(LABEL, 'timeout');
  for (let call = 0; call < 5; call += 1) await assert.rejects(ask());
  state.nowMs += 10_000;
  let finish = (_answer: StoreAnswer): void => {};
  state.answer = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  const probe = ask();
  await assert.rejects(ask(), { reason: 'circuit-open' });
  finish({ kind: 'unknown' });
  await probe;
  state.answer = async () => ({ kind: 'unknown' });
  await ask();
  assert.deepEqual(state.log, ['circuit-breaker open', 'circuit-breaker half-open', 'circuit-breaker closed']);
});

test('a probe that fails opens it again at once', async () => {
  const { state, ask, failWith } = openFixture();
  failWith(LABEL, 'timeout');
  for (let call = 0; call < 5; call += 1) await assert.rejects(ask());
  state.nowMs += 10_000;
  await assert.rejects(ask(), { reason: 'timeout' });
  await assert.rejects(ask(), { reason: 'circuit-open' });
  assert.equal(state.calls, 6);
});

test('replies that make no sense, and outages of other parts, do not open it', async () => {
  const { state, ask, failWith } = openFixture();
  for (const [dependency, reason] of [
    [LABEL, 'bad-reply'],
    [LABEL, 'error-reply'],
    [LABEL, 'bad-secret'],
    ['dynamodb', 'timeout'],
    ['secrets-manager', 'timeout'],
  ] as const) {
    failWith(dependency, reason);
    for (let call = 0; call < 6; call += 1) await assert.rejects(ask(), { reason });
  }
  assert.equal(state.calls, 30);
  assert.deepEqual(state.log, []);
});

test('a probe that another part kept from an answer leaves the next call to probe', async () => {
  const { state, ask, failWith } = openFixture();
  failWith(LABEL, 'timeout');
  for (let call = 0; call < 5; call += 1) await assert.rejects(ask());
  state.nowMs += 10_000;
  failWith('dynamodb', 'timeout');
  await assert.rejects(ask(), { dependency: 'dynamodb' });
  state.answer = async () => ({ kind: 'unknown' });
  assert.deepEqual(await ask(), { kind: 'unknown' });
});

test('an open breaker is one store of one tenant, and a corrected entry closes it', async (context) => {
  const { login, putStore, putUser, stores } = openLoginFixture();
  const dead = { type: 'rest', url: 'http://127.0.0.1:1/', allowPlaintext: true, allowPrivateAddress: true };
  const alive = await openRestService(context, knowsUserx);
  putUser('publisher');
  putStore('EXTERNAL', dead);
  stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  stores.put('Tenants', { tenant: 'other', entry: 'userstore#EXTERNAL', ...alive.attributes });
  for (let call = 0; call < 6; call += 1) await assert.rejects(login(`user${call}`, 'mypass'));
  await assert.rejects(login('userx', 'mypass'), { reason: 'circuit-open' });
  assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
  assert.equal((await login('userx@other', 'mypass', { requiredTenant: 'other' })).kind, 'authenticated');
  putStore('EXTERNAL', alive.attributes);
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
});

test('an answer that the store was not asked for neither closes it nor starts the count anew', async () => {
  const { state, ask, failWith } = openFixture();
  const locked = async (): Promise<StoreAnswer> => ({ kind: 'locked', retryAfterSeconds: 300 });
  for (let call = 0; call < 5; call += 1) {
    state.answer = locked;
    await ask();
    failWith(LABEL, 'timeout');
    await assert.rejects(ask(), { reason: 'timeout' });
  }
  state.nowMs += 10_000;
  state.answer = locked;
  assert.equal((await ask()).kind, 'locked');
  failWith(LABEL, 'timeout');
  await assert.rejects(ask(), { reason: 'timeout' });
  await assert.rejects(ask(), { reason: 'circuit-open' });
});
