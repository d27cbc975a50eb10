// A38 to A41: key sets behind URLs. What they may point at, how much they may cost, and how long a key is believed.

import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { Unavailable } from '../../functions/shared/errors.ts';
import { newForeignSigner } from '../support/external-issuer-tokens.ts';
import { jwksReply, keysByUri, openForeignJwtWorld, signed } from '../support/external-issuer-world.ts';

const old = newForeignSigner('ES256', 'old');
const next = newForeignSigner('ES256', 'next');

async function withServer<T>(listener: RequestListener, use: (uri: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const local = { allowPlaintext: true, allowPrivateAddress: true };

test('A38 a key set over real HTTP verifies', async () => {
  await withServer(
    (_, response) => response.end(JSON.stringify({ keys: [old.jwk] })),
    async (uri) => {
      const world = openForeignJwtWorld({ sendOutbound: createSendOutbound() });
      assert.equal(await world.outcome(await signed(old), keysByUri({ uri, ...local })), 'verified');
    },
  );
});

test('A38 private addresses, plain HTTP, redirects, huge and wrong answers are an outage, and the token is not believed', async () => {
  const good = JSON.stringify({ keys: [old.jwk] });
  const answers: Readonly<Record<string, RequestListener>> = {
    redirect: (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    'too-large': (_, response) => response.end(good + ' '.repeat(512 * 1024)),
    'bad-status': (_, response) => response.writeHead(500).end(good),
    'bad-key-set': (_, response) => response.end('<html>'),
    timeout: (_, response) => response.write(good),
  };
  for (const [reason, answer] of Object.entries(answers)) {
    await withServer(answer, async (uri) => {
      const world = openForeignJwtWorld({ sendOutbound: createSendOutbound() });
      const started = performance.now();
      await assert.rejects(world.outcome(await signed(old), keysByUri({ uri, ...local })), { name: 'Unavailable', reason });
      assert.ok(performance.now() - started < 10_000);
    });
  }
  const world = openForeignJwtWorld({ sendOutbound: createSendOutbound() });
  const refused: readonly (readonly [uri: string, reason: string])[] = [
    ['https://127.0.0.1/keys', 'refused-address'],
    ['https://169.254.169.254/latest/meta-data', 'refused-address'],
    ['https://[::1]/keys', 'refused-address'],
    ['http://idp.example/keys', 'plaintext'],
    ['file:///etc/passwd', 'bad-url'],
  ];
  for (const [uri, reason] of refused) {
    await assert.rejects(world.outcome(await signed(old), keysByUri({ uri })), { name: 'Unavailable', reason }, uri);
  }
});

test('A38 the call is bounded: 2 s, 512 KB, and the flags of the entry', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(old.jwk);
  await world.outcome(await signed(old), keysByUri());
  const [request] = world.server.requests;
  assert.deepEqual(
    [request?.method, request?.timeoutMs, request?.maxBytes, request?.allowPlaintext, request?.allowPrivateAddress],
    ['GET', 2000, 524_288, false, false],
  );
});

test('A39 no two owners share a set, however their names are spelled', async () => {
  const world = openForeignJwtWorld();
  const owners = [
    ['a', 'issuer', 'b'],
    ['a', 'client', 'b'],
    ['a","issuer', 'issuer', 'b'],
    ['a', 'issuer', 'https://idp.example"],"x'],
    ['ab', 'issuer', ''],
    ['', 'issuer', 'ab'],
  ] as const;
  for (const [at, owner] of owners.entries()) {
    world.server.answer = () => jwksReply(at % 2 === 0 ? old.jwk : { ...next.jwk, kid: 'old' });
    assert.equal(await world.outcome(await signed(old), keysByUri({ owner })), at % 2 === 0 ? 'verified' : 'signature');
  }
  assert.equal(world.server.requests.length, owners.length);
});

test('A39 one issuer that is down touches no other', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = ({ url }) => {
    if (url.includes('down')) throw new Unavailable('keys', 'timeout');
    return jwksReply(old.jwk);
  };
  const down = keysByUri({ uri: 'https://down.example/keys' });
  await assert.rejects(world.outcome(await signed(old), down), Unavailable);
  assert.equal(await world.outcome(await signed(old), keysByUri()), 'verified');
  await assert.rejects(world.outcome(await signed(old), down), Unavailable);
  assert.equal(world.server.requests.filter(({ url }) => url.includes('down')).length, 1, 'fails fast for five seconds');
  world.advance(6);
  await assert.rejects(world.outcome(await signed(old), down), Unavailable);
  assert.equal(world.server.requests.filter(({ url }) => url.includes('down')).length, 2);
});

test('A40 many tokens at once make one load', async () => {
  const world = openForeignJwtWorld();
  let answer = (_: ReturnType<typeof jwksReply>) => {};
  world.server.answer = () => new Promise((resolve) => (answer = resolve));
  const token = await signed(old);
  const outcomes = Promise.all(Array.from({ length: 50 }, () => world.outcome(token, keysByUri())));
  await setImmediate();
  answer(jwksReply(old.jwk));
  assert.deepEqual([...new Set(await outcomes)], ['verified']);
  assert.equal(world.server.requests.length, 1);
});

test('A40 a flood of unknown kids loads once an interval, and holds up no new key', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(old.jwk);
  assert.equal(await world.outcome(await signed(old), keysByUri()), 'verified');
  const flood = async () => {
    for (let n = 0; n < 300; n++)
      assert.equal(await world.outcome(await signed(old, {}, { kid: crypto.randomUUID() }), keysByUri()), 'unknown-kid');
  };
  await flood();
  assert.equal(world.server.requests.length, 1);
  world.advance(31);
  await flood();
  assert.equal(world.server.requests.length, 2);
  world.server.answer = () => jwksReply(old.jwk, next.jwk);
  assert.equal(await world.outcome(await signed(next), keysByUri()), 'unknown-kid');
  world.advance(31);
  assert.equal(await world.outcome(await signed(next), keysByUri()), 'verified');
  assert.equal(world.server.requests.length, 3);
});

test('A40 one wrong kid again and again asks once, and leaves the next turn to others', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(old.jwk);
  const wrong = await signed(old, {}, { kid: 'wrong' });
  assert.equal(await world.outcome(wrong, keysByUri()), 'unknown-kid');
  world.advance(31);
  assert.equal(await world.outcome(wrong, keysByUri()), 'unknown-kid');
  assert.equal(world.server.requests.length, 2);
  world.advance(31);
  assert.equal(await world.outcome(wrong, keysByUri()), 'unknown-kid');
  assert.equal(world.server.requests.length, 2);
  world.server.answer = () => jwksReply(old.jwk, next.jwk);
  assert.equal(await world.outcome(await signed(next), keysByUri()), 'verified');
});

test('A40 an unknown kid is an outage, not a refusal, while the issuer does not answer', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(old.jwk);
  assert.equal(await world.outcome(await signed(old), keysByUri()), 'verified');
  world.advance(31);
  world.server.answer = () => {
    throw new Unavailable('keys', 'timeout');
  };
  for (let n = 0; n < 3; n++) await assert.rejects(world.outcome(await signed(next), keysByUri()), Unavailable);
  assert.equal(world.server.requests.length, 2);
  assert.equal(await world.outcome(await signed(old), keysByUri()), 'verified');
});

test('A41 a key that was withdrawn dies within ten minutes, and is renewed behind the scenes before', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(old.jwk);
  assert.equal(await world.outcome(await signed(old), keysByUri()), 'verified');
  world.server.answer = () => jwksReply(next.jwk);
  world.advance(301);
  assert.equal(await world.outcome(await signed(old, fresh(301)), keysByUri()), 'verified');
  await setImmediate();
  assert.equal(await world.outcome(await signed(old, fresh(301)), keysByUri()), 'unknown-kid');
});

test('A41 without an answer the old set is used for ten minutes, and then for no longer', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(old.jwk);
  assert.equal(await world.outcome(await signed(old), keysByUri()), 'verified');
  world.server.answer = () => {
    throw new Unavailable('keys', 'timeout');
  };
  world.advance(599);
  assert.equal(await world.outcome(await signed(old, fresh(599)), keysByUri()), 'verified');
  world.advance(1);
  await assert.rejects(world.outcome(await signed(old, fresh(600)), keysByUri()), Unavailable);
  world.advance(10);
  world.server.answer = () => jwksReply(old.jwk);
  assert.equal(await world.outcome(await signed(old, fresh(610)), keysByUri()), 'verified');
});

const fresh = (seconds: number) => ({ iat: 1_900_000_000 + seconds, exp: 1_900_000_300 + seconds });
