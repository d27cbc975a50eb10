// The code for applications in functions/token/sign-in/README.md, run as it stands there, but for the addresses; and its entries.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as oidc from 'openid-client';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { openHttpCall } from '../support/http-call.ts';
import { readText } from '../support/repository-files.ts';
import { openBrowser } from '../support/sign-in-browser.ts';
import { secretDigest } from '../support/token-api.ts';
import { startTokenServer } from '../support/token-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readText('functions/token/sign-in/README.md');
const [TENANT, CLIENT] = [...PAGE.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => JSON.parse(text) as Record<string, unknown>,
);
const SUBJECT = 'EXTERNAL/e-1001@my_company';

/** The entries of the page, and its code for this server's address. */
async function open(t: TestContext, name: string) {
  const { api, issuer } = await startTokenServer(t);
  assert.ok(TENANT !== undefined && CLIENT !== undefined);
  api.stores.put('Tenants', TENANT);
  api.stores.put('Clients', CLIENT);
  const { authMethods: _, ...server } = CLIENT;
  api.stores.put('Clients', { ...server, clientId: 'orders-server', secrets: [{ sha256: secretDigest('the client secret') }] });
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const code = new RegExp(`^\`\`\`js ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(PAGE)?.[1] ?? '';
  assert.ok(code.length > 500);
  const onThisServer = code
    .replace("'the client secret')", "'the client secret', undefined, { execute: [oidc.allowInsecureRequests] })")
    .replaceAll('https://login.example.org', issuer);
  writeFileSync(join(folder, `${name}.mjs`), onThisServer);
  const module = (await import(pathToFileURL(join(folder, `${name}.mjs`)).href)) as Record<
    string,
    (...given: unknown[]) => Promise<unknown>
  >;
  const browser = openBrowser({ call: openHttpCall(issuer) });
  /** As a user does: follows the address, and signs in where there is a page. */
  const follow = async (address: URL): Promise<URL> => {
    const shown = await browser.get(address.pathname, Object.fromEntries(address.searchParams));
    const sent =
      shown.status === 303 ? shown : await browser.post(address.pathname, { ...shown.hidden, username: 'userx', password: 'mypass' });
    assert.equal(sent.status, 303, sent.text);
    return new URL(sent.headers.Location ?? '');
  };
  const run = (exported: string) => module[exported] ?? assert.fail(`${name} exports no ${exported}`);
  return { issuer, follow, run, browser };
}

test('the entries of the page are right', () => {
  for (const [kind, entry] of [
    ['tenant', TENANT],
    ['client', CLIENT],
  ] as const) {
    const { tenant: _, entry: __, clientId: ___, ...attributes } = entry ?? {};
    const parsed = parseEntry(kind, kind === 'client' ? { tenant: 'my_company', ...attributes } : attributes);
    assert.ok('entry' in parsed, JSON.stringify(parsed));
  }
});

test('a server signs in, renews, and signs out', async (t) => {
  const { follow, run } = await open(t, 'server');
  const { address, begun } = (await run('beginSignIn')()) as { address: URL; begun: unknown };
  const back = await follow(address);
  const { user, tokens } = (await run('finishSignIn')(back, begun)) as {
    user: { sub: string };
    tokens: { refresh_token: string; id_token: string; scope: string };
  };
  assert.deepEqual([user.sub, tokens.scope], [SUBJECT, 'openid profile order:write']);
  assert.equal(((await run('renew')(tokens.refresh_token)) as { scope: string }).scope, tokens.scope);
  const bye = await follow(run('signOutAddress')(tokens.id_token) as unknown as URL);
  assert.equal(bye.href, 'https://orders.example.org/bye');
  await assert.rejects(run('finishSignIn')(back, begun), 'an answer works once');
});

test('a page with scripts signs in, and again without a password', async (t) => {
  const { follow, run, issuer } = await open(t, 'spa');
  const kept = new Map<string, string>();
  const assigned: string[] = [];
  const page = { assign: (address: string) => void assigned.push(address), search: '', pathname: '/callback' };
  const browser = {
    location: page,
    history: { replaceState: () => (page.search = '') },
    sessionStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    },
  };
  for (const [name, value] of Object.entries(browser)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
    t.after(() => Reflect.deleteProperty(globalThis, name));
  }
  for (const more of [{}, { prompt: 'none' }]) {
    await run('signIn')(more);
    const back = await follow(new URL(assigned.at(-1) ?? ''));
    assert.equal(`${back.origin}${back.pathname}`, 'https://orders.example.org/callback');
    page.search = back.search;
    const tokens = (await run('takeAnswer')()) as { scope: string };
    assert.equal(tokens.scope, 'openid order:write');
    assert.equal(page.search, '', 'the code does not stay in the address');
    page.search = back.search;
    await assert.rejects(run('takeAnswer')(), /not our answer/);
  }
  const preflight = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    headers: { Origin: 'https://orders.example.org' },
    body: new URLSearchParams({ client_id: 'orders-web', grant_type: 'authorization_code', code: 'x', code_verifier: 'y' }),
  });
  assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://orders.example.org');
});

test('a program signs in by the loopback address, on whatever port it gets', async (t) => {
  const { follow, run, issuer } = await open(t, 'native');
  const openSystemBrowser = async (address: URL): Promise<void> => {
    const back = await follow(address);
    assert.match(back.href, /^http:\/\/127\.0\.0\.1:\d+\/callback\?code=/);
    // Not awaited: the program waits for it.
    void fetch(back);
  };
  const tokens = (await run('signIn')(issuer, openSystemBrowser, { execute: [oidc.allowInsecureRequests] })) as {
    scope: string;
    refresh_token?: string;
  };
  assert.deepEqual([tokens.scope, tokens.refresh_token === undefined], ['openid offline_access', false]);
});
