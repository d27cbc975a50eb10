// The code for backends in functions/authorizer/README.md, run as it stands there, but for the address of the keys.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bearer, ISSUER, NOW_SECONDS, openWorld, restRequest } from '../functions/authorizer/authorizer-world.ts';
import { listen } from '../support/listen.ts';
import { skipWithout } from '../support/required-part.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON = '/usr/bin/python3';
const PAGE = readFileSync(join(ROOT, 'functions/authorizer/README.md'), 'utf8');
const PAGE_ISSUER = 'https://login.example.org';
const PAGE_AUDIENCE = 'urn:gatehouse:my_company:orders';
const AUDIENCE = 'urn:gatehouse:my_company:pizzashack';
const SUBJECT = 'EXTERNAL/u-1@my_company';
const noPyJwt = spawnSync(PYTHON, ['-c', 'import jwt'], { stdio: 'ignore' }).status === 0 ? false : 'python3-jwt is not installed';

/** A snippet of the page for the world's issuer, whose keys are at `keysUrl`. */
function snippet(language: string, keysUrl: string): string {
  const code = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(PAGE)?.[1] ?? '';
  assert.ok(code.includes(PAGE_ISSUER) && code.includes(PAGE_AUDIENCE));
  return code
    .replace(PAGE_ISSUER, ISSUER)
    .replace(PAGE_AUDIENCE, AUDIENCE)
    .replace(/\$?\{ISSUER\}\/oauth2\/jwks/, keysUrl);
}

/** A folder below the project, so that the code finds its libraries; a server of the keys; an assertion and an access token. */
async function openBackend(context: TestContext) {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.page-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const world = openWorld();
  world.advance(Math.floor(Date.now() / 1000) - NOW_SECONDS);
  const { jwks } = await world.stores.signingKeys();
  const port = await listen(
    context,
    createServer((_request, response) => void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(jwks))),
  );
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#other', context: '/other/1.0.0' });
  const authorization = bearer(await world.issue());
  const assertionFor = async (path: string) => {
    const outcome = await world.call(restRequest({ path, authorization }));
    assert.ok(outcome.status === 200);
    return String(outcome.context.endUserJwt);
  };
  return {
    folder,
    keysUrl: `http://127.0.0.1:${port}/`,
    assertion: await assertionFor('/pizzashack/1.0.0/menu'),
    /** Minted for another API, with the same keys for the same user. */
    otherAssertion: await assertionFor('/other/1.0.0/menu'),
    accessToken: await world.issue({ format: 'jwt' }),
  };
}

test('A102 the page’s code for Node with jose', async (t) => {
  const { folder, keysUrl, assertion, otherAssertion, accessToken } = await openBackend(t);
  const path = join(folder, 'backend.mjs');
  writeFileSync(path, snippet('js', keysUrl));
  const { endUser } = (await import(pathToFileURL(path).href)) as { endUser(request: unknown): Promise<string> };
  const request = (...values: string[]) => ({ headersDistinct: { 'x-jwt-assertion': values } });
  assert.equal(await endUser(request(assertion)), SUBJECT);
  await assert.rejects(endUser(request(otherAssertion)), 'one for another API is none for this');
  await assert.rejects(endUser(request()));
  await assert.rejects(endUser(request(assertion, assertion)));
  await assert.rejects(endUser(request(accessToken)), 'an access token is none');
  await assert.rejects(endUser(request(tampered(assertion))));
});

test('A102 the page’s code for Python with PyJWT', { skip: skipWithout(noPyJwt) }, async (t) => {
  const { folder, keysUrl, assertion, otherAssertion, accessToken } = await openBackend(t);
  const path = join(folder, 'backend.py');
  writeFileSync(path, `${snippet('python', keysUrl)}\nimport sys\nprint(end_user(sys.argv[1]))\n`);
  assert.deepEqual(await python(path, assertion), { status: 0, printed: SUBJECT });
  for (const wrong of [accessToken, otherAssertion, tampered(assertion)])
    assert.deepEqual(await python(path, wrong), { status: 1, printed: '' });
});

/** The same signature under another user. */
function tampered(jwt: string): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  return [header, Buffer.from(Buffer.from(payload, 'base64url').toString().replace('u-1', 'u-2')).toString('base64url'), signature].join(
    '.',
  );
}

async function python(path: string, argument: string): Promise<{ status: unknown; printed: string }> {
  const child = spawn(PYTHON, [path, argument], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const [status] = await once(child, 'close');
  return { status, printed: printed.trim() };
}
