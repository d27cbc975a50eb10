// A119, A129, A138: what people are shown of a client that a document describes, and where they are sent.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AUTHORIZE, ask, assertRefused } from '../support/document-attacks.ts';
import {
  allow,
  CALLBACK,
  type DocumentHost,
  documentOf,
  documentQuery,
  LOOPBACK_DOCUMENTS,
  OWN,
  openDocumentApi,
  openDocumentHost,
  putTenant,
  redeemCode,
  toConsent,
} from '../support/document-host.ts';
import { newPkce, openBrowser } from '../support/sign-in-browser.ts';

let host: DocumentHost;
before(async () => {
  host = await openDocumentHost();
});
after(() => host.close());

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
