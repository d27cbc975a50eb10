// How often each request of a warm function calls the tables: the real stores and userstores, on dynalite.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStores } from '../../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../../functions/token/handler.ts';
import { createUserstores } from '../../../functions/userstores/index.ts';
import { hashPassword } from '../../../functions/userstores/password-hashes/index.ts';
import { startDynamoDb } from '../../support/dynamodb.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';
import { putEntry } from '../../support/put-entry.ts';
import { authorizationQuery, newPkce, openBrowser, REDIRECT_URI } from '../../support/sign-in-browser.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../support/tables.ts';
import { answerOf, demoClient } from '../../support/token-api.ts';
import { basic, type TokenCall, tokenEvent } from '../../support/token-events.ts';

/** The token function on the tables that the environment names, with the clock at rest. */
function openHandler() {
  const clock = () => 1_900_000_000_000;
  const log = () => {};
  const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log });
  const sendOutbound = () => Promise.reject(new Error('no network in this test'));
  return createTokenHandler({
    ...stores,
    signingKeys: openMemoryStores({ clock }).signingKeys,
    userstores: createUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: 'Gatehouse/tenants/', clock, log }),
    sendOutbound,
    issuer: 'https://issuer.example',
    clock,
    log,
  });
}

test('a login calls the tables three times at most; a renewal twice, and once for the user; a check twice at first', async (t) => {
  const dynamoDb = await startDynamoDb();
  t.after(() => dynamoDb.close());
  useTablesAt(dynamoDb.endpoint);
  await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', entry: 'tenant' });
  await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', entry: 'scope#order:write' });
  await putEntry(dynamoDb, 'Clients', demoClient('demo-app', 'demo-app-secret'));
  const passwordHash = await hashPassword('publisher-pass');
  await putEntry(dynamoDb, 'Users', { tenant: 'my_company', username: 'publisher', id: 'p-1', passwordHash });
  const handler = openHandler();
  const ask = async (path: string, form: Record<string, string>) => {
    dynamoDb.calls?.splice(0);
    const { statusCode, body } = await handler(tokenEvent({ path, form, headers: basic('demo-app', 'demo-app-secret') }));
    assert.equal(statusCode, 200, body);
    return { json: body === '' ? {} : JSON.parse(body), calls: [...(dynamoDb.calls ?? [])] };
  };
  const login = () => ask('/oauth2/token', { grant_type: 'password', username: 'publisher', password: 'publisher-pass' });
  await login();
  const { json, calls: loginCalls } = await login();
  const renewal = await ask('/oauth2/token', { grant_type: 'refresh_token', refresh_token: json.refresh_token });
  const application = await ask('/oauth2/token', { grant_type: 'client_credentials' });
  // A hint that misleads costs nothing (RFC 7009 section 5).
  const hinted = { token: renewal.json.access_token, token_type_hint: 'refresh_token' };
  const introspection = await ask('/oauth2/introspect', hinted);
  const revocation = await ask('/oauth2/revoke', hinted);
  t.diagnostic(JSON.stringify({ loginCalls, renewal: renewal.calls, application: application.calls, introspection: introspection.calls }));
  assert.ok(loginCalls.length <= 3, `login: ${loginCalls}`);
  // Read and rotate the grant; ask after a user of the primary store. A lock of logins is not asked (A93).
  assert.ok(renewal.calls.length <= 3, `renewal: ${renewal.calls}`);
  assert.ok(application.calls.length <= 1, `client_credentials: ${application.calls}`);
  // An opaque token does not say whose it is: at first sight its user is a second read.
  assert.ok(introspection.calls.length <= 2, `introspection: ${introspection.calls}`);
  assert.ok(revocation.calls.length <= 2, `revocation: ${revocation.calls}`);
});

test('a sign-in at the page writes twice from the click to the tokens, but for the count of the attempt', async (t) => {
  const dynamoDb = await startDynamoDb();
  t.after(() => dynamoDb.close());
  useTablesAt(dynamoDb.endpoint);
  await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', entry: 'tenant', signIn: {} });
  await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', entry: 'scope#order:write' });
  const webApp = {
    authMethods: ['none'],
    firstParty: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [REDIRECT_URI],
  };
  await putEntry(dynamoDb, 'Clients', { clientId: 'web-app', tenant: 'my_company', ...webApp });
  await putEntry(dynamoDb, 'Users', {
    ...{ tenant: 'my_company', username: 'publisher', id: 'p-1' },
    passwordHash: await hashPassword('publisher-pass'),
  });
  const handler = openHandler();
  const call = async (request: TokenCall) => answerOf(await handler(tokenEvent(request)), undefined);
  const browser = openBrowser({ call });
  const signIn = async () => {
    for (const name of browser.jar.keys()) if (name.includes('session')) browser.jar.delete(name);
    const { verifier, challenge } = newPkce();
    const page = await browser.get('/oauth2/authorize', authorizationQuery(challenge, { scope: 'openid' }));
    dynamoDb.calls?.splice(0);
    const sent = await browser.post('/oauth2/authorize', { ...page.hidden, username: 'publisher', password: 'publisher-pass' });
    const form = { grant_type: 'authorization_code', client_id: 'web-app', code: sent.sentBack.code ?? '', redirect_uri: REDIRECT_URI };
    const tokens = await call({ path: '/oauth2/token', form: { ...form, code_verifier: verifier } });
    assert.equal(tokens.status, 200, tokens.text);
    return [...(dynamoDb.calls ?? [])];
  };
  await signIn();
  const calls = await signIn();
  t.diagnostic(JSON.stringify(calls));
  const writes = calls.filter((name) => /^(Put|Update|Delete|BatchWrite)Item$/.test(name));
  // The attempt is counted before the password is looked at (A12); session, code and place in one call; the redemption.
  assert.deepEqual(writes, ['UpdateItem', 'BatchWriteItem', 'PutItem']);
  assert.ok(calls.length <= 7, `${calls}`);
});
