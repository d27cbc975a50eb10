// Guesses at a store that fails, is slow or is gone: none is free, and none shuts the store for everybody else (A96).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../functions/shared/errors.ts';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';
import { type Answer, openRestService, sendJson } from '../support/rest-service.ts';

const CLOSED_PORT = { type: 'rest', url: 'http://127.0.0.1:1/', allowPlaintext: true, allowPrivateAddress: true };

/** How often each answer was given to so many guesses at one name. */
async function answersTo(fixture: LoginFixture, guesses: number, name = 'userx'): Promise<Readonly<Record<string, number>>> {
  const answers: Record<string, number> = {};
  for (let at = 0; at < guesses; at += 1) {
    const answer = await fixture.login(name, `guess ${at}`, { sourceAddress: `192.0.2.${at % 50}` }).then(
      ({ kind }) => kind,
      (error: unknown) => {
        assert.ok(error instanceof Unavailable);
        return error.reason;
      },
    );
    answers[answer] = (answers[answer] ?? 0) + 1;
  }
  return answers;
}

const rightFor = (password: string, other: Answer): Answer => {
  return (call, outgoing) => {
    if (JSON.parse(call.body).credentials.password === password) sendJson(outgoing, { response: { status: 'true' } });
    else other(call, outgoing);
  };
};

test('A96 a store that answers 500 to a wrong password: twenty guesses of unknown outcome, five that count, and no more', async (context) => {
  const fixture = openLoginFixture();
  const service = await openRestService(
    context,
    rightFor('mypass', (_call, outgoing) => sendJson(outgoing, {}, 500)),
  );
  fixture.putStore('EXTERNAL', service.attributes);
  assert.deepEqual(await answersTo(fixture, 200), { 'error-reply': 25, locked: 175 });
  assert.equal(service.calls.length, 25);
  assert.equal((await fixture.login('userx', 'mypass')).kind, 'locked');
  fixture.time.nowMs += 300_000;
  assert.equal((await fixture.login('userx', 'mypass')).kind, 'authenticated');
});

test('A96 a function that fails at a wrong password', async () => {
  let asked = 0;
  const fixture = openLoginFixture({
    invokeFunction: async (dependency, { payload }) => {
      asked += 1;
      if (JSON.parse(payload).credentials.password !== 'mypass') throw new Unavailable(dependency, 'function-error');
      return JSON.stringify({ response: { status: 'true' } });
    },
  });
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:users';
  fixture.putStore('EXTERNAL', { type: 'lambda', functionArn });
  assert.deepEqual(await answersTo(fixture, 300), { 'function-error': 25, locked: 275 });
  assert.equal(asked, 25);
});

test('A96 a store that is slow to a wrong password: guesses are counted, and its other users go on', async (context) => {
  const fixture = openLoginFixture();
  const service = await openRestService(
    context,
    rightFor('mypass', (_call, outgoing) => void setTimeout(() => sendJson(outgoing, { response: { status: 'false' } }), 600).unref()),
  );
  fixture.putStore('EXTERNAL', {
    ...service.attributes,
    // What is right is answered at once, also where the machine has much else to do.
    timeoutMs: 200,
  });
  for (let user = 0; user < 8; user += 1) {
    // Of one attacker, at one name after the other, each as often as it goes.
    const answers = await answersTo(fixture, 4, `user${user}`);
    assert.deepEqual(answers, { timeout: 4 });
    assert.equal((await fixture.login('userx', 'mypass')).kind, 'authenticated', `after ${user + 1} names`);
  }
  assert.deepEqual(await answersTo(fixture, 40, 'victim'), { timeout: 25, locked: 15 });
  assert.equal((await fixture.login('userx', 'mypass')).kind, 'authenticated');
  assert.ok(fixture.lines.every(({ event }) => event !== 'circuit-breaker'));
});

test('A96 a store that hangs is left alone once five of its own users at home have waited for it', async (context) => {
  const fixture = openLoginFixture();
  let isHanging = false;
  const service = await openRestService(context, (_call, outgoing) => {
    if (!isHanging) sendJson(outgoing, { response: { status: 'true' } });
  });
  fixture.putStore('EXTERNAL', { ...service.attributes, timeoutMs: 60 });
  for (let user = 0; user < 5; user += 1) await fixture.remember(await fixture.login(`user${user}`, 'x'));
  isHanging = true;
  assert.deepEqual(await answersTo(fixture, 20, 'stranger'), { timeout: 20 });
  for (let user = 0; user < 5; user += 1) {
    // Whoever tries again and again is one user.
    for (const _ of [1, 2])
      await assert.rejects(fixture.login(`user${user}`, 'x'), { reason: user === 4 && _ === 2 ? 'circuit-open' : 'timeout' });
  }
  await assert.rejects(fixture.login('user0', 'x'), { reason: 'circuit-open' });
});

test('A96 guesses of unknown outcome from elsewhere use up nothing where the user is at home', async (context) => {
  const fixture = openLoginFixture();
  let isOut = false;
  const service = await openRestService(context, (_call, outgoing) =>
    isOut ? sendJson(outgoing, {}, 500) : sendJson(outgoing, { response: { status: 'true' } }),
  );
  fixture.putStore('EXTERNAL', service.attributes);
  const atHome = { sourceAddress: '198.51.100.7' };
  await fixture.remember(await fixture.login('userx', 'x', atHome));
  isOut = true;
  assert.deepEqual(await answersTo(fixture, 40), { 'error-reply': 25, locked: 15 });
  for (let retry = 0; retry < 20; retry += 1) await assert.rejects(fixture.login('userx', 'x', atHome), { reason: 'error-reply' });
  isOut = false;
  assert.equal((await fixture.login('userx', 'x', atHome)).kind, 'authenticated');
});

test('A96 what never left us is no guess: a store that is gone costs its users nothing but the time', async (context) => {
  const fixture = openLoginFixture();
  fixture.putStore('EXTERNAL', CLOSED_PORT);
  const answers = await answersTo(fixture, 60);
  assert.deepEqual(answers, { 'connection-failed': 5, 'circuit-open': 55 });
  fixture.putStore('EXTERNAL', { ...CLOSED_PORT, url: 'https://store.invalid/', secretId: 'Gatehouse/tenants/my_company/none' });
  assert.deepEqual(await answersTo(fixture, 60), { 'no-secret': 60 });
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'true' } }));
  fixture.putStore('EXTERNAL', service.attributes);
  assert.equal((await fixture.login('userx', 'x')).kind, 'authenticated');
});

test('A96 a connection that is cut after the password went out is no proof that nobody has seen it', async (context) => {
  const fixture = openLoginFixture();
  const service = await openRestService(context, (_call, outgoing) => outgoing.destroy());
  fixture.putStore('EXTERNAL', service.attributes);
  assert.deepEqual(await answersTo(fixture, 40), { 'connection-failed': 25, locked: 15 });
});

test('A96 many guesses of unknown outcome at once use up no more than there are', async (context) => {
  const fixture = openLoginFixture();
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, {}, 500));
  fixture.putStore('EXTERNAL', service.attributes);
  await Promise.allSettled(Array.from({ length: 100 }, (_, at) => fixture.login('userx', `guess ${at}`)));
  await answersTo(fixture, 60);
  assert.ok(service.calls.length <= 25, `${service.calls.length} guesses were sent`);
});
