// One outbound call against servers of the test's own that behave as badly as servers can.

import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { OutboundRequest } from '../../../functions/outbound/outbound.ts';
import { createSendOutbound } from '../../../functions/outbound/send-outbound.ts';
import { CLIENT_CERTIFICATE, OTHER_HOST_CERTIFICATE, SERVER_CERTIFICATE, TEST_CA } from '../../support/certificates/index.ts';
import { listen } from '../../support/listen.ts';

const local = (port: number, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'POST',
  url: `http://127.0.0.1:${port}/check`,
  headers: { 'content-type': 'application/json' },
  body: '{"name":"jörg"}',
  timeoutMs: 5000,
  maxBytes: 65_536,
  allowPlaintext: true,
  allowPrivateAddress: true,
  ...more,
});

const unavailable = (reason: string) => ({ name: 'Unavailable', dependency: 'the store', reason });

const serve = (context: TestContext, listener: RequestListener) => listen(context, createServer(listener));
const serveRaw = (context: TestContext, onSocket: (socket: Socket) => void) =>
  listen(
    context,
    createTcpServer((socket) => {
      socket.on('error', () => {});
      onSocket(socket);
    }),
  );

test('sends method, path, headers and body, and returns status, headers and body', async (context) => {
  const port = await serve(context, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      outgoing.writeHead(404, { 'content-type': 'text/plain', 'x-seen': `${incoming.method} ${incoming.url} ${incoming.headers['x-a']}` });
      outgoing.end(Buffer.concat(chunks));
    });
  });
  const reply = await createSendOutbound()('the store', local(port, { headers: { 'x-a': '1' } }));
  assert.equal(reply.status, 404);
  assert.equal(reply.headers['x-seen'], 'POST /check 1');
  assert.equal(reply.body, '{"name":"jörg"}');
});

test('a server that accepts and says nothing is a timeout', async (context) => {
  const port = await serveRaw(context, () => {});
  await assert.rejects(createSendOutbound()('the store', local(port, { timeoutMs: 100 })), unavailable('timeout'));
});

test('a server that trickles bytes for ever ends at the deadline', async (context) => {
  const port = await serve(context, (_incoming, outgoing) => {
    outgoing.writeHead(200);
    const timer = setInterval(() => outgoing.write('x'), 10);
    outgoing.on('close', () => clearInterval(timer));
  });
  await assert.rejects(createSendOutbound()('the store', local(port, { timeoutMs: 200 })), unavailable('timeout'));
});

test('the deadline covers the name look-up', async () => {
  const send = createSendOutbound({ resolveName: () => new Promise(() => {}) });
  await assert.rejects(send('the store', local(1, { url: 'https://example.org/', timeoutMs: 50 })), unavailable('timeout'));
});

test('an endless body is cut at the limit', async (context) => {
  let closed = false;
  const port = await serve(context, (_incoming, outgoing) => {
    outgoing.on('close', () => {
      closed = true;
    });
    const more = (): void => {
      while (!closed && outgoing.write('x'.repeat(1000)));
      outgoing.once('drain', more);
    };
    more();
  });
  await assert.rejects(createSendOutbound()('the store', local(port, { maxBytes: 10_000 })), unavailable('too-large'));
});

test('a body that announces more than the limit is not read', async (context) => {
  const port = await serve(context, (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-length': '10001' });
    outgoing.write('x');
  });
  await assert.rejects(createSendOutbound()('the store', local(port, { maxBytes: 10_000 })), unavailable('too-large'));
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status} is not followed`, async (context) => {
    let calls = 0;
    const port = await serve(context, (_incoming, outgoing) => {
      calls += 1;
      outgoing.writeHead(status, { location: '/elsewhere' }).end();
    });
    await assert.rejects(createSendOutbound()('the store', local(port)), unavailable('redirect'));
    assert.equal(calls, 1);
  });
}

test('a body that breaks off is no reply', async (context) => {
  const port = await serveRaw(context, (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"response":'));
  });
  await assert.rejects(createSendOutbound()('the store', local(port)), unavailable('connection-failed'));
});

for (const [what, bytes] of [
  ['no HTTP', '220 mail.example ESMTP\r\n'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['endless headers', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(5000)}`],
] as const) {
  test(`${what} is no reply`, async (context) => {
    const port = await serveRaw(context, (socket) => {
      socket.once('data', () => socket.write(bytes));
    });
    await assert.rejects(createSendOutbound()('the store', local(port)), unavailable('connection-failed'));
  });
}

test('a content coding or a body that is not UTF-8 is a bad reply', async (context) => {
  const compressed = await serve(context, (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
  });
  await assert.rejects(createSendOutbound()('the store', local(compressed)), unavailable('bad-reply'));
  const latin1 = await serve(context, (_incoming, outgoing) => {
    outgoing.end(Buffer.from([0x7b, 0xe4, 0x7d]));
  });
  await assert.rejects(createSendOutbound()('the store', local(latin1)), unavailable('bad-reply'));
});

test('a port where nobody listens, and a name that does not exist', async (context) => {
  const port = await serveRaw(context, (socket) => socket.destroy());
  await assert.rejects(createSendOutbound()('the store', local(port)), unavailable('connection-failed'));
  const send = createSendOutbound({ resolveName: () => Promise.reject(new Error('ENOTFOUND')) });
  await assert.rejects(send('the store', local(1, { url: 'https://nowhere.example/' })), unavailable('name-not-resolved'));
});

test('a header that would smuggle a second one is refused before anything is sent', async () => {
  await assert.rejects(createSendOutbound()('the store', local(1, { headers: { 'x-a': 'b\r\nx-c: d' } })), unavailable('bad-request'));
});

test('one connection serves several calls', async (context) => {
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end('{}'));
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(context, server);
  const send = createSendOutbound({ clock: () => 0 });
  for (let call = 0; call < 5; call += 1) await send('the store', local(port));
  assert.equal(connections, 1);
});

test('a kept connection that the server has closed meanwhile costs no call', async (context) => {
  // Answers the first request of a connection, and resets the connection at the second one.
  let connections = 0;
  const port = await serveRaw(context, (socket) => {
    connections += 1;
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      socket.once('data', () => socket.resetAndDestroy());
    });
  });
  const send = createSendOutbound({ clock: () => 0 });
  for (let call = 0; call < 4; call += 1) assert.equal((await send('the store', local(port))).body, '{}');
  assert.ok(connections >= 4, 'each kept connection was reset');
});

test('after a freeze no connection from before it is used', async (context) => {
  // A connection that went dead during a freeze swallows what is sent on it.
  let connections = 0;
  const port = await serveRaw(context, (socket) => {
    connections += 1;
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
  });
  let nowMs = 0;
  const send = createSendOutbound({ clock: () => nowMs });
  await send('the store', local(port));
  nowMs += 300_000;
  assert.equal((await send('the store', local(port))).body, '{}');
  assert.equal(connections, 2);
});

const serveTls = (context: TestContext, options: ServerOptions) =>
  listen(
    context,
    createTlsServer(options, (incoming, outgoing) => {
      const { socket } = incoming;
      const peer = 'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function' ? socket.getPeerCertificate() : {};
      incoming.resume().on('end', () => outgoing.end(JSON.stringify(peer.subject?.CN ?? null)));
    }),
  );

const secure = (port: number, tls?: OutboundRequest['tls']): OutboundRequest =>
  local(port, { url: `https://localhost:${port}/`, allowPlaintext: false, ...(tls !== undefined && { tls }) });
const loopback = { resolveName: () => Promise.resolve(['127.0.0.1']) };

test('TLS: a private CA is trusted where the entry names it', async (context) => {
  const port = await serveTls(context, SERVER_CERTIFICATE);
  assert.equal((await createSendOutbound(loopback)('the store', secure(port, { ca: TEST_CA }))).status, 200);
});

test('TLS: an unknown CA, and a certificate of another host, are refused whatever the environment says', async (context) => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  context.after(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
  const port = await serveTls(context, SERVER_CERTIFICATE);
  await assert.rejects(createSendOutbound(loopback)('the store', secure(port)), unavailable('tls-failed'));
  const other = await serveTls(context, OTHER_HOST_CERTIFICATE);
  await assert.rejects(createSendOutbound(loopback)('the store', secure(other, { ca: TEST_CA })), unavailable('tls-failed'));
});

test('TLS: a client certificate is shown; without one, a server that asks for it refuses', async (context) => {
  const port = await serveTls(context, { ...SERVER_CERTIFICATE, ca: TEST_CA, requestCert: true, rejectUnauthorized: true });
  const send = createSendOutbound(loopback);
  assert.equal((await send('the store', secure(port, { ca: TEST_CA, ...CLIENT_CERTIFICATE }))).body, '"gatehouse"');
  await assert.rejects(send('the store', secure(port, { ca: TEST_CA })), { name: 'Unavailable' });
});

test('TLS: a server that speaks plain HTTP is refused', async (context) => {
  const port = await serve(context, (_incoming, outgoing) => {
    outgoing.end();
  });
  await assert.rejects(createSendOutbound(loopback)('the store', secure(port)), { name: 'Unavailable' });
});
