// How many calls to DynamoDB the hot requests make, counted where they arrive: the real handlers on the
// real stores, warm, a user of the primary store, opaque tokens.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAuthorizer } from '../../functions/authorizer/authorize.ts';
import type { SendOutbound } from '../../functions/outbound/outbound.ts';
import { createStores } from '../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { putEntry } from '../support/put-entry.ts';
import { authorizationQuery, newPkce, openBrowser, REDIRECT_URI } from '../support/sign-in-browser.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';
import { answerOf, demoClient, type TokenApi } from '../support/token-api.ts';
import { basic, tokenEvent } from '../support/token-events.ts';
import { API_ID, type CallOptions, restRequest, STAGE } from './authorizer/authorizer-world.ts';

const ISSUER = 'https://issuer.example';
const noNetwork = () => Promise.reject(new Error('no network in this test'));
/** An agent that nobody has registered, and the API that it is for. */
const AGENT = 'https://agents.example.com/client.json';
const MCP_RESOURCE = 'https://mcp.example.com/mcp';
const MCP = { apiId: 'mcpapi1234', path: '/mcp', method: 'POST' };
/** Documents that were fetched. */
const fetched: string[] = [];
const sendDocument: SendOutbound = async (_, { url }) => {
  fetched.push(url);
  const body = JSON.stringify({ client_id: AGENT, redirect_uris: [REDIRECT_URI], grant_types: ['authorization_code', 'refresh_token'] });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
};

let dynamoDb: TestDynamoDb;
let call: (path: string, form: Readonly<Record<string, string>>, app?: string) => Promise<Readonly<Record<string, unknown>>>;
let send: TokenApi['call'];
let authorize: (token: string, options?: CallOptions) => Promise<unknown>;

before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  const tenant = 'my_company';
  await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'tenant' });
  await putEntry(dynamoDb, 'Tenants', {
    tenant,
    entry: 'api#pizzashack',
    apiId: API_ID,
    stage: STAGE,
    context: '/pizzashack/1.0.0',
    resources: [{ path: '/menu' }],
  });
  const agents = { tenant: 'agents', issuer: 'own', signIn: {}, clientDocuments: { trustedHosts: ['agents.example.com'] } };
  await putEntry(dynamoDb, 'Tenants', { ...agents, entry: 'tenant' });
  const { apiId } = MCP;
  await putEntry(dynamoDb, 'Tenants', {
    tenant: 'agents',
    entry: 'api#mcp',
    apiId,
    stage: STAGE,
    resource: MCP_RESOURCE,
    resources: [{ path: '/mcp' }],
  });
  await putEntry(dynamoDb, 'Users', { tenant, username: 'publisher', id: 'u-1', passwordHash: await hashByArgon2id('publisher-pass') });
  await putEntry(dynamoDb, 'Users', { tenant: 'agents', username: 'ada', id: 'u-2', passwordHash: await hashByArgon2id('ada-pass') });
  await putEntry(dynamoDb, 'Clients', demoClient('demo-app', 'demo-app-secret', { scopes: [] }));
  await putEntry(dynamoDb, 'Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', { scopes: [], tokenFormat: 'jwt' }));

  // It stands still, so that the configuration stays warm.
  const clock = () => 1_900_000_000_000;
  const log = () => {};
  const { signingKeys } = openMemoryStores({ clock });
  const stores = { ...createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log }), signingKeys };
  const userstores = createUserstores({ ...stores, sendOutbound: noNetwork, tenantSecretsPrefix: 'Gatehouse/tenants/', clock, log });
  const handler = createTokenHandler({ ...stores, userstores, sendOutbound: sendDocument, issuer: ISSUER, clock, log });
  send = async (request) => answerOf(await handler(tokenEvent(request)), undefined);
  call = async (path, form, app = 'demo-app') => {
    const { statusCode, body } = await handler(tokenEvent({ path, form, headers: basic(app, `${app}-secret`) }));
    assert.equal(statusCode, 200, body);
    return body === '' ? {} : JSON.parse(body);
  };
  const authorizer = createAuthorizer({
    ...stores,
    usersKeptSeconds: 5,
    userstores: async () => userstores,
    externalJwts: noNetwork,
    issuer: ISSUER,
    authorizerCacheSeconds: 60,
    simpleResponseApis: new Set(),
    clock,
    log,
  });
  authorize = (token, options = {}) => authorizer(restRequest({ ...options, authorization: `Bearer ${token}` }));
  await authorize(String((await login()).access_token));
});
after(() => dynamoDb.close());

const login = (app?: string) =>
  call('/oauth2/token', { grant_type: 'password', username: 'publisher@my_company', password: 'publisher-pass' }, app);

/** The operations that `act` makes DynamoDB do, in order. */
async function callsOf(act: () => Promise<unknown>): Promise<string[]> {
  assert.ok(dynamoDb.calls);
  dynamoDb.calls.length = 0;
  await act();
  return [...dynamoDb.calls];
}

test('authorizer: one, whether the token was seen before or not, with the user as the Users table has it now', async () => {
  const token = String((await login()).access_token);
  // Whose it is, is not known yet; who that is, was read for another token a moment ago.
  assert.deepEqual(await callsOf(() => authorize(token)), ['GetItem']);
  assert.deepEqual(await callsOf(() => authorize(token)), ['BatchGetItem']);
  const jwt = String((await login('demo-jwt-app')).access_token);
  for (let again = 0; again < 2; again++) assert.deepEqual(await callsOf(() => authorize(jwt)), ['BatchGetItem']);
  const { access_token } = await call('/oauth2/token', { grant_type: 'client_credentials' });
  for (let again = 0; again < 2; again++) assert.deepEqual(await callsOf(() => authorize(String(access_token))), ['GetItem']);
});

test('password login: three', async () => {
  assert.equal((await callsOf(login)).length, 3);
});

test('refresh: the grant read and written, and the user in between', async () => {
  const { refresh_token } = await login();
  const calls = await callsOf(() => call('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(refresh_token) }));
  assert.deepEqual([calls[0], calls.at(-1)], ['GetItem', 'PutItem']);
  assert.ok(calls.length <= 3, calls.join(' '));
});

test('client_credentials, introspection, revocation', async () => {
  assert.deepEqual(await callsOf(() => call('/oauth2/token', { grant_type: 'client_credentials' })), ['PutItem']);
  const { access_token } = await login();
  const form = { token: String(access_token) };
  assert.deepEqual(await callsOf(() => call('/oauth2/introspect', form)), ['GetItem', 'GetItem'], 'whose token it is, and who that is');
  assert.deepEqual(await callsOf(() => call('/oauth2/introspect', form)), ['BatchGetItem']);
  assert.deepEqual(await callsOf(() => call('/oauth2/revoke', form)), ['GetItem', 'DeleteItem']);
});

test('a call of an agent that nobody has registered: one, as of any other, and its document is not fetched for it', async () => {
  const path = '/t/agents/oauth2/authorize';
  const { verifier, challenge } = newPkce();
  const browser = openBrowser({ call: send });
  const asked = { client_id: AGENT, scope: 'openid', resource: MCP_RESOURCE };
  const page = await browser.get(path, authorizationQuery(challenge, asked));
  const question = await browser.post(path, { ...page.hidden, username: 'ada', password: 'ada-pass' });
  const { sentBack } = await browser.post(path, { ...question.hidden, decision: 'allow' });
  const form = {
    grant_type: 'authorization_code',
    client_id: AGENT,
    redirect_uri: REDIRECT_URI,
    code: sentBack.code ?? '',
    code_verifier: verifier,
  };
  const { json, text } = await send({ path: '/t/agents/oauth2/token', form });
  assert.equal(typeof json.access_token, 'string', text);
  assert.deepEqual(fetched, [AGENT], 'once, for the page, the sign-in, the consent and the token');
  const token = String(json.access_token);
  const isLet = async (): Promise<void> => {
    const policy = (await authorize(token, MCP)) as {
      readonly policyDocument: { readonly Statement: readonly { readonly Effect: string }[] };
    };
    assert.equal(policy.policyDocument.Statement[0]?.Effect, 'Allow');
  };
  await isLet();
  for (let again = 0; again < 3; again++) assert.deepEqual(await callsOf(isLet), ['BatchGetItem']);
  const renewal = { grant_type: 'refresh_token', refresh_token: String(json.refresh_token), client_id: AGENT };
  const calls = await callsOf(() => send({ path: '/t/agents/oauth2/token', form: renewal }));
  // The grant, the session that it ends with, and the user, as for any client whose user signed in at the page.
  assert.ok(calls.length <= 4, calls.join(' '));
  assert.deepEqual(fetched, [AGENT]);
});
