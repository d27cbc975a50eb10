// Workloads as clients on the running system: every platform's token in its documented shape, with keys that are fetched by
// HTTP, from the token endpoint to the introspection, at the shared issuer and at the tenant's own; and an agent without a
// user, made with the official SDK of MCP, that has its platform's token and the URL of a server.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { StaticPrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRun, type TestRun } from '../support/local-run.ts';
import { issuerEntryOf, PLATFORMS, type Platform, workloadClient, workloadForm, workloadToken } from '../support/workloads.ts';

const TENANT = 'workload-co';

let run: TestRun;
let keyServer: Server;

before(async () => {
  keyServer = createServer((request, response) => {
    const platform = PLATFORMS[Number(/^\/keys\/(\d+)$/.exec(request.url ?? '')?.[1])];
    response.end(JSON.stringify({ keys: platform === undefined ? [] : [platform.jwk] }));
  });
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  run = await startTestRun();
  const { port } = keyServer.address() as AddressInfo;
  const entries = PLATFORMS.map((platform, at) => ({
    issuer: issuerEntryOf(platform, TENANT, {
      jwksUri: `http://127.0.0.1:${port}/keys/${at}`,
      allowPlaintext: true,
      allowPrivateAddress: true,
    }),
    client: workloadClient(ofOneIssuer(platform, at), `job-${at}`, TENANT, { introspection: true, scopes: [] }),
  }));
  for (const [at, { issuer, client }] of entries.entries()) {
    await run.put('Tenants', { ...issuer, entry: `issuer#${ofOneIssuer(PLATFORMS[at] as Platform, at).workload.issuer}` });
    await run.put('Clients', client);
  }
  await run.put('Tenants', { tenant: TENANT, entry: 'tenant', issuer: 'own' });
});
after(async () => {
  keyServer.closeAllConnections();
  keyServer.close();
  await run?.close();
});

/** Platforms that share an issuer, or a workload, get one each: a trust domain or a host more. */
const ofOneIssuer = (platform: Platform, at: number): Platform => {
  const { issuer, subject } = platform.workload;
  const isTrustDomain = issuer.startsWith('spiffe://');
  return { ...platform, workload: isTrustDomain ? { issuer, subject } : { issuer: `${issuer}/n${at}`, subject } };
};

async function post(path: string, form: Readonly<Record<string, string>>) {
  const answer = await fetch(`${run.url}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

for (const [at, original] of PLATFORMS.entries()) {
  test(`on the running system a workload of ${original.name} is its client, with client_id and without`, async () => {
    const platform = ofOneIssuer(original, at);
    const nowSeconds = Math.floor(Date.now() / 1000);
    for (const below of ['', `/t/${TENANT}`]) {
      const token = await workloadToken(platform, { audience: `${run.url}${below}`, nowSeconds });
      for (const more of [{ client_id: `job-${at}` }, {}]) {
        const { status, json } = await post(`${below}/oauth2/token`, workloadForm(platform, token, more));
        assert.deepEqual([status, json.token_type], [200, 'Bearer'], JSON.stringify(json));
        const { grant_type: _, ...proof } = workloadForm(platform, token, more);
        const introspected = await post(`${below}/oauth2/introspect`, { ...proof, token: String(json.access_token) });
        assert.deepEqual([introspected.json.active, introspected.json.client_id], [true, `job-${at}`]);
      }
      const other = below === '' ? `/t/${TENANT}` : '';
      assert.equal((await post(`${other}/oauth2/token`, workloadForm(platform, token))).json.error, 'invalid_client');
    }
  });
}

test('an agent that nobody signs in calls a tool by its service account, with the SDK of MCP as it comes from npm', async (context) => {
  const at = PLATFORMS.findIndex(({ name }) => name === 'EKS');
  const platform = ofOneIssuer(PLATFORMS[at] as Platform, at);
  const { port } = keyServer.address() as AddressInfo;
  const local = { jwksUri: `http://127.0.0.1:${port}/keys/${at}`, allowPlaintext: true, allowPrivateAddress: true };
  // Another subject than that of the client above: no two may claim one.
  const agent: Platform = { ...platform, workload: { ...platform.workload, subject: 'system:serviceaccount:agents:nightly' } };
  await run.put('Tenants', issuerEntryOf(agent, AGENTS.tenant, local));
  await run.put('Clients', workloadClient(agent, 'nightly-agent', AGENTS.tenant, { scopes: [AGENTS.scope] }));
  const expectedIssuer = `${run.url}/t/${AGENTS.tenant}`;
  const authProvider = new StaticPrivateKeyJwtProvider({
    clientId: 'nightly-agent',
    jwtBearerAssertion: await workloadToken(agent, { audience: expectedIssuer, nowSeconds: Math.floor(Date.now() / 1000) }),
    scope: AGENTS.scope,
    expectedIssuer,
  });
  // The SDK sends no client_id, and what the function knows of workloads and tenants may be some seconds old.
  const client = await eventually(20, async () => {
    const opened = new Client({ name: 'nightly', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(`${run.url}${AGENTS.path}`), { authProvider });
    await opened.connect(transport as Parameters<Client['connect']>[0]);
    return opened;
  });
  context.after(() => client.close());
  const answer = await client.callTool({ name: 'whoami', arguments: {} });
  assert.match(JSON.stringify(answer), /nightly-agent/);
  assert.equal(authProvider.tokens()?.scope, AGENTS.scope);
});
