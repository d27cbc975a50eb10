// The document of a protected HTTP API (RFC 9728), made from its entry: which API it is says the event alone, and what is not
// said is not made up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerProtectedResource, type MetadataEvent } from '../../../functions/token/protected-resource.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';

const ISSUER = 'https://issuer.example';
const PATH = '/.well-known/oauth-protected-resource';
const API = { apiId: 'abc123', stage: '$default', resources: [] };

const tools = (path: string, more: object = {}) => ({
  ...API,
  resource: `https://tools.example${path}`,
  discovery: { metadataUrl: `https://tools.example${PATH}${path}`, ...more },
});

function open() {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const stores = openMemoryStores({ clock: () => 0 });
  const log = (_: string, __: string, fields?: object) => void lines.push({ ...fields });
  const put = (tenant: string, entry: string, item: object) => stores.put('Tenants', { tenant, entry, ...item });
  const ask = async (routeKey: string, changes: { readonly method?: string; readonly stage?: string; readonly apiId?: string } = {}) => {
    const { method = 'GET', stage = '$default', apiId = 'abc123' } = changes;
    const event: MetadataEvent = { routeKey, requestContext: { apiId, stage, requestId: 'r-1', http: { method, sourceIp: '192.0.2.1' } } };
    // What a client can write is there as well, and changes nothing (A63).
    const forged = { ...event, headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' }, rawPath: '/evil', body: 'x' };
    const answer = await answerProtectedResource({ ...stores, issuer: ISSUER, clock: () => 0, log }, forged);
    return { status: answer.statusCode, headers: answer.headers ?? {}, body: answer.body, json: () => JSON.parse(answer.body) };
  };
  return { stores, put, ask, lines };
}

test('A63 the document says the resource, its issuer and what the entry describes, and nothing of the request', async () => {
  const { put, ask, lines } = open();
  put('acme', 'tenant', { issuer: 'own' });
  put('acme', 'api#tools', tools('/mcp', { scopes: ['a', 'b'], name: 'Tools', documentation: 'https://help.example/' }));
  for (const key of [`ANY ${PATH}/mcp`, `GET ${PATH}/mcp`, `ANY ${PATH}`]) {
    const { status, headers, json } = await ask(key);
    assert.deepEqual([status, headers['Cache-Control'], headers['Access-Control-Allow-Origin']], [200, 'public, max-age=300', '*']);
    assert.deepEqual(json(), {
      resource: 'https://tools.example/mcp',
      authorization_servers: [`${ISSUER}/t/acme`],
      scopes_supported: ['a', 'b'],
      bearer_methods_supported: ['header'],
      resource_name: 'Tools',
      resource_documentation: 'https://help.example/',
    });
  }
  assert.deepEqual([lines[0]?.outcome, lines[0]?.endpoint, lines[0]?.sourceAddress], ['ok', PATH, '192.0.2.1']);
});

test('the issuer is the one of the entry, else the tenant’s own, else that of the deployment', async () => {
  const { put, ask } = open();
  const issuer = async () => (await ask(`ANY ${PATH}`)).json().authorization_servers[0];
  put('acme', 'tenant', {});
  put('acme', 'api#tools', tools(''));
  assert.equal(await issuer(), ISSUER);
  put('acme', 'tenant', { issuer: 'own' });
  assert.equal(await issuer(), `${ISSUER}/t/acme`);
  put('acme', 'api#tools', tools('', { authorizationServer: 'https://other.example/x' }));
  assert.equal(await issuer(), 'https://other.example/x');
});

test('A108 no document for another API, stage, path or route, an entry that is wrong or says nothing, and for what two claim', async () => {
  const { put, ask, lines } = open();
  put('acme', 'tenant', {});
  put('acme', 'api#tools', tools('/mcp'));
  assert.equal((await ask(`ANY ${PATH}/mcp`)).status, 200);
  const refused = async (key: string, changes = {}) => {
    const { status, headers } = await ask(key, changes);
    assert.deepEqual([status, headers['Cache-Control']], [404, 'no-store'], `${key} ${JSON.stringify(changes)}`);
    assert.equal(lines.at(-1)?.reason, 'no-protected-resource');
  };
  await refused(`ANY ${PATH}/mcp`, { apiId: 'other1' });
  await refused(`ANY ${PATH}/mcp`, { stage: 'prod' });
  await refused(`ANY ${PATH}/mc`);
  await refused(`ANY ${PATH}/mcp/more`);
  for (const key of ['$default', 'ANY /oauth2/token', `POST ${PATH}/mcp`, `ANY /x${PATH}/mcp`]) await refused(key);
  put('acme', 'api#tools', { ...tools('/mcp'), discovery: undefined });
  await refused(`ANY ${PATH}/mcp`);
  put('acme', 'api#tools', { ...tools('/mcp'), misspelt: true });
  await refused(`ANY ${PATH}/mcp`);
  put('acme', 'api#tools', tools('/mcp'));
  put('evil', 'api#tools', tools('/mcp', { authorizationServer: 'https://evil.example' }));
  await refused(`ANY ${PATH}/mcp`);
  put('#apis', 'abc123/$default', { owner: 'acme' });
  assert.equal((await ask(`ANY ${PATH}/mcp`)).json().authorization_servers[0], ISSUER);
});

test('of several resources at one API each is at its own path, and none at the root', async () => {
  const { put, ask } = open();
  put('acme', 'tenant', {});
  put('acme', 'api#one', { ...tools('/one'), context: '/one' });
  put('acme', 'api#two', { ...tools('/two'), context: '/two' });
  assert.equal((await ask(`ANY ${PATH}/two`)).json().resource, 'https://tools.example/two');
  assert.equal((await ask(`ANY ${PATH}`)).status, 404);
});

test('HEAD has no body, OPTIONS is a preflight, other methods are told which there are, and an outage is no 404', async () => {
  const { put, ask, stores, lines } = open();
  put('acme', 'tenant', {});
  put('acme', 'api#tools', tools(''));
  const head = await ask(`ANY ${PATH}`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
  const preflight = await ask(`ANY ${PATH}`, { method: 'OPTIONS' });
  assert.deepEqual([preflight.status, preflight.headers['Access-Control-Allow-Headers']], [204, '*']);
  const posted = await ask(`ANY ${PATH}`, { method: 'POST' });
  assert.deepEqual([posted.status, posted.headers.Allow], [405, 'GET, HEAD, OPTIONS']);
  stores.failing.add('Tenants');
  const down = await ask(`ANY ${PATH}`);
  assert.deepEqual([down.status, down.headers['Retry-After'], lines.at(-1)?.dependency], [503, '5', 'dynamodb']);
});
