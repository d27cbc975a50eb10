// How browsers come to the page: by a form that another site posts, with what is too long, and when something is down.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { runWithin } from '../../../../functions/shared/time-budget.ts';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, signIn } from '../../../support/sign-in-browser.ts';

const AUTHORIZE = '/oauth2/authorize';
const crossSite = { Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' };
const query = (changes: Readonly<Record<string, string>> = {}) => authorizationQuery(newPkce().challenge, changes);

describe('an authorization request that another site posts brings no cookie (SameSite=Lax):', () => {
  test('A121 it asks once more by GET, touches no cookie, and finds the session', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    await signIn(browser, query());
    const before = new Map(browser.jar);
    const asked = query({ state: 'ä&=+ %' });
    // What the browser sends where the cookies are kept back.
    const posted = await openBrowser(api).post(AUTHORIZE, { ...asked, unknown: 'x' }, crossSite);
    assert.deepEqual([posted.status, posted.cookies, posted.text], [303, [], '']);
    assert.ok(posted.headers.Location?.startsWith('authorize?'));
    assert.deepEqual(posted.sentBack, asked);
    const sent = await browser.get(AUTHORIZE, posted.sentBack);
    assert.match(sent.sentBack.code ?? '', /^gac_/);
    assert.deepEqual(browser.jar, before);
  });

  test('A120 name and password that a form without our seal holds get into no address', async () => {
    const api = openSignInApi();
    const fields = { username: 'userx', password: 'mypass', new_password: 'secret-1', repeated_password: 'secret-1', decision: 'allow' };
    const posted = await openBrowser(api).post(AUTHORIZE, { ...query(), ...fields }, crossSite);
    assert.equal(posted.status, 303);
    assert.doesNotMatch(posted.headers.Location ?? '', /userx|mypass|secret-1|password|decision/);
    assert.doesNotMatch(JSON.stringify(api.lines), /mypass|secret-1/);
    assert.equal(api.users.calls.authenticate.length, 0);
  });

  test('each resource is kept', async () => {
    const api = openSignInApi();
    const resources = ['https://api.example/a', 'https://api.example/b?x=1'];
    const form = new URLSearchParams([...Object.entries(query()), ...resources.map((one): [string, string] => ['resource', one])]);
    const { status, headers } = await api.call({ path: AUTHORIZE, form: form.toString(), headers: crossSite });
    assert.equal(status, 303);
    assert.deepEqual(new URL(headers.Location ?? '', 'https://issuer.example').searchParams.getAll('resource'), resources);
  });

  test('what does not fit into a URL is refused in words', async () => {
    const answer = await openBrowser(openSignInApi()).post(AUTHORIZE, query({ id_token_hint: 'h'.repeat(7000) }), crossSite);
    assert.deepEqual([answer.status, answer.line.reason, answer.cookies], [400, 'request-too-long', []]);
    assert.match(answer.text, /^<!doctype html>[\s\S]*are too long, all together/);
  });

  test('with a cookie it is answered at once', async () => {
    const api = openSignInApi();
    const browser = openBrowser(api);
    await browser.get(AUTHORIZE, query());
    const page = await browser.post(AUTHORIZE, query());
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>Sign in to My Company/);
  });
});

describe('a browser is shown a page, whatever goes wrong:', () => {
  const slow = () => openSignInApi({ adapt: (stores) => ({ ...stores, clients: { findClient: () => new Promise(() => {}) } }) });

  for (const path of ['/oauth2/authorize', '/authorize', '/oauth2/logout'])
    test(`${path}: no time is left`, async () => {
      const answer = await runWithin(20, () => openBrowser(slow(), { language: 'de' }).get(path, { ...query(), client_id: 'web-app' }));
      assert.deepEqual([answer.status, answer.headers['Retry-After'], answer.line.dependency], [503, '5', 'time-budget']);
      assert.match(answer.headers['Content-Type'] ?? '', /^text\/html/);
      assert.match(answer.headers['Content-Security-Policy'] ?? '', /frame-ancestors 'none'/);
      assert.match(answer.text, /Die Anmeldung ist gerade nicht möglich/);
    });

  test('an application is told the same in JSON', async () => {
    const answer = await runWithin(20, () => slow().token({ grant_type: 'client_credentials' }));
    assert.deepEqual([answer.status, answer.json.error], [503, 'temporarily_unavailable']);
  });

  test('there is no such method', async () => {
    const answer = await openSignInApi().call({ method: 'PUT', path: AUTHORIZE });
    assert.deepEqual([answer.status, answer.headers.Allow], [405, 'GET, POST, OPTIONS']);
    assert.match(answer.text, /^<!doctype html>/);
  });

  test('a store of its own issuer does not answer', async () => {
    const findTenant = () => Promise.reject(new Unavailable('dynamodb', 'timeout'));
    const api = openSignInApi({ adapt: (stores) => ({ ...stores, tenants: { ...stores.tenants, findTenant } }) });
    const answer = await openBrowser(api).get('/t/my_company/oauth2/authorize', query());
    assert.equal(answer.status, 503);
    assert.match(answer.text, /^<!doctype html>/);
  });
});
