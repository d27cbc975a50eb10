// The demo's MCP server as it is reached through the gateway: what it says of the caller, what the specification asks of the
// endpoint, and what a token for one API is worth at the other.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { lazy } from '../../functions/shared/lazy.ts';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { askForToken, callApi, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';
import { openPerson } from '../support/person-at-browser.ts';
import { newPkce } from '../support/sign-in-browser.ts';
import { secretDigest } from '../support/token-api.ts';

let run: TestRun;
before(async () => {
  run = await startTestRun();
});
after(() => run?.close());

const REDIRECT_URI = 'http://127.0.0.1:49152/callback';

/** Signs ada in at the issuer of her tenant, as a client does that was told where it is. */
async function signIn(scope: string, resource?: string): Promise<{ readonly token: string; readonly pages: readonly string[] }> {
  const issuer = `${run.url}/t/${AGENTS.tenant}`;
  const { verifier, challenge } = newPkce();
  const address = new URL(`${issuer}/oauth2/authorize`);
  const of = { client_id: AGENTS.client.id, redirect_uri: REDIRECT_URI, ...(resource !== undefined && { resource }) };
  const asked = { ...of, response_type: 'code', scope, state: 's', code_challenge: challenge, code_challenge_method: 'S256' };
  address.search = new URLSearchParams(asked).toString();
  const { back, steps } = await openPerson(AGENTS.user)(address);
  const form = { ...of, grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', code_verifier: verifier };
  const response = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const body = (await response.json()) as { readonly access_token: string };
  assert.equal(response.status, 200, JSON.stringify(body));
  return { token: body.access_token, pages: steps.map(({ text }) => text).filter((text) => text !== '') };
}

const adas = lazy(() => signIn(`${AGENTS.scope} ${AGENTS.ordersScope}`, `${run.url}${AGENTS.path}`));
const JSON_RPC = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function call(path: string, token: string, method: string, params: object = {}, headers: Readonly<Record<string, string>> = {}) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return callApi(run.url, path, token, { method: 'POST', headers: { ...JSON_RPC, ...headers }, body });
}

test('the MCP server says who the user is and which application acts, as the verified end-user JWT says it', async () => {
  const { token, pages } = await adas();
  assert.match(pages.at(-1) ?? '', /Demo agent[\s\S]*Use tools in your name[\s\S]*Order pizza in your name/);
  const tools = await call(AGENTS.path, token, 'tools/list');
  assert.deepEqual([tools.status, tools.body.result.tools.map(({ name }: { name: string }) => name)], [200, ['whoami']]);
  const { status, body } = await call(AGENTS.path, token, 'tools/call', { name: 'whoami' });
  const whoami = { user: 'ada@agents', application: { id: 'demo-agent', name: 'Demo agent' } };
  assert.deepEqual([status, body.result.structuredContent], [200, whoami]);
  const order = await call(AGENTS.ordersPath, token, 'tools/call', { name: 'order_pizza' });
  assert.equal(order.body.result.structuredContent.orderedBy, 'ada@agents');
});

test('the MCP server answers what the specification asks of an endpoint without sessions and streams', async () => {
  const { token } = await adas();
  for (const method of ['GET', 'DELETE'])
    for (const path of [AGENTS.path, AGENTS.ordersPath]) {
      const { status, headers } = await callApi(run.url, path, token, { method });
      assert.deepEqual([status, headers.get('allow')], [405, 'POST'], `${method} ${path}`);
    }
  const faults: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
    [403, { origin: 'https://evil.example' }],
    [403, { origin: 'null' }],
    [403, { origin: `${run.url}.evil.example` }],
    [403, { origin: 'http://localhost.evil.example' }],
    [200, { origin: 'http://localhost:6274' }],
    [400, { 'mcp-protocol-version': '1999-01-01' }],
    [406, { accept: 'text/html' }],
    [415, { 'content-type': 'text/plain' }],
    [200, { origin: run.url }],
    [200, { 'mcp-protocol-version': '2025-11-25' }],
    // Of a session that this server never began, and that it does not need.
    [200, { 'mcp-session-id': 'of-another' }],
  ];
  for (const [expected, headers] of faults)
    assert.equal((await call(AGENTS.path, token, 'tools/list', {}, headers)).status, expected, JSON.stringify(headers));
  const post = (body: string) => callApi(run.url, AGENTS.path, token, { method: 'POST', headers: JSON_RPC, body });
  assert.equal((await post('{')).status, 400);
  assert.equal((await post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))).status, 202);
  assert.equal((await post(JSON.stringify({ x: 'x'.repeat(70_000) }))).status, 413);
});

test('A72 a client’s own end-user JWT is nothing to the MCP server', async () => {
  const { token } = await adas();
  const forged = `${btoa('{"alg":"none"}')}.${btoa('{"http://wso2.org/claims/enduser":"root@agents"}')}.`;
  const { body } = await call(AGENTS.path, token, 'tools/call', { name: 'whoami' }, { 'X-JWT-Assertion': forged });
  assert.equal(body.result.structuredContent.user, 'ada@agents');
});

test('after an exchange of tokens the MCP server is told who acts for whom', async () => {
  const resource = `${run.url}${AGENTS.path}`;
  const grantTypes = ['urn:ietf:params:oauth:grant-type:token-exchange'];
  const { tenant, scope } = AGENTS;
  const secrets = [{ sha256: secretDigest('planner-secret') }];
  await run.put('Clients', { clientId: 'planner', tenant, owner: 'admin', secrets, grantTypes, scopes: [scope], exchange: [resource] });
  const form = {
    grant_type: grantTypes[0] ?? '',
    subject_token: (await signIn(scope)).token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    resource,
    scope,
  };
  const headers = { authorization: `Basic ${btoa('planner:planner-secret')}` };
  const response = await fetch(`${run.url}/t/${tenant}/oauth2/token`, { method: 'POST', headers, body: new URLSearchParams(form) });
  const answer = (await response.json()) as { readonly access_token: string };
  assert.equal(response.status, 200, JSON.stringify(answer));
  const { body } = await call(AGENTS.path, answer.access_token, 'tools/call', { name: 'whoami' });
  const { user, act } = body.result.structuredContent;
  assert.deepEqual([user, act.sub], ['ada@agents', 'planner'], JSON.stringify(act));
});

test('A139 a stolen token of one API is worth nothing at the other', async () => {
  const { token } = await adas();
  const { externalUser, context, tenant, scope } = DEMO;
  const userx = await askForToken(run.url, passwordGrant(`${externalUser.username}@${tenant}`, externalUser.password, scope));
  const shop = userx.body.access_token;
  // Each is good at its own.
  assert.equal((await callApi(run.url, `${context}/menu`, shop)).status, 200);
  assert.equal((await call(AGENTS.path, token, 'tools/list')).status, 200);
  // It is of a tenant that may not call there, besides.
  for (const path of ['menu', 'whoami']) assert.equal((await callApi(run.url, `${context}/${path}`, token)).status, 403, path);
  assert.equal((await callApi(run.url, `${context}/order`, token, { method: 'POST', body: '{}' })).status, 403);
  for (const path of [AGENTS.path, AGENTS.ordersPath]) assert.equal((await call(path, shop, 'tools/list')).status, 403, path);
  // Nor is one of the same tenant that is for no API.
  const forNone = await signIn(AGENTS.scope);
  assert.equal((await call(AGENTS.path, forNone.token, 'tools/list')).status, 401);
});
