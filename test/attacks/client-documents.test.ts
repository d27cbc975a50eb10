// A131-A133, A136, A137: clients that nobody has registered, whose id is the URL of a document, and what no document is.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { ask, askForToken, assertRefused, notLoaded, refused } from '../support/document-attacks.ts';
import {
  type Answer,
  CALLBACK,
  type DocumentHost,
  documentOf,
  documentQuery,
  LOOPBACK_DOCUMENTS,
  OWN,
  openDocumentApi,
  openDocumentHost,
  sendJson,
} from '../support/document-host.ts';
import { newForeignSigner } from '../support/external-issuer-tokens.ts';
import { newPkce, openBrowser } from '../support/sign-in-browser.ts';

let host: DocumentHost;
before(async () => {
  host = await openDocumentHost();
});
after(() => host.close());

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
  host.answer('/announced', (_, out) => out.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999999' }).write('{'));
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
