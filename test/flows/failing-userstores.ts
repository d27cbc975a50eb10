// A web service as userstore that hangs, breaks or lies, on the running system: its users get 503 within the deadline,
// and nobody else notices.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { askForToken, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';

const DEADLINE_MS = 700;
const YES = JSON.stringify({ response: { status: 'true' } });

const json = (to: ServerResponse, status: number, body: string, headers: Record<string, string> = {}) =>
  to.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

/** By name: what the service answers. None of it is a yes. */
const FAULTS: Readonly<Record<string, (to: ServerResponse, origin: string) => void>> = {
  hangs: () => {},
  'answers half and hangs': (to) => void to.writeHead(200, { 'content-type': 'application/json' }).write('{"response":'),
  'answers 500': (to) => void json(to, 500, YES),
  'answers 404': (to) => void json(to, 404, YES),
  'answers HTML': (to) => void to.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${YES}</html>`),
  'answers nothing': (to) => void json(to, 200, ''),
  'answers broken JSON': (to) => void json(to, 200, YES.slice(0, -1)),
  redirects: (to, origin) => void json(to, 302, YES, { location: `${origin}/yes` }),
  'drops the connection': (to) => void to.destroy(),
  'never ends': (to) => {
    to.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => to.write(' '.repeat(65_536)), 1);
    to.on('close', () => clearInterval(timer));
  },
};

const server = createServer((message, to) => {
  const name = decodeURIComponent((message.url ?? '/').slice(1));
  if (name === 'yes') return void json(to, 200, YES);
  FAULTS[name]?.(to, `http://${message.headers.host}`);
});

let run: TestRun;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  run = await startTestRun();
  for (const [at, name] of Object.keys(FAULTS).entries()) {
    const tenant = `faulty_${at}`;
    const url = `http://127.0.0.1:${port}/${encodeURIComponent(name)}`;
    const store = { type: 'rest', url, timeoutMs: DEADLINE_MS, allowPlaintext: true, allowPrivateAddress: true };
    await run.put('Tenants', { tenant, entry: 'tenant' });
    await run.put('Tenants', { tenant, entry: 'userstore#SERVICE', ...store });
    const sha256 = createHash('sha256').update('secret').digest('hex');
    await run.put('Clients', { clientId: tenant, tenant, secrets: [{ sha256 }], grantTypes: ['password'] });
  }
});
after(async () => {
  await run?.close();
  server.close();
  server.closeAllConnections();
});

for (const [at, name] of Object.keys(FAULTS).entries()) {
  test(`a userstore that ${name} is 503 with Retry-After within its deadline, and never a yes`, async () => {
    const tenant = `faulty_${at}`;
    const startedAt = performance.now();
    const reply = await askForToken(run.url, passwordGrant(`ada@${tenant}`, 'x'), { id: tenant, secret: 'secret' });
    const tookMs = performance.now() - startedAt;
    assert.deepEqual([reply.status, reply.body.error], [503, 'temporarily_unavailable'], JSON.stringify(reply.body));
    assert.match(reply.headers.get('retry-after') ?? '', /^\d+$/);
    // A margin for a slow machine: without a deadline of its own the function would take 20 s.
    assert.ok(tookMs < DEADLINE_MS + 5000, `${tookMs} ms`);
  });
}

test('meanwhile the users of other tenants are served', async () => {
  const waiting = askForToken(run.url, passwordGrant('ada@faulty_0', 'x'), { id: 'faulty_0', secret: 'secret' });
  const { status } = await askForToken(run.url, passwordGrant(`userx@${DEMO.tenant}`, DEMO.externalUser.password));
  assert.equal(status, 200);
  assert.equal((await waiting).status, 503);
});
