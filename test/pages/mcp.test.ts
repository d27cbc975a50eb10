// The MCP server of infra/gatehouse/authorizers/MCP.md, run as it stands there, with end-user JWTs that the authorizer minted.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bearer, NOW_SECONDS, openWorld, restRequest } from '../functions/authorizer/authorizer-world.ts';
import { listen } from '../support/listen.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'infra/gatehouse/authorizers/MCP.md'), 'utf8');
const AUDIENCE = 'https://mcp.example.org/mcp';

type Handler = (event: object) => Promise<{ readonly statusCode: number; readonly body: string }>;

test('A102 the page’s MCP server tells its caller who she is, by the end-user JWT for it alone', async (t) => {
  const world = openWorld();
  world.advance(Math.floor(Date.now() / 1000) - NOW_SECONDS);
  const { jwks } = await world.stores.signingKeys();
  const port = await listen(
    t,
    createServer((_, response) => void response.end(JSON.stringify(jwks))),
  );
  world.stores.put('Tenants', { ...world.pizzashack, resource: AUDIENCE });
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#other', context: '/other/1.0.0' });
  const assertionFor = async (path: string, resources: readonly string[]): Promise<string> => {
    const authorization = bearer(await world.issue(resources.length === 0 ? {} : { resources: [...resources] }));
    const outcome = await world.call(restRequest({ path, authorization }));
    assert.ok(outcome.status === 200, JSON.stringify(outcome));
    return String(outcome.context.endUserJwt);
  };
  const own = await assertionFor('/pizzashack/1.0.0/menu', [AUDIENCE]);
  const { iss } = JSON.parse(Buffer.from(own.split('.')[1] ?? '', 'base64url').toString());

  const folder = mkdtempSync(join(ROOT, 'node_modules', '.page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
  const here = code.replace(/`\$\{ISSUER\}\/oauth2\/jwks`/, `'http://127.0.0.1:${port}/'`);
  assert.notEqual(here, code);
  writeFileSync(join(folder, 'server.mjs'), here);
  Object.assign(process.env, { ISSUER: iss, AUDIENCE });
  const { handler } = (await import(pathToFileURL(join(folder, 'server.mjs')).href)) as { readonly handler: Handler };

  const call = (endUserJwt: string | undefined, method: string) =>
    handler({
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name: 'whoami', arguments: {} } }),
      isBase64Encoded: false,
      requestContext: { authorizer: { endUserJwt } },
    });
  const { statusCode, body } = await call(own, 'tools/call');
  assert.deepEqual([statusCode, JSON.parse(body).result.content[0].text], [200, 'EXTERNAL/userx@my_company']);
  assert.equal(JSON.parse((await call(own, 'tools/list')).body).result.tools.length, 1);
  await assert.rejects(call(await assertionFor('/other/1.0.0/menu', []), 'tools/call'), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  await assert.rejects(call('none', 'tools/call'));
  await assert.rejects(call(undefined, 'tools/call'));
});
