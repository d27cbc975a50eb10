// What RFC 6749 section 3.1 asks of the authorization endpoint itself: methods, parameters, redirect URIs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, signIn } from '../../../support/sign-in-browser.ts';
import { demoClient } from '../../../support/token-api.ts';

const AUTHORIZE = '/oauth2/authorize';
const query = (changes: Readonly<Record<string, string>> = {}) => authorizationQuery(newPkce().challenge, changes);
const ACROSS_URIS = ['https://app.example/cb?tenant=1', 'https://app.example/two'];

/** A client with several redirect URIs, one of them with a query. */
function openWithUris(redirectUris: readonly string[]) {
  const api = openSignInApi();
  const client = { secrets: [], authMethods: ['none'], firstParty: true, grantTypes: ['authorization_code'], redirectUris };
  api.stores.put('Clients', demoClient('uris', '', client));
  return openBrowser(api);
}

describe('the authorization endpoint', () => {
  test('a parameter that is read may stand there once, and what is not read is ignored however often', async () => {
    const browser = openBrowser(openSignInApi());
    for (const name of ['client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'response_type', 'code_challenge']) {
      const twice = { ...query(), [name]: [query()[name] ?? '', 'again'] };
      const answer = await browser.get(AUTHORIZE, twice);
      assert.deepEqual([answer.status, answer.line.reason, answer.headers.Location], [400, 'repeated-parameter', undefined], name);
    }
    assert.equal((await browser.get(AUTHORIZE, { ...query(), foo: ['1', '2'] })).status, 200);
  });

  test('a parameter without a value is as if it were not there', async () => {
    const browser = openBrowser(openSignInApi());
    const answer = await browser.get(AUTHORIZE, query({ state: '', response_type: '' }));
    assert.deepEqual(
      [answer.sentBack.error, answer.sentBack.state, answer.line.reason],
      ['invalid_request', undefined, 'missing-response-type'],
    );
    assert.equal((await browser.get(AUTHORIZE, query({ prompt: '', max_age: '', nonce: '' }))).status, 200);
  });

  test('the query of a redirect URI stays, and the answer is added to it', async () => {
    const browser = openWithUris(ACROSS_URIS);
    const sent = await signIn(browser, query({ client_id: 'uris', redirect_uri: ACROSS_URIS[0] ?? '' }));
    assert.ok(sent.headers.Location?.startsWith('https://app.example/cb?tenant=1&code=gac_'), sent.headers.Location);
  });

  test('of several redirect URIs the client must name one; the only one may be left out', async () => {
    const several = await openWithUris(ACROSS_URIS).get(AUTHORIZE, query({ client_id: 'uris', redirect_uri: '' }));
    assert.deepEqual([several.status, several.line.reason], [400, 'missing-redirect-uri']);
    const none = await openWithUris([]).get(AUTHORIZE, query({ client_id: 'uris', redirect_uri: '' }));
    assert.deepEqual([none.status, none.line.reason], [400, 'missing-redirect-uri']);
    const one = await openWithUris(ACROSS_URIS.slice(1)).get(AUTHORIZE, query({ client_id: 'uris', redirect_uri: '' }));
    assert.equal(one.status, 200);
  });

  test('error and error_description keep to their characters', async () => {
    const browser = openBrowser(openSignInApi());
    for (const changes of [{ response_type: 'ü' }, { scope: '"' }, { prompt: 'x' }, { code_challenge: '' }, { nonce: 'n'.repeat(3000) }]) {
      const { sentBack } = await browser.get(AUTHORIZE, query(changes));
      assert.match(sentBack.error ?? '', /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
      assert.match(sentBack.error_description ?? '', /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
      assert.deepEqual([sentBack.state, sentBack.error_uri], ['st-1', undefined]);
    }
  });

  test('no other page may read what it answers', async () => {
    const api = openSignInApi();
    const answer = await api.call({ method: 'GET', path: AUTHORIZE, query: query(), headers: { Origin: 'https://app.example' } });
    assert.equal(answer.status, 200);
    assert.ok(!Object.keys(answer.headers).some((name) => name.toLowerCase().startsWith('access-control-')));
  });
});
