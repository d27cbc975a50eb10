// A134, A135: how often and for how long documents of clients are asked for, and how long they are kept.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { Unavailable } from '../../functions/shared/errors.ts';
import { MAX_LOADS_OF_HOST_A_MINUTE } from '../../functions/token/client-documents/load-bounds.ts';
import { AUTHORIZE, ask, askForToken, assertRefused, notLoaded, proveByKey, refused } from '../support/document-attacks.ts';
import {
  type DocumentHost,
  documentOf,
  documentQuery,
  hurried,
  LOOPBACK_DOCUMENTS,
  openDocumentApi,
  openDocumentHost,
  sendJson,
} from '../support/document-host.ts';
import { newPkce, openBrowser } from '../support/sign-in-browser.ts';

let host: DocumentHost;
before(async () => {
  host = await openDocumentHost();
});
after(() => host.close());

test('A134 a document that does not come in time is none, however its bytes trickle', async () => {
  const waits: number[] = [];
  const send = createSendOutbound();
  const api = openDocumentApi(LOOPBACK_DOCUMENTS, {
    sendOutbound: (dependency, request) => {
      waits.push(request.timeoutMs);
      return hurried(send)(dependency, request);
    },
  });
  host.answer('/never', () => undefined);
  host.answer('/trickle', (_, out) => {
    out.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => (out.destroyed ? clearInterval(timer) : out.write(' ')), 5);
  });
  for (const path of ['/never', '/trickle']) {
    const page = await ask(api, host.url(path));
    assert.deepEqual([page.status, page.line.reason], [400, 'client-document-not-loaded']);
    const token = await askForToken(api, host.url(path));
    // A client must not throw its tokens away for it.
    assert.deepEqual([token.status, token.json.error, token.line.reason], [424, 'temporarily_unavailable', 'timeout']);
    // Nobody sets off an alarm by the URL of a host that does not answer.
    assert.deepEqual([token.line.outcome, token.line.level], ['refused', 'INFO']);
    assert.ok(Number(token.headers['Retry-After']) > 0);
  }
  assert.deepEqual([...new Set(waits)], [2000]);
});

test('A134 many who come at once are one load, and share what becomes of it', async () => {
  const api = openDocumentApi();
  const path = '/crowd.json';
  const waiting: (() => void)[] = [];
  host.answer(path, (incoming, out) => void waiting.push(() => sendJson(documentOf(host.url(path)))(incoming, out)));
  const asked = Array.from({ length: 50 }, () => ask(api, host.url(path)));
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  for (const release of waiting) release();
  const pages = await Promise.all(asked);
  assert.deepEqual([...new Set(pages.map(({ status }) => status))], [200]);
  assert.equal(host.calls.get(path), 1);
});

test('A134 no host is asked without end for documents that it does not have, and others are still asked', async () => {
  const api = openDocumentApi({ ...LOOPBACK_DOCUMENTS, trustedHosts: ['127.0.0.1', 'localhost'] });
  host.answer('/fine.json', documentOf(`http://localhost:${host.port}/fine.json`));
  const before = [...host.calls.values()].reduce((sum, calls) => sum + calls, 0);
  const reasons = new Set<unknown>();
  for (let at = 0; at < MAX_LOADS_OF_HOST_A_MINUTE + 10; at++) {
    const { line } = await ask(api, host.url(`/missing-${at}`));
    reasons.add(line.reason);
  }
  const calls = [...host.calls.values()].reduce((sum, found) => sum + found, 0) - before;
  assert.deepEqual([calls, [...reasons]], [MAX_LOADS_OF_HOST_A_MINUTE, ['client-document-not-loaded']]);
  assert.equal((await askForToken(api, host.url('/missing'))).line.reason, 'too-many-loads');
  assert.equal((await ask(api, `http://localhost:${host.port}/fine.json`)).status, 200);
  api.advance(60);
  host.answer('/later.json', documentOf(host.url('/later.json')));
  assert.equal((await ask(api, host.url('/later.json'))).status, 200);
});

test('A134 a host that is asked for what it does not have keeps no client out that it had, and strangers none of a trusted host', async () => {
  const api = openDocumentApi();
  const stranger = {
    tenant: 'other',
    entry: 'tenant',
    issuer: 'own',
    signIn: {},
    clientDocuments: { trustedHosts: 'any', allowLoopback: true },
  };
  api.stores.put('Tenants', stranger);
  const askAsStranger = (path: string) =>
    openBrowser(api).get('/t/other/oauth2/authorize', documentQuery(host.url(path), newPkce().challenge));
  const path = '/had.json';
  host.answer(path, documentOf(host.url(path)));
  // Strangers use up their own: neither loads nor what is kept of them touches the others'.
  for (let at = 0; at <= MAX_LOADS_OF_HOST_A_MINUTE; at++) await askAsStranger(`/none-${at}`);
  assert.equal((await ask(api, host.url(path))).status, 200);
  assert.equal(host.calls.get(path), 1);
  api.advance(3600);
  for (let at = 0; at <= MAX_LOADS_OF_HOST_A_MINUTE; at++) await ask(api, host.url(`/lost-${at}`));
  assert.equal((await ask(api, host.url('/lost'))).line.outage, 'too-many-loads');
  assert.equal((await ask(api, host.url(path))).status, 200);
  assert.equal(host.calls.get(path), 2);
});

test('A134 no URL makes us call ourselves', async () => {
  const issuer = 'https://issuer.example/v1';
  const called: string[] = [];
  const sendOutbound = async (_: string, { url }: { readonly url: string }) => {
    called.push(url);
    return { status: 404, headers: {}, body: '' };
  };
  const api = openDocumentApi('any', { issuer, sendOutbound });
  await assertRefused(api, `${issuer}${AUTHORIZE}?client_id=${issuer}${AUTHORIZE}`, 'client-url');
  await notLoaded(api, 'https://issuer.example/v10/client.json');
  assert.deepEqual([...new Set(called)], ['https://issuer.example/v10/client.json']);
});

test('A135 nothing of a failure is kept, and a good document for as long as its host says, at most a day', async () => {
  const path = '/kept.json';
  const clientId = host.url(path);
  const callsOf = () => host.calls.get(path) ?? 0;
  const api = openDocumentApi();
  await notLoaded(api, clientId);
  host.answer(path, documentOf(clientId, { client_id: 'another' }));
  await refused(api, clientId);
  host.answer(path, (_, out) => out.destroy());
  assert.equal((await askForToken(api, clientId)).status, 424);
  host.answer(path, documentOf(clientId));
  assert.equal((await ask(api, clientId)).status, 200);
  for (const [header, keptFor] of [
    ['max-age=600', 600],
    ['public, max-age="600"', 600],
    ['max-age=31536000', 86_400],
    ['max-age=0', 60],
    ['no-store', 60],
    ['max-age=600, no-cache', 60],
    ['private', 3600],
    ['max-age=later', 3600],
  ] as const) {
    const fresh = openDocumentApi();
    host.answer(path, sendJson(documentOf(clientId), { 'cache-control': header }));
    await ask(fresh, clientId);
    const loaded = callsOf();
    fresh.advance(keptFor - 1);
    await ask(fresh, clientId);
    assert.equal(callsOf(), loaded, header);
    fresh.advance(1);
    // It is gone by now: what was known of it does not outlive that.
    host.answer(path, (_, out) => out.writeHead(404).end());
    assert.equal((await ask(fresh, clientId)).line.reason, 'client-document-not-loaded', header);
    assert.equal(callsOf(), loaded + 1, header);
  }
});

test('A135 what a document takes away is refused once it is read again', async () => {
  const path = '/changing.json';
  const clientId = host.url(path);
  const api = openDocumentApi();
  host.answer(path, sendJson(documentOf(clientId), { 'cache-control': 'max-age=60' }));
  assert.equal((await ask(api, clientId)).status, 200);
  host.answer(path, documentOf(clientId, { redirect_uris: ['https://agent.example/new'] }));
  api.advance(60);
  assert.equal((await ask(api, clientId)).line.reason, 'redirect-uri-not-registered');
});

test('A134 the time that key sets of strangers take counts with that of their documents', async () => {
  const send = createSendOutbound();
  let asked = 0;
  const api = openDocumentApi(
    { ...LOOPBACK_DOCUMENTS, trustedHosts: 'any' },
    {
      sendOutbound: async (dependency, request) => {
        if (!request.url.startsWith('https://slow.example/')) return send(dependency, request);
        asked += 1;
        api.advance(2);
        throw new Unavailable(dependency, 'timeout');
      },
    },
  );
  const reasons: unknown[] = [];
  for (let at = 0; at < 11; at++) {
    const path = `/slow-${at}.json`;
    const changes = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: `https://slow.example/${at}` };
    host.answer(path, documentOf(host.url(path), changes));
    reasons.push((await proveByKey(api, host.url(path))).line.reason);
  }
  assert.deepEqual(reasons, [...Array(10).fill('timeout'), 'too-many-loads']);
  assert.equal(asked, 10);
});

test('A134 keys that a document names and nobody can have are no outage of ours, and set off no alarm', async () => {
  const path = '/keyless.json';
  const clientId = host.url(path);
  // A loopback address is refused for keys: that of a document alone may be one, in a local run.
  host.answer(path, documentOf(clientId, { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://127.0.0.1/jwks' }));
  const { status, json, line, headers } = await proveByKey(openDocumentApi(), clientId);
  assert.deepEqual([status, json.error, line.reason, line.outcome], [424, 'temporarily_unavailable', 'refused-address', 'refused']);
  assert.ok(Number(headers['Retry-After']) > 0);
});
