// The check of infra/gatehouse/authorizers/DISCOVERY-URL.md, run as it stands there against a tenant's own issuer: what a gateway
// makes of our tokens that is given a discovery URL, and lists of what a token must say.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type IssuerMode, issuerOf, startTokenServer } from '../support/token-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'infra/gatehouse/authorizers/DISCOVERY-URL.md'), 'utf8');
const RESOURCE = 'https://acme.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp';

type Lists = Readonly<Partial<Record<'allowedAudience' | 'allowedClients' | 'allowedScopes', readonly string[]>>>;
type Check = (token: string, lists: Lists & { readonly discoveryUrl: string }) => Promise<Readonly<Record<string, unknown>>>;

const jsonBlocks = [...PAGE.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => JSON.parse(text) as Record<string, unknown>);

test('the page’s check takes tokens of the tenant’s issuer that say what is listed, and no others', async (t) => {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
  writeFileSync(join(folder, 'check.mjs'), code);
  const { check } = (await import(pathToFileURL(join(folder, 'check.mjs')).href)) as { readonly check: Check };

  const { api, issuer: shared } = await startTokenServer(t);
  const [tenant, resource] = jsonBlocks;
  for (const entry of [tenant, resource]) api.stores.put('Tenants', { ...entry, tenant: 'my_company' });
  const discoveryUrlOf = (mode: IssuerMode) => `${issuerOf(shared, mode)}/.well-known/openid-configuration`;
  const discoveryUrl = discoveryUrlOf('own');
  const tokenOf = async (mode: IssuerMode, more: Readonly<Record<string, string>>): Promise<string> => {
    const form = { grant_type: 'password', username: 'userx', password: 'mypass', scope: 'order:write', ...more };
    const authorization = `Basic ${btoa('demo-app:demo-app-secret')}`;
    const url = `${issuerOf(shared, mode)}/oauth2/token`;
    const response = await fetch(url, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
    const { access_token } = (await response.json()) as { readonly access_token: string };
    assert.equal(response.status, 200);
    return access_token;
  };
  const token = await tokenOf('own', { resource: RESOURCE });
  const lists = { allowedAudience: [RESOURCE], allowedClients: ['demo-app'], allowedScopes: ['order:write', 'another'] };
  const { sub, iss, aud, client_id: clientId, scope, exp, iat } = await check(token, { discoveryUrl, ...lists });
  assert.deepEqual(
    [sub, iss, aud, clientId, scope, Number(exp) - Number(iat)],
    ['EXTERNAL/e-1001@my_company', issuerOf(shared, 'own'), RESOURCE, 'demo-app', 'order:write', 300],
  );
  const refusals: readonly (readonly [string, Lists])[] = [
    [token, { allowedAudience: ['https://another.example/mcp'] }],
    [token, { allowedClients: ['another'] }],
    [token, { allowedScopes: ['another'] }],
    [await tokenOf('own', {}), lists],
    [await tokenOf('shared', { resource: RESOURCE }), lists],
    [`${token.slice(0, -4)}AAAA`, lists],
    ['gat_opaque', lists],
  ];
  for (const [refused, asked] of refusals) await assert.rejects(check(refused, { discoveryUrl, ...asked }), JSON.stringify(asked));
  // Without a resource the audience is the issuer, as the page says.
  assert.equal((await check(await tokenOf('own', {}), { discoveryUrl, allowedAudience: [issuerOf(shared, 'own')] })).sub, sub);
});
