// The metadata documents (RFC 8414): what they name works, and what works they name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTH_METHODS } from '../../../functions/configuration/entries/client-entry.ts';
import { ISSUER, openTokenApi } from '../../support/token-api.ts';

const PATHS = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];

async function readMetadata() {
  const api = openTokenApi();
  const answer = await api.call({ method: 'GET', path: PATHS[0] ?? '' });
  return {
    api,
    answer,
    json: answer.json as Readonly<Record<string, string>>,
    lists: answer.json as Readonly<Record<string, readonly string[]>>,
  };
}

test('both documents are the same, public and cacheable', async () => {
  const { api } = await readMetadata();
  const [first, second] = await Promise.all(PATHS.map((path) => api.call({ method: 'GET', path })));
  assert.equal(first?.text, second?.text);
  assert.deepEqual([first?.status, first?.headers['Cache-Control']], [200, 'public, max-age=300']);
  assert.equal(first?.headers['Content-Type'], 'application/json;charset=UTF-8');
});

test('the issuer is the configured one, and every endpoint lies below it', async () => {
  const { json } = await readMetadata();
  assert.equal(json.issuer, ISSUER);
  const endpoints = Object.entries(json).filter(([name]) => /_(endpoint|uri)$/.test(name));
  assert.deepEqual(Object.fromEntries(endpoints), {
    token_endpoint: `${ISSUER}/oauth2/token`,
    revocation_endpoint: `${ISSUER}/oauth2/revoke`,
    introspection_endpoint: `${ISSUER}/oauth2/introspect`,
    authorization_endpoint: `${ISSUER}/oauth2/authorize`,
    end_session_endpoint: `${ISSUER}/oauth2/logout`,
    userinfo_endpoint: `${ISSUER}/oauth2/userinfo`,
    jwks_uri: `${ISSUER}/oauth2/jwks`,
  });
});

test('every endpoint that is named answers', async () => {
  const { api, json } = await readMetadata();
  for (const [name, url] of Object.entries(json).filter(([member]) => /_(endpoint|uri)$/.test(member))) {
    const method = name === 'jwks_uri' || name === 'userinfo_endpoint' ? 'GET' : 'POST';
    const { status } = await api.call({ method, path: url.slice(ISSUER.length), ...(method === 'POST' && { form: {} }) });
    assert.ok(status !== 404 && status !== 405 && status < 500, `${name}: ${status}`);
  }
});

test('every grant that is named is one that the endpoint knows', async () => {
  const { api, lists } = await readMetadata();
  for (const grantType of lists.grant_types_supported ?? [])
    assert.notEqual((await api.token({ grant_type: grantType })).json.error, 'unsupported_grant_type', grantType);
  assert.equal((await api.token({ grant_type: 'implicit' })).json.error, 'unsupported_grant_type');
});

test('client authentication is named for each endpoint, and none of it for introspection is `none`', async () => {
  const { lists } = await readMetadata();
  const named = lists.token_endpoint_auth_methods_supported ?? [];
  for (const method of named)
    assert.ok(
      AUTH_METHODS.some((known) => known === method),
      method,
    );
  assert.ok(named.includes('client_secret_basic') && named.includes('client_secret_post') && named.includes('none'));
  assert.deepEqual(lists.revocation_endpoint_auth_methods_supported, named);
  assert.deepEqual(
    lists.introspection_endpoint_auth_methods_supported,
    named.filter((method) => method !== 'none'),
  );
});

const MUTUAL_TLS_URL = 'https://mtls.example.com';

test('tls_client_auth is named where the deployment says that mutual TLS leads to it', async () => {
  for (const options of [{ mutualTlsUrl: MUTUAL_TLS_URL }, {}]) {
    const { json } = await openTokenApi(options).call({ method: 'GET', path: PATHS[0] ?? '' });
    const named = json.token_endpoint_auth_methods_supported as readonly string[];
    assert.equal(named.includes('tls_client_auth'), options.mutualTlsUrl !== undefined);
    assert.ok(named.includes('private_key_jwt'));
  }
});

test('every endpoint that authenticates has an alias for clients with a certificate, and nothing else has (RFC 8705 section 5)', async () => {
  const { json } = await openTokenApi({ mutualTlsUrl: MUTUAL_TLS_URL }).call({ method: 'GET', path: PATHS[0] ?? '' });
  const aliases = json.mtls_endpoint_aliases as Readonly<Record<string, string>>;
  const authenticating = Object.keys(json).flatMap((name) => /^(.*_endpoint)_auth_methods_supported$/.exec(name)?.[1] ?? []);
  assert.deepEqual(Object.keys(aliases).sort(), authenticating.sort());
  for (const [name, url] of Object.entries(aliases)) assert.equal(url, String(json[name]).replace(ISSUER, MUTUAL_TLS_URL));
  // Keys and metadata are for all: at the issuer.
  assert.ok(String(json.jwks_uri).startsWith(ISSUER));
  assert.equal((await readMetadata()).json.mtls_endpoint_aliases, undefined);
});

test('every alias answers', async () => {
  const api = openTokenApi({ mutualTlsUrl: MUTUAL_TLS_URL });
  const { json } = await api.call({ method: 'GET', path: PATHS[0] ?? '' });
  for (const url of Object.values(json.mtls_endpoint_aliases as Record<string, string>)) {
    const { status } = await api.call({ path: url.slice(MUTUAL_TLS_URL.length), form: {} });
    assert.ok(status !== 404 && status !== 405 && status < 500, `${url}: ${status}`);
  }
});

test('the only response type is code, with PKCE by S256 and `iss` in every answer', async () => {
  const { json } = await readMetadata();
  assert.deepEqual([json.response_types_supported, json.code_challenge_methods_supported], [['code'], ['S256']]);
  assert.equal(json.authorization_response_iss_parameter_supported, true);
});

test('signing algorithms are named wherever private_key_jwt is, and none of them is none', async () => {
  const { lists } = await readMetadata();
  for (const endpoint of ['token', 'revocation', 'introspection']) {
    assert.ok(lists[`${endpoint}_endpoint_auth_methods_supported`]?.includes('private_key_jwt'));
    const algorithms = lists[`${endpoint}_endpoint_auth_signing_alg_values_supported`] ?? [];
    assert.ok(algorithms.length > 0 && !algorithms.includes('none') && !algorithms.some((alg) => alg.startsWith('HS')));
  }
});

test('keys and metadata answer HEAD as they answer GET, with no body', async () => {
  const { api } = await readMetadata();
  for (const path of [...PATHS, '/oauth2/jwks', '/.well-known/jwks.json']) {
    const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => api.call({ method, path })));
    assert.deepEqual([head?.status, head?.headers, head?.text], [200, get?.headers, '']);
    const post = await api.call({ method: 'POST', path, form: {} });
    assert.deepEqual([post.status, post.headers.Allow], [405, 'GET, HEAD, OPTIONS']);
  }
});

test('a tenant’s own document has what an agent looks for, at each of its places, and the APIs that it gives tokens for', async () => {
  const api = openTokenApi();
  const resource = 'https://tools.example/mcp';
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', issuer: 'own', signIn: {} });
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'api#tools', apiId: 'abc123', stage: 'prod', resource, resources: [] });
  const own = '/t/my_company';
  // RFC 8414 section 3.1, then OpenID Connect Discovery section 4: the order in which clients look.
  for (const path of [...PATHS.map((known) => `${known}${own}`), ...PATHS.map((known) => `${own}${known}`)]) {
    const { status, headers, json } = await api.call({ method: 'GET', path });
    assert.deepEqual([status, headers['Access-Control-Allow-Origin'], json.issuer], [200, '*', `${ISSUER}${own}`], path);
    for (const endpoint of ['authorization', 'token', 'revocation'])
      assert.match(String(json[`${endpoint}_endpoint`]), new RegExp(`^${ISSUER}${own}/oauth2/`), path);
    assert.deepEqual(json.code_challenge_methods_supported, ['S256'], path);
    assert.equal(json.authorization_response_iss_parameter_supported, true, path);
    const { grant_types_supported: grants, scopes_supported: scopes, token_endpoint_auth_methods_supported: methods } = json;
    assert.ok(
      ['authorization_code', 'refresh_token'].every((grant) => (grants as string[]).includes(grant)),
      path,
    );
    assert.ok((scopes as string[]).includes('order:write') && (scopes as string[]).includes('offline_access'), path);
    assert.ok((methods as string[]).includes('none'), path);
    assert.deepEqual(json.protected_resources, [resource], path);
  }
  const shared = await api.call({ method: 'GET', path: PATHS[0] ?? '' });
  assert.equal(shared.json.protected_resources, undefined);
});
