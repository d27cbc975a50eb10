// One's own CDK app on this machine, through npm as a person starts it: two stacks, entries by the printed command, a call that
// reaches the function, a change that is taken up, one that can't be, and a signal that ends all of it.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { eventually } from '../support/eventually.ts';
import { portsInARow } from '../support/free-ports.ts';
import { type OwnApp, openOwnApp } from '../support/own-app.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

let app: OwnApp;
let npm: ChildProcess;
let port: number;
let url: string;
let output = '';

before(async () => {
  app = openOwnApp();
  port = await portsInARow();
  url = `http://127.0.0.1:${port}`;
  const command = `"${process.execPath}" --disable-warning=ExperimentalWarning app.mjs`;
  npm = spawn('npm', ['--prefix', ROOT, 'start', '--', '--app', command, '--no-demo', '--port', String(port)], { cwd: app.folder });
  for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  await eventually(120, async () => assert.match(output, /^Gatehouse is ready on /m, output));
});
after(() => {
  npm?.kill('SIGKILL');
  app?.close();
});

/** The command line on this run, with what comes on its standard input. */
async function gatehouse(words: readonly string[], input = ''): Promise<string> {
  const child = run(process.execPath, ['infra/admin/gatehouse.ts', ...words, '--local', '--port', String(port), '--stack', 'Platform'], {
    cwd: ROOT,
  });
  child.child.stdin?.end(input);
  return (await child).stdout;
}

let token: Promise<string> | undefined;
const tokenOfAnna = (): Promise<string> => (token ??= logAnnaIn());

async function logAnnaIn(): Promise<string> {
  await gatehouse(['tenant', 'put', 'acme', '-'], '{}');
  const client = await gatehouse(['client', 'create', '--tenant', 'acme', '--grant', 'password']);
  const [, id = '', secret = ''] = /-u '?([^:\s']+):([^\s']+)/.exec(client) ?? [];
  await gatehouse(['user', 'create', 'acme', 'anna', '--password-stdin'], 'a long password of hers');
  const form = new URLSearchParams({ grant_type: 'password', username: 'anna@acme', password: 'a long password of hers' });
  const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
  const answer = await (await fetch(`${url}/oauth2/token`, { method: 'POST', headers, body: form })).json();
  assert.ok(answer.access_token !== undefined, JSON.stringify(answer));
  return answer.access_token;
}

const call = (path: string, token: string): Promise<Response> => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });

test('the ids, stages and addresses of its APIs are printed, and what is not run here', () => {
  assert.match(output, /^ +OrdersApi {3}REST API, id \w+, stage prod$/m);
  assert.match(output, /^ +GET \/order$/m);
  assert.match(output, /nothing here stands in for AWS::S3::Bucket/);
  assert.match(output, /python3\.12 is not run here/);
  assert.match(output, new RegExp(`pages: ${url}/_gatehouse/`));
  assert.doesNotMatch(output, /^Six steps/m);
});

test('an API that no entry names is refused; the printed command lets users in, and the function gets who they are', async () => {
  const token = await tokenOfAnna();
  assert.equal((await call('/order', token)).status, 403);
  const [, entry = '', tenant, name = ''] = /echo '(.*)' \| npm run gatehouse -- api put (\S+) (\S+) - /.exec(output) ?? [];
  assert.equal(tenant, 'TENANT');
  await gatehouse(['api', 'put', 'acme', name, '-'], entry);
  const said = await eventually(30, async () => {
    const answer = await call('/order', token);
    assert.equal(answer.status, 200);
    return answer.json();
  });
  const { payload } = await jwtVerify(said.jwt, createRemoteJWKSet(new URL(`${url}/oauth2/jwks`)), { issuer: url });
  assert.equal(payload['http://wso2.org/claims/enduser'], 'anna@acme');
  // The issuer of the template is where it will be deployed; here it is where the gateway listens.
  assert.equal(said.issuer, url);
  // Each API has an address of its own, too.
  const { apiId } = JSON.parse(entry);
  assert.equal((await call(`/_gatehouse/apis/${apiId}/prod/order`, token)).status, 200);
  assert.equal((await call('/_gatehouse/apis/nobody/prod/order', token)).status, 404);
});

test('the root and the pages: an app without the demo has a list of its APIs, and its own paths to itself', async () => {
  assert.match(await (await fetch(`${url}/_gatehouse/apis.json`)).text(), /"kind":"REST",.*"name":"OrdersApi"/);
  assert.ok((await fetch(`${url}/callback`)).status >= 400);
});

test('a change of the app is taken up, tokens stay good, and an app that is broken leaves what ran', async () => {
  const token = await tokenOfAnna();
  app.write(
    "routes.protect(api.root.addResource('invoice'), 'GET', { kind: 'lambda', handler: backend, readsJwtFrom: 'requestContext' });",
  );
  await eventually(120, async () => assert.equal((await call('/invoice', token)).status, 200, output));
  app.write('throw new Error("a fault in the app");');
  await eventually(120, async () => assert.match(output, /a fault in the app[\s\S]*What ran before runs on\./));
  assert.equal((await call('/invoice', token)).status, 200);
});

test('SIGTERM to npm ends all of it, though a shell stands between', async () => {
  npm.kill('SIGTERM');
  await once(npm, 'exit');
  await eventually(60, async () => await assert.rejects(fetch(url)));
  await eventually(60, async () => {
    const { stdout } = await run('ps', ['-eo', 'args']);
    assert.doesNotMatch(stdout, new RegExp(`start\\.ts .*--port ${port}`));
  });
});
