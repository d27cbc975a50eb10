// What an entry of a web service may ask for besides: certificates, other hosts' secrets, and what contradicts itself.

import assert from 'node:assert/strict';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type TestContext, test } from 'node:test';
import { parseEntry } from '../../../../functions/configuration/entries/parse-entry.ts';
import { CLIENT_CERTIFICATE, SERVER_CERTIFICATE, TEST_CA } from '../../../support/certificates/index.ts';
import { listen } from '../../../support/listen.ts';
import { openLoginFixture } from '../../../support/login-fixture.ts';
import { knowsUserx, openRestService, sendJson } from '../../../support/rest-service.ts';

const SECRET = 'Gatehouse/tenants/my_company/external';

const serveTls = (context: TestContext, options: ServerOptions) =>
  listen(
    context,
    createTlsServer({ ...SERVER_CERTIFICATE, ...options }, (incoming, outgoing) => {
      incoming.resume().on('end', () => sendJson(outgoing, { response: { status: 'true' } }));
    }),
  );

test('a private CA, and a client certificate from the secret', async (context) => {
  const { login, putStore, stores } = openLoginFixture();
  const port = await serveTls(context, { ca: TEST_CA, requestCert: true, rejectUnauthorized: true });
  const attributes = { type: 'rest', url: `https://localhost:${port}/`, allowPrivateAddress: true, secretId: SECRET };
  stores.putSecret(SECRET, JSON.stringify({ clientCertificatePem: CLIENT_CERTIFICATE.cert, clientKeyPem: CLIENT_CERTIFICATE.key }));
  putStore('EXTERNAL', { ...attributes, caPem: TEST_CA });
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  putStore('EXTERNAL', attributes);
  await assert.rejects(login('userx', 'mypass'), { reason: 'tls-failed' }, 'the CA is not a public one');
  stores.putSecret(SECRET, '{}');
  putStore('EXTERNAL', { ...attributes, caPem: TEST_CA });
  await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable' }, 'no certificate');
  stores.putSecret(SECRET, JSON.stringify({ clientCertificatePem: 'wrong', clientKeyPem: 'wrong' }));
  await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', dependency: 'userstore EXTERNAL of my_company' });
});

test('A16 a secret that says whom it is for goes nowhere else', async (context) => {
  const { login, putStore, stores } = openLoginFixture();
  const own = await openRestService(context, knowsUserx);
  const other = await openRestService(context, knowsUserx);
  stores.putSecret(SECRET, JSON.stringify({ username: 'a', password: 'b', urls: `https://elsewhere.example ${own.url}` }));
  putStore('EXTERNAL', { ...own.attributes, secretId: SECRET });
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  for (const url of [other.url, own.url.replace('127.0.0.1', 'localhost'), own.url.replace('http:', 'https:')]) {
    putStore('EXTERNAL', { ...own.attributes, secretId: SECRET, url });
    await assert.rejects(login('userx', 'mypass'), { reason: 'secret-of-another-service' }, url);
  }
  assert.equal(other.calls.length, 0);
});

test('a name in a URL stays one step of its path', async (context) => {
  const { login, putStore, userstores, stores } = openLoginFixture();
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'true' }, ok: true }));
  const url = new URL(service.url).origin;
  putStore('EXTERNAL', {
    ...service.attributes,
    lookup: { url: `${url}/tenants/{tenant}/users/{username}?by={id}`, method: 'GET', success: { path: 'ok', equals: true } },
  });
  const tenant = await stores.tenants.findTenant('my_company');
  assert.ok(tenant !== undefined);
  for (const [name, path] of [
    ['a/../../b', '/tenants/my_company/users/a%2F..%2F..%2Fb?by='],
    ['a?x=1#y', '/tenants/my_company/users/a%3Fx%3D1%23y?by='],
    ['jörg müller', '/tenants/my_company/users/j%C3%B6rg%20m%C3%BCller?by='],
  ] as const) {
    const outcome = await login(`EXTERNAL/${name}`, 'x');
    assert.ok(outcome.kind === 'authenticated', name);
    await userstores.recheckUser(tenant, outcome.user);
    assert.equal(service.calls.at(-1)?.url, path);
    assert.equal(service.calls.at(-1)?.method, 'GET');
    assert.equal(service.calls.at(-1)?.body, '');
  }
  for (const name of ['.', '..']) assert.equal((await login(`EXTERNAL/${name}`, 'x')).kind, 'refused');
});

test('a user-id with a colon can’t be sent as Basic, and is nobody', async (context) => {
  const { login, putStore } = openLoginFixture();
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, {}));
  putStore('EXTERNAL', { ...service.attributes, userCredentials: 'basic', success: { status: [200] } });
  assert.deepEqual(await login('userx:admin', 'x'), { kind: 'refused', reason: 'malformed-username' });
  assert.equal(service.calls.length, 0);
});

test('entries that contradict themselves, or would show a password, are refused with the path', () => {
  const faultsOf = (attributes: Record<string, unknown>): readonly string[] => {
    const parsed = parseEntry('userstore', { type: 'rest', url: 'https://users.example.org/', ...attributes });
    return 'faults' in parsed ? parsed.faults.map(({ path }) => path) : [];
  };
  assert.deepEqual(faultsOf({}), []);
  assert.deepEqual(faultsOf({ url: 'https://users.example.org/{username}' }), []);
  for (const [attributes, path] of [
    [{ url: 'https://users.example.org/?p={password}' }, 'url'],
    [{ url: 'https://users.example.org/?k={secret.apiKey}' }, 'url'],
    [{ url: 'https://{tenant}.example.org/' }, 'url'],
    [{ method: 'GET' }, 'method'],
    [{ encoding: 'form' }, 'request'],
    [{ userCredentials: 'basic', headers: { authorization: '{secret.key}' } }, 'headers'],
    [{ success: {} }, 'success'],
    [{ success: { path: 'a' } }, 'success'],
    [{ success: { status: [] } }, 'success.status'],
    [{ success: { status: [1000] } }, 'success.status.0'],
    [{ lookup: { url: 'https://users.example.org/', success: { status: [200] }, request: { p: '{password}' } } }, 'lookup.request'],
    [{ lookup: { url: 'https://users.example.org/' } }, 'lookup.success'],
  ] as const) {
    assert.deepEqual(faultsOf(attributes), [path], JSON.stringify(attributes));
  }
});

test('A17 no spelling of a URL lets the typed name choose the host', () => {
  const isTaken = (url: string) => 'entry' in parseEntry('userstore', { type: 'rest', url });
  for (const url of [
    'https://{username}/',
    'https://x.{tenant}/',
    'https:/{username}/',
    'https:{username}/',
    'https:\\\\{username}/',
    'https:/\\{username}/',
  ])
    assert.equal(isTaken(url), false, url);
  for (const url of ['https://users.example.org/{username}', 'https://users.example.org/a/{tenant}?name={username}'])
    assert.equal(isTaken(url), true, url);
});
