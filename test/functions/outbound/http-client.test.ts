// The one HTTP client: which connections are kept and given up, and what may be sent twice.

import assert from 'node:assert/strict';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createHttpClient } from '../../../functions/outbound/http-client.ts';
import { listen } from '../../support/listen.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

/** A server that answers the n-th request (from 1) of its k-th connection (from 1) as told. */
async function openServer(context: TestContext, answer: (socket: Socket, n: number, k: number) => void) {
  const state = { connections: 0, requests: 0 };
  const server = createTcpServer((socket) => {
    const k = ++state.connections;
    let n = 0;
    socket.on('error', () => {});
    socket.on('data', () => {
      state.requests++;
      answer(socket, ++n, k);
    });
  });
  return { state, url: new URL(`http://127.0.0.1:${await listen(context, server)}/`) };
}

const openClient = () => createHttpClient({ maxIdleMs: 60_000, maxIdlePerOrigin: 8, clock: Date.now });
const call = (url: URL, more: { readonly timeoutMs?: number; readonly connectMs?: number } = {}) =>
  ({ method: 'POST', url, headers: {}, body: 'x', timeoutMs: 2000, maxBytes: 1000, ...more }) as const;

test('what a kept connection did not take is sent again, once, and the reply says so', async (context) => {
  const { state, url } = await openServer(
    context,
    (socket, n, k) => void (n === 1 || k === 2 ? socket.write(OK) : socket.resetAndDestroy()),
  );
  const send = openClient();
  assert.equal((await send(call(url))).isResent, false);
  assert.deepEqual([(await send(call(url))).isResent, state.connections, state.requests], [true, 2, 3]);
  assert.equal((await send(call(url))).isResent, false, 'and is kept from then on');
  assert.equal(state.connections, 2);
});

test('a new connection that breaks, and a reply that breaks off, are not sent again', async (context) => {
  const fresh = await openServer(context, (socket) => void socket.resetAndDestroy());
  await assert.rejects(openClient()(call(fresh.url)), { name: 'HttpFailure', reason: 'connection-failed' });
  assert.equal(fresh.state.requests, 1);
  const half = await openServer(context, (socket, n) => {
    if (n === 1) socket.write(OK);
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{', () => socket.resetAndDestroy());
  });
  const send = openClient();
  await send(call(half.url));
  await assert.rejects(send(call(half.url)), { reason: 'connection-failed' });
  assert.equal(half.state.requests, 2, 'the service may have done it');
});

test('a kept connection that died without a word takes those beside it along, and none of another origin', async (context) => {
  // After its first answer a connection of `silent` says nothing any more, as after a freeze.
  const silent = await openServer(context, (socket, n, k) => void ((n === 1 || k > 3) && setTimeout(() => socket.write(OK), 20)));
  const other = await openServer(context, (socket) => void socket.write(OK));
  const send = openClient();
  await Promise.all([send(call(silent.url)), send(call(silent.url)), send(call(silent.url)), send(call(other.url))]);
  assert.equal(silent.state.connections, 3);
  await assert.rejects(send(call(silent.url, { timeoutMs: 100 })), { reason: 'timeout' });
  assert.equal((await send(call(silent.url))).status, 200, 'not by one of the two that are as old');
  await send(call(other.url));
  assert.deepEqual([silent.state.connections, other.state.connections], [4, 1]);
});

test('the time for connecting counts only where there is no connection yet', async (context) => {
  const { url } = await openServer(context, (socket) => void setTimeout(() => socket.write(OK), 300));
  const send = openClient();
  assert.equal((await send(call(url, { timeoutMs: 100, connectMs: 2000 }))).status, 200);
  await assert.rejects(send(call(url, { timeoutMs: 100, connectMs: 2000 })), { reason: 'timeout' });
});

test('no more than so many wait for the next call to one origin', async (context) => {
  const { state, url } = await openServer(context, (socket) => void setTimeout(() => socket.write(OK), 20));
  const send = createHttpClient({ maxIdleMs: 60_000, maxIdlePerOrigin: 2, clock: Date.now });
  const five = () => Promise.all(Array.from({ length: 5 }, () => send(call(url))));
  await five();
  assert.equal(state.connections, 5);
  await five();
  assert.equal(state.connections, 8, 'two of them were kept');
});
