// From the URL of an API to a call, as a client goes that knows nothing else: the challenge or the well-known path, the
// document of the API, that of the issuer, sign-in, token, call; and again with a scope more. Of the run in any-api.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESOURCE_METADATA_PATH } from '../../functions/configuration/resource-metadata.ts';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import type { TestRun } from '../support/local-run.ts';
import { openPerson } from '../support/person-at-browser.ts';
import { newPkce } from '../support/sign-in-browser.ts';

type Run = Pick<TestRun, 'url' | 'outputs' | 'apis'>;

const REDIRECT_URI = 'http://127.0.0.1:49153/callback';

/** `name="value"` of a challenge. */
function parameter(challenge: string | null, name: string): string | undefined {
  return new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge ?? '')?.[1];
}

async function readJson(url: string): Promise<Readonly<Record<string, string & readonly string[]>>> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  return (await response.json()) as Readonly<Record<string, string & readonly string[]>>;
}

/** Where a client looks that was told nothing: with the path of the API behind the well-known one, then without it. */
async function findDocument(url: string): Promise<string> {
  const { origin, pathname } = new URL(url);
  for (const path of [`${RESOURCE_METADATA_PATH}${pathname}`, RESOURCE_METADATA_PATH])
    if ((await fetch(`${origin}${path}`)).status === 200) return `${origin}${path}`;
  throw new Error(`${url}: nobody says what it is`);
}

/** The three places in their order, as for an issuer with a path (RFC 8414 section 3.1, OpenID Connect Discovery section 4). */
async function findServer(issuer: string) {
  const { origin, pathname } = new URL(issuer);
  const places = [
    `${origin}/.well-known/oauth-authorization-server${pathname}`,
    `${origin}/.well-known/openid-configuration${pathname}`,
    `${issuer}/.well-known/openid-configuration`,
  ];
  const documents = await Promise.all(places.map(readJson));
  for (const document of documents) assert.deepEqual(document, documents[0]);
  assert.equal(documents[0]?.issuer, issuer);
  return documents[0];
}

/** A token for the resource, as a public client that is registered at the tenant gets one. */
async function authorize(server: Readonly<Record<string, string>>, resource: string, scope: string): Promise<string> {
  const { verifier, challenge } = newPkce();
  const of = { client_id: AGENTS.client.id, redirect_uri: REDIRECT_URI, resource };
  const asked = { ...of, response_type: 'code', scope, state: 's', code_challenge: challenge, code_challenge_method: 'S256' };
  const address = new URL(server.authorization_endpoint ?? '');
  address.search = new URLSearchParams(asked).toString();
  const { back } = await openPerson(AGENTS.user)(address);
  assert.equal(back.searchParams.get('iss'), server.issuer);
  const form = { ...of, grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', code_verifier: verifier };
  const response = await fetch(server.token_endpoint ?? '', { method: 'POST', body: new URLSearchParams(form) });
  const body = (await response.json()) as { readonly access_token: string; readonly scope: string };
  assert.equal(response.status, 200, JSON.stringify(body));
  return body.access_token;
}

const post = (url: string, token?: string) =>
  fetch(url, { method: 'POST', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

/** @param open the run */
export function testDiscovery(open: () => Run): void {
  const addressOf = (name: string): string => {
    const { apis, outputs } = open();
    return apis.find(({ apiId }) => apiId === outputs[`${name}Id`])?.url ?? '';
  };

  for (const name of ['StageTools', 'DomainTools'] as const)
    test(`${name}: from the URL to a call by the challenge, and from 403 to 200 by the scope that it names`, async () => {
      const url = name === 'StageTools' ? `${addressOf(name)}/tools` : `${open().url}/domain-tools`;
      const refused = await post(url);
      assert.equal(refused.status, 401);
      const challenge = refused.headers.get('www-authenticate');
      assert.match(refused.headers.get('access-control-expose-headers') ?? '', /WWW-Authenticate/);
      const metadataUrl = parameter(challenge, 'resource_metadata') ?? '';
      const document = await readJson(metadataUrl);
      // RFC 9728 section 3.3: what was called.
      assert.equal(document.resource, url);
      assert.deepEqual(document.scopes_supported, ['mcp:tools', 'pizza:order']);
      const server = await findServer(document.authorization_servers?.[0] ?? '');
      assert.ok(server !== undefined);
      const first = await authorize(server, url, parameter(challenge, 'scope') ?? '');
      assert.equal((await post(url, first)).status, 200);

      const lacking = await post(`${url}/orders`, first);
      const again = lacking.headers.get('www-authenticate');
      assert.deepEqual([lacking.status, parameter(again, 'error')], [403, 'insufficient_scope']);
      assert.equal(parameter(again, 'resource_metadata'), metadataUrl);
      const second = await authorize(server, url, parameter(again, 'scope') ?? '');
      assert.equal((await post(`${url}/orders`, second)).status, 200);
      // A139: for this API alone.
      for (const other of ['StageTools', 'DomainTools', 'HttpTools'].filter((each) => each !== name))
        assert.notEqual((await post(`${addressOf(other)}/${other === 'DomainTools' ? 'domain-' : ''}tools`, second)).status, 200, other);
    });

  test('on a custom domain the document is at the well-known path; below the stage there is none, and the challenge says it', async () => {
    const { origin } = new URL(open().url);
    assert.equal(await findDocument(`${origin}/domain-tools`), `${origin}${RESOURCE_METADATA_PATH}/domain-tools`);
    const { pathname } = new URL(`${addressOf('StageTools')}/tools`);
    assert.notEqual((await fetch(`${origin}${RESOURCE_METADATA_PATH}${pathname}`)).status, 200);
  });

  test('an HTTP API has its document by the token function, and no challenge', async () => {
    const url = `${addressOf('HttpTools')}/tools`;
    const refused = await post(url);
    assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, null]);
    const metadataUrl = `${addressOf('HttpTools')}${RESOURCE_METADATA_PATH}/tools`;
    const document = await readJson(metadataUrl);
    assert.deepEqual(document, {
      resource: url,
      authorization_servers: [`${open().url}/t/${AGENTS.tenant}`],
      scopes_supported: ['mcp:tools', 'pizza:order'],
      bearer_methods_supported: ['header'],
      resource_name: 'Tools',
    });
    assert.deepEqual(await readJson(`${addressOf('HttpTools')}${RESOURCE_METADATA_PATH}`), document);
    const server = await findServer(document.authorization_servers?.[0] ?? '');
    assert.ok(server !== undefined);
    const token = await authorize(server, url, 'mcp:tools pizza:order');
    assert.equal((await post(`${url}/orders`, token)).status, 200);
  });

  test('an API from an OpenAPI document, below the base path of a domain: challenge, document and entry', async () => {
    const url = addressOf('Spec');
    const refused = await fetch(`${url}/order/7`);
    const metadataUrl = parameter(refused.headers.get('www-authenticate'), 'resource_metadata') ?? '';
    assert.equal(metadataUrl, `${url}${RESOURCE_METADATA_PATH}/order`);
    const document = await readJson(metadataUrl);
    assert.deepEqual([document.resource, document.resource_documentation], [`${url}/order`, 'https://a.example/#b']);
    const server = await readJson(`${document.authorization_servers?.[0]}/.well-known/openid-configuration`);
    assert.equal(server.issuer, document.authorization_servers?.[0]);
  });

  test('a page of any origin may read the document, with a header of its own too', async () => {
    for (const [name, path] of [
      ['StageTools', `${RESOURCE_METADATA_PATH}/tools`],
      ['Spec', RESOURCE_METADATA_PATH],
      ['HttpTools', RESOURCE_METADATA_PATH],
    ]) {
      const url = `${addressOf(name ?? '')}${path}`;
      const headers = { origin: 'https://app.example' };
      const got = await fetch(url, { headers });
      assert.deepEqual(
        [got.headers.get('access-control-allow-origin'), got.headers.get('cache-control')],
        ['*', 'public, max-age=300'],
        url,
      );
      const asked = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'mcp-protocol-version' };
      const preflight = await fetch(url, { method: 'OPTIONS', headers: { ...headers, ...asked } });
      assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-headers')], [204, '*'], url);
    }
  });
}
