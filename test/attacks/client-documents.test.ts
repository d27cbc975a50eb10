// A131-A138: clients that nobody has registered, whose id is the URL of a document, and a host of documents that misbehaves.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { Unavailable } from '../../functions/shared/errors.ts';
import { MAX_LOADS_OF_HOST_A_MINUTE } from '../../functions/token/client-documents/load-bounds.ts';
import {
  type Answer,
  allow,
  CALLBACK,
  type DocumentHost,
  documentOf,
  documentQuery,
  hurried,
  LOOPBACK_DOCUMENTS,
  OWN,
  openDocumentApi,
  openDocumentHost,
  putTenant,
  redeemCode,
  sendJson,
  toConsent,
} from '../support/document-host.ts';
import { newForeignSigner, signForeignJwt } from '../support/external-issuer-tokens.ts';
import { newPkce, openBrowser } from '../support/sign-in-browser.ts';
import type { TokenApi } from '../support/token-api.ts';

let host: DocumentHost;
before(async () => {
  host = await openDocumentHost();
});
after(() => host.close());

const AUTHORIZE = `${OWN}/oauth2/authorize`;
const ask = (api: TokenApi, clientId: string, changes: Readonly<Record<string, string>> = {}) =>
  openBrowser(api).get(AUTHORIZE, documentQuery(clientId, newPkce().challenge, changes));
const askForToken = (api: TokenApi, clientId: string) =>
  api.call({ path: `${OWN}/oauth2/token`, form: { grant_type: 'refresh_token', client_id: clientId, refresh_token: 'grt_x' } });

/** The client signs as itself, by a key that nobody knows. */
async function proveByKey(api: TokenApi, clientId: string) {
  const claims = { iss: clientId, sub: clientId, aud: 'x', jti: '1', exp: Math.floor(Date.now() / 1000) + 60 };
  const form = {
    grant_type: 'refresh_token',
    refresh_token: 'grt_x',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signForeignJwt(newForeignSigner('ES256', 'one'), claims),
  };
  return api.call({ path: `${OWN}/oauth2/token`, form });
}

/** Nobody is sent anywhere by a client that is none, and its token request is refused alike. */
async function assertRefused(api: TokenApi, clientId: string, reason: string, hint = clientId): Promise<void> {
  const page = await ask(api, clientId);
  assert.deepEqual([page.status, page.headers.Location, page.line.reason], [400, undefined, reason], hint);
  const token = await askForToken(api, clientId);
  assert.deepEqual([token.status, token.json.error, token.line.reason], [401, 'invalid_client', reason], hint);
}

const notLoaded = (api: TokenApi, clientId: string) => assertRefused(api, clientId, 'client-document-not-loaded');
const refused = (api: TokenApi, clientId: string) => assertRefused(api, clientId, 'client-document-refused');

describe('where it is fetched', () => {
  test('A131 what is no URL of a client is asked nowhere: other schemes, addresses, users, fragments, dot segments, other spellings', async () => {
    const api = openDocumentApi('any', { sendOutbound: () => Promise.reject(new Error('no call may be made')) });
    for (const clientId of [
      'https://127.0.0.1/c',
      'https://169.254.169.254/latest/meta-data',
      'https://10.0.0.1/c',
      'https://[::1]/c',
      'https://[fd00:ec2::254]/c',
      'https://[::ffff:169.254.169.254]/c',
      'https://2130706433/c',
      'https://0x7f.1/c',
      'https://①②⑦.0.0.1/c',
      'https://localhost/c',
      'https://intranet/c',
      'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
      'http://localhost/c',
      'https://agent.example/c#top',
      'https://agent.example/c#',
      'https://user@agent.example/c',
      'https://user:secret@agent.example/c',
      'https://agent.example/a/../c',
      'https://agent.example/./c',
      'https://agent.example/%2e%2e/c',
      'https://agent.example/a%2f..%2fc',
      'https://agent.example/a\\c',
      'https://agent.example',
      'https://agent.example:443/c',
      'https://AGENT.example/c',
      'HTTPS://agent.example/c',
      'https:///agent.example/c',
      'https://agent.example./c',
      'https://agent.example/c d',
      'https://agent.example/ü',
      `https://agent.example/${'c'.repeat(235)}`,
    ]) {
      const page = await ask(api, clientId);
      const reason = clientId.length > 256 ? 'unknown-client' : 'client-url';
      assert.deepEqual([page.status, page.headers.Location, page.line.reason], [400, undefined, reason], clientId);
    }
    const plain = await ask(api, 'http://agent.example/c');
    assert.equal(plain.line.reason, 'unknown-client');
  });

  test('A131 a name that leads to any address that is not public is not called, and the page does not tell', async () => {
    const pages: string[] = [];
    for (const addresses of [
      ['127.0.0.1'],
      ['93.184.216.34', '10.0.0.1'],
      ['169.254.169.254'],
      ['fd00::1'],
      ['::ffff:127.0.0.1'],
      undefined,
    ]) {
      const resolveName = () => (addresses === undefined ? Promise.reject(new Error('NXDOMAIN')) : Promise.resolve(addresses));
      const api = openDocumentApi('any', { sendOutbound: createSendOutbound({ resolveName }), issuer: 'https://issuer.example' });
      const page = await ask(api, 'https://agent.example/c');
      assert.deepEqual([page.status, page.line.reason], [400, 'client-document-not-loaded']);
      assert.equal(page.line.dependency, 'client document of agent.example');
      pages.push(page.text);
      const token = await askForToken(api, 'https://agent.example/c');
      assert.deepEqual([token.status, token.json.error], [424, 'temporarily_unavailable']);
    }
    assert.equal(new Set(pages).size, 1);
  });

  test('A131 the name is looked up once, and no document is fetched by http or from a port of another service', async () => {
    let lookUps = 0;
    const resolveName = async () => {
      lookUps += 1;
      return [lookUps === 1 ? '10.0.0.1' : '93.184.216.34'];
    };
    const api = openDocumentApi('any', { sendOutbound: createSendOutbound({ resolveName }), issuer: 'https://issuer.example' });
    await ask(api, 'https://rebinding.example/c');
    assert.equal(lookUps, 1);
    await assertRefused(api, 'https://agent.example:25/c', 'client-document-not-loaded');
  });

  test('A131 a loopback address counts in a local run alone, where the tenant names it', async () => {
    host.answer('/local.json', documentOf(host.url('/local.json')));
    const clientId = host.url('/local.json');
    assert.equal((await ask(openDocumentApi(), clientId)).status, 200);
    await assertRefused(openDocumentApi(LOOPBACK_DOCUMENTS, { issuer: 'https://issuer.example/v1' }), clientId, 'client-url');
    await assertRefused(openDocumentApi({ trustedHosts: ['127.0.0.1'] }), clientId, 'client-url');
    await assertRefused(openDocumentApi({ ...LOOPBACK_DOCUMENTS, trustedHosts: ['localhost'] }), clientId, 'client-host-not-trusted');
  });
});

describe('what its host answers', () => {
  test('A132 redirects, other statuses and other media types are no document', async () => {
    const api = openDocumentApi();
    const good = (path: string) => JSON.stringify(documentOf(host.url(path)));
    const answers: Readonly<Record<string, Answer>> = {
      '/301': (_, out) => out.writeHead(301, { location: host.url('/good.json') }).end(),
      '/302': (_, out) => out.writeHead(302, { location: '/good.json', 'content-type': 'application/json' }).end(good('/302')),
      '/307': (_, out) => out.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
      '/304': (_, out) => out.writeHead(304).end(),
      '/201': (_, out) => out.writeHead(201, { 'content-type': 'application/json' }).end(good('/201')),
      '/203': (_, out) => out.writeHead(203, { 'content-type': 'application/json' }).end(good('/203')),
      '/404': (_, out) => out.writeHead(404, { 'content-type': 'application/json' }).end(good('/404')),
      '/text': (_, out) => out.writeHead(200, { 'content-type': 'text/plain' }).end(good('/text')),
      '/html': (_, out) => out.writeHead(200, { 'content-type': 'text/html' }).end(good('/html')),
      '/jsonp': (_, out) => out.writeHead(200, { 'content-type': 'application/json-seq' }).end(good('/jsonp')),
      '/none': (_, out) => out.writeHead(200).end(good('/none')),
      '/gzip': (_, out) => out.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(good('/gzip')),
      '/latin': (_, out) => out.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x22, 0xff, 0x22])),
    };
    host.answer('/good.json', documentOf(host.url('/good.json')));
    for (const [path, answer] of Object.entries(answers)) {
      host.answer(path, answer);
      const page = await ask(api, host.url(path));
      assert.deepEqual([page.status, page.line.reason], [400, 'client-document-not-loaded'], path);
      api.advance(60);
    }
    assert.equal(host.calls.get('/good.json') ?? 0, 0);
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/cimd+json', 'Application/JSON']) {
      host.answer('/typed.json', sendJson(documentOf(host.url('/typed.json')), { 'content-type': type }));
      assert.equal((await ask(openDocumentApi(), host.url('/typed.json'))).status, 200, type);
    }
  });

  test('A133 a document without end is cut off while it is read, whatever it says of its length', async () => {
    const api = openDocumentApi();
    let sent = 0;
    host.answer('/endless', (_, out) => {
      out.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        if (out.destroyed) return;
        sent += 1024;
        out.write(' '.repeat(1024), more);
      };
      more();
    });
    host.answer('/announced', (_, out) =>
      out.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999999' }).write('{'),
    );
    await notLoaded(api, host.url('/endless'));
    await notLoaded(api, host.url('/announced'));
    assert.ok(sent < 50_000_000);
    const padded = (path: string, bytes: number) => {
      const text = JSON.stringify(documentOf(host.url(path)));
      host.answer(path, (_, out) => out.writeHead(200, { 'content-type': 'application/json' }).end(text + ' '.repeat(bytes - text.length)));
      return ask(api, host.url(path));
    };
    assert.equal((await padded('/5120', 5120)).status, 200);
    assert.equal((await padded('/5121', 5121)).line.reason, 'client-document-not-loaded');
  });

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
});

describe('what the document says', () => {
  test('A136 a secret, and every method that needs one, makes it none', async () => {
    const { jwk } = newForeignSigner('ES256', 'one');
    const path = '/secret.json';
    const clientId = host.url(path);
    for (const changes of [
      { client_secret: 's3cret' },
      { client_secret: null },
      { client_secret_expires_at: 0 },
      ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'tls_client_auth', 'self_signed_tls_client_auth', '', 7].map(
        (method) => ({ token_endpoint_auth_method: method }),
      ),
      { token_endpoint_auth_method: ['none', 'client_secret_post'] },
      { token_endpoint_auth_method: 'private_key_jwt' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ ...jwk, d: 'AAAA' }] } },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://agent.example/jwks' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] }, jwks_uri: 'https://agent.example/jwks' },
      { jwks: { keys: [{ ...jwk, d: 'AAAA' }] } },
    ]) {
      host.answer(path, documentOf(clientId, changes));
      const api = openDocumentApi();
      await refused(api, clientId);
      assert.doesNotMatch(JSON.stringify(api.lines), /s3cret|AAAA|c2VjcmV0/);
    }
    host.answer(path, documentOf(clientId, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }));
    assert.equal((await ask(openDocumentApi(), clientId)).status, 200);
  });

  test('A136 a client that says private_key_jwt gets nothing by its id alone', async () => {
    const { jwk } = newForeignSigner('ES256', 'one');
    const path = '/keyed.json';
    const clientId = host.url(path);
    host.answer(path, documentOf(clientId, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }));
    const { status, line } = await askForToken(openDocumentApi(), clientId);
    assert.deepEqual([status, line.reason], [401, 'no-client-authentication']);
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

  test('A137 client_id is the URL, character for character, and the document an object with what it needs', async () => {
    const path = '/whose.json';
    const clientId = host.url(path);
    const bad: readonly unknown[] = [
      ...[
        `${clientId}/`,
        `${clientId}?`,
        clientId.toUpperCase(),
        'https://agent.example/c',
        undefined,
        '',
        [clientId],
        { url: clientId },
      ].map((id) => documentOf(clientId, { client_id: id })),
      [documentOf(clientId)],
      'text',
      null,
      7,
      { __proto__: documentOf(clientId) },
      documentOf(clientId, { redirect_uris: [] }),
      documentOf(clientId, { redirect_uris: undefined }),
      documentOf(clientId, { redirect_uris: CALLBACK }),
      documentOf(clientId, { redirect_uris: ['javascript:alert(1)', 'http://agent.example/plain', 'data:,x', 'https://u:p@a.example/'] }),
      documentOf(clientId, { redirect_uris: [7] }),
      documentOf(clientId, { grant_types: ['client_credentials'] }),
      documentOf(clientId, { grant_types: ['password', 'urn:ietf:params:oauth:grant-type:token-exchange'] }),
      documentOf(clientId, { response_types: ['token'] }),
    ];
    for (const document of bad) {
      host.answer(path, sendJson(document));
      const { line } = await ask(openDocumentApi(), clientId);
      assert.equal(line.reason, 'client-document-refused', JSON.stringify(document));
    }
    host.answer(path, (_, out) => out.writeHead(200, { 'content-type': 'application/json' }).end('{"client_id"'));
    await refused(openDocumentApi(), clientId);
  });

  test('A137 no entry takes the id of a client that a document describes, and none is looked up by one', async () => {
    const api = openDocumentApi('any', { sendOutbound: () => Promise.reject(new Error('no call may be made')) });
    for (const clientId of ['https://agent.example/c', 'HTTPS://agent.example/c', 'http://127.0.0.1/c', 'http://localhost:1/c']) {
      const entry = {
        clientId,
        tenant: 'my_company',
        authMethods: ['none'],
        firstParty: true,
        grantTypes: ['authorization_code', 'refresh_token'],
      };
      api.stores.put('Clients', { ...entry, redirectUris: [CALLBACK] });
      // At the deployment's own issuer, too, which says no tenant.
      for (const path of ['/oauth2/authorize', `${OWN}/oauth2/authorize`]) {
        if (path.startsWith(OWN) && clientId.startsWith('https://')) continue;
        const page = await openBrowser(api).get(path, documentQuery(clientId, newPkce().challenge));
        assert.equal(page.status, 400, `${path} ${clientId}`);
      }
      const token = await api.call({
        path: '/oauth2/token',
        form: { grant_type: 'refresh_token', client_id: clientId, refresh_token: 'x' },
      });
      assert.deepEqual([token.status, token.line.reason], [401, 'unknown-client']);
    }
  });

  test('A138 hosts are compared whole: no prefix, no sub-domain, no look-alike, no other port', async () => {
    const api = openDocumentApi(
      { trustedHosts: ['agent.example', 'agents.example:8443'] },
      { sendOutbound: () => Promise.reject(new Error('no')) },
    );
    for (const clientId of [
      'https://agent.example.evil.example/c',
      'https://evil-agent.example/c',
      'https://sub.agent.example/c',
      'https://agent.example:8443/c',
      'https://agents.example/c',
      'https://xn--gent-63d.example/c',
      'https://example/c',
    ]) {
      const reason = clientId === 'https://example/c' ? 'client-url' : 'client-host-not-trusted';
      await assertRefused(api, clientId, reason);
    }
    // Cyrillic а: another name, and shown as such.
    assert.equal((await ask(api, 'https://аgent.example/c')).line.reason, 'client-url');
  });

  test('A138 the page shows the host in ASCII in its largest letters, and the client only what it calls itself', async () => {
    const path = '/named.json';
    const clientId = host.url(path);
    const name = '<b>My&nbsp;Company</b>\u202e\u2066‮ "admin" \u0000\n\u200b'.padEnd(3000, 'x');
    host.answer(path, documentOf(clientId, { client_name: name, logo_uri: `${host.url('/logo.png')}`, client_uri: 'javascript:alert(1)' }));
    const api = openDocumentApi();
    const query = documentQuery(clientId, newPkce().challenge);
    const browser = openBrowser(api);
    const signInPage = await browser.get(AUTHORIZE, query);
    assert.ok(signInPage.text.includes(`to continue to 127.0.0.1:${host.port}`) && !signInPage.text.includes('Company'));
    const { text } = await toConsent(browser, query);
    assert.ok(text.includes(`<h1>Allow 127.0.0.1:${host.port} to act for you?</h1>`), text);
    assert.ok(text.includes(`<code>${clientId}</code>`));
    const [, shown = ''] = /<q><bdi>(.*?)<\/bdi><\/q>/.exec(text) ?? [];
    assert.ok(shown.startsWith('&lt;b&gt;My&amp;nbsp;Company&lt;/b&gt; &quot;admin&quot; x'), shown);
    assert.ok(shown.length < 120);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b\0]|logo\.png|javascript:|<b>/);
    assert.equal(host.calls.get('/logo.png'), undefined);
  });

  test('A138 the page names the host that the user goes back to, and warns of a program on the device', async () => {
    const path = '/back.json';
    const clientId = host.url(path);
    const odd = ['https:agent.example/cb', 'https:///agent.example/cb', 'http:127.0.0.1/cb'];
    const uris = [CALLBACK, 'http://127.0.0.1/cb', 'http://localhost/cb', 'com.evil.app://claude.ai/cb', ...odd];
    host.answer(path, documentOf(clientId, { redirect_uris: uris }));
    for (const [redirectUri, warned, shown] of [
      [CALLBACK, false, 'agent.example'],
      ['http://127.0.0.1:49152/cb', true, '127.0.0.1:49152'],
      ['http://localhost:49152/cb', true, 'localhost:49152'],
      // What an application of a scheme of its own writes there is no host of anybody's.
      ['com.evil.app://claude.ai/cb', true, 'com.evil.app://claude.ai/cb'],
    ] as const) {
      const api = openDocumentApi();
      const { text } = await toConsent(openBrowser(api), documentQuery(clientId, newPkce().challenge, { redirect_uri: redirectUri }));
      assert.ok(text.includes(`<strong><code>${shown}</code></strong>`), text);
      assert.equal(text.includes('This is a program on this device'), warned);
    }
    const other = await ask(openDocumentApi(), clientId, { redirect_uri: 'http://localhost:49152/other' });
    assert.equal(other.line.reason, 'redirect-uri-not-registered');
    for (const redirectUri of odd)
      assert.equal((await ask(openDocumentApi(), clientId, { redirect_uri: redirectUri })).line.reason, 'redirect-uri-not-registered');
  });

  test('A138 the address that the page has shown is the one that the yes goes to, whatever the document says by then', async () => {
    const path = '/swapped.json';
    const clientId = host.url(path);
    host.answer(path, documentOf(clientId));
    const api = openDocumentApi();
    const { redirect_uri: _, ...unnamed } = documentQuery(clientId, newPkce().challenge);
    assert.equal((await openBrowser(api).get(AUTHORIZE, unnamed)).line.reason, 'missing-redirect-uri');
    const browser = openBrowser(api);
    const consent = await toConsent(browser, documentQuery(clientId, newPkce().challenge));
    host.answer(path, documentOf(clientId, { redirect_uris: ['https://evil.example/cb'] }));
    api.advance(3600);
    const answer = await allow(browser, consent);
    assert.deepEqual([answer.status, answer.line.reason, answer.headers.Location], [400, 'redirect-uri-not-registered', undefined]);
  });

  test('A138 a yes is kept for a trusted host and an https answer alone; with "any" and for a program the user is asked each time', async () => {
    const path = '/asked.json';
    const clientId = host.url(path);
    // Nothing that a document says of itself makes its client one of the organisation's own.
    const claims = { firstParty: true, first_party: true, tenant: 'my_company', scope: 'admin', status: 'active' };
    host.answer(path, documentOf(clientId, { redirect_uris: [CALLBACK, 'http://127.0.0.1/cb'], ...claims }));
    for (const [clientDocuments, redirectUri, again] of [
      [LOOPBACK_DOCUMENTS, CALLBACK, 303],
      [LOOPBACK_DOCUMENTS, 'http://127.0.0.1/cb', 200],
      [{ ...LOOPBACK_DOCUMENTS, trustedHosts: 'any' }, CALLBACK, 200],
    ] as const) {
      const api = openDocumentApi(clientDocuments);
      const browser = openBrowser(api);
      const { verifier, challenge } = newPkce();
      const query = documentQuery(clientId, challenge, { redirect_uri: redirectUri });
      const consent = await toConsent(browser, query);
      const isUnknownHost = consent.text.includes('Nobody has registered this application here');
      assert.equal(isUnknownHost, clientDocuments.trustedHosts === 'any');
      const { sentBack } = await allow(browser, consent);
      const redeemed = await redeemCode(api, { clientId, code: sentBack.code, verifier }, { redirect_uri: redirectUri });
      assert.equal(redeemed.status, 200, redeemed.text);
      const second = await browser.get(AUTHORIZE, query);
      assert.equal(second.status, again);
      const silent = await browser.get(AUTHORIZE, { ...query, prompt: 'none' });
      const isAnybody = clientDocuments.trustedHosts === 'any';
      assert.equal(silent.sentBack.error, again === 303 || isAnybody ? undefined : 'consent_required');
      if (isAnybody) assert.deepEqual([silent.status, silent.line.reason], [400, 'no-consent']);
    }
  });

  test('A119 A129 with "any", nobody is sent to an address that a stranger has published, but by a yes or a no', async () => {
    const path = '/stranger.json';
    const clientId = host.url(path);
    const elsewhere = 'https://evil.example/';
    host.answer(path, documentOf(clientId, { redirect_uris: [elsewhere], post_logout_redirect_uris: [elsewhere] }));
    const bad = [
      { prompt: 'none' },
      { response_type: 'token' },
      { scope: 'no-such-scope' },
      { code_challenge: 'x' },
      { resource: 'https://x.example' },
    ];
    for (const trustedHosts of ['any', ['127.0.0.1']] as const) {
      const api = openDocumentApi({ ...LOOPBACK_DOCUMENTS, trustedHosts });
      for (const changes of bad) {
        const answer = await ask(api, clientId, { redirect_uri: elsewhere, ...changes });
        assert.equal(answer.headers.Location?.startsWith(elsewhere) ?? false, trustedHosts !== 'any', JSON.stringify(changes));
      }
      const out = await openBrowser(api).get(`${OWN}/oauth2/logout`, { client_id: clientId, post_logout_redirect_uri: elsewhere });
      assert.equal(out.headers.Location, trustedHosts === 'any' ? undefined : elsewhere);
      const browser = openBrowser(api);
      const consent = await toConsent(browser, documentQuery(clientId, newPkce().challenge, { redirect_uri: elsewhere }));
      const denied = await browser.post(AUTHORIZE, { ...consent.hidden, decision: 'deny' });
      assert.equal(denied.sentBack.error, 'access_denied');
    }
  });

  test('A138 a host that is not trusted any more takes its clients along', async () => {
    const path = '/dropped.json';
    const clientId = host.url(path);
    host.answer(path, documentOf(clientId));
    const api = openDocumentApi();
    const browser = openBrowser(api);
    const { verifier, challenge } = newPkce();
    const { sentBack } = await allow(browser, await toConsent(browser, documentQuery(clientId, challenge)));
    const { json } = await redeemCode(api, { clientId, code: sentBack.code, verifier });
    const userInfo = () =>
      api.call({ method: 'GET', path: `${OWN}/oauth2/userinfo`, headers: { Authorization: `Bearer ${String(json.access_token)}` } });
    assert.equal((await userInfo()).status, 200);
    for (const clientDocuments of [{ ...LOOPBACK_DOCUMENTS, trustedHosts: ['agent.example'] }, undefined]) {
      putTenant(api, clientDocuments === undefined ? {} : { clientDocuments });
      const { status, line } = await userInfo();
      assert.deepEqual([status, line.reason], [401, 'no-such-client']);
      const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: String(json.refresh_token) };
      assert.equal((await api.call({ path: `${OWN}/oauth2/token`, form })).status, 401);
    }
  });
});
