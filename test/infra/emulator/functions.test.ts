// How the local run stands in for Lambda: event and context, environments, timeouts, crashes (infra/emulator/README.md,
// "Functions").

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openFunctionUrl } from '../../../infra/emulator/functions/function-url.ts';
import { type LocalFunction, openFunction } from '../../../infra/emulator/functions/open-function.ts';
import { SERVER_CERTIFICATE } from '../../support/certificates/index.ts';
import { eventually } from '../../support/eventually.ts';
import { send } from '../../support/http-clients.ts';
import { listen } from '../../support/listen.ts';

function open(
  context: TestContext,
  source: string,
  timeoutMs = 5000,
  logFormat: 'Text' | 'JSON' = 'Text',
  variables: Readonly<Record<string, string>> = {},
): { handler: LocalFunction; lines: string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-function-'));
  writeFileSync(join(directory, 'index.mjs'), source);
  const lines: string[] = [];
  const handler = openFunction({
    setup: {
      modulePath: join(directory, 'index'),
      exportName: 'handler',
      functionName: 'Name',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Name',
      memoryMb: 128,
    },
    variables: { TABLE: 'of-the-template', AWS_LAMBDA_LOG_FORMAT: logFormat, ...variables },
    timeoutMs,
    logFormat,
    writeLine: (line) => lines.push(line),
  });
  context.after(async () => {
    await handler.close();
    rmSync(directory, { recursive: true });
  });
  return { handler, lines };
}

const payload = async (handler: LocalFunction, event: unknown) => {
  const result = await handler.invoke(event);
  assert.equal(result.kind, 'result', JSON.stringify(result));
  return result.kind === 'result' ? JSON.parse(result.payload) : undefined;
};

test('a function gets its event, its context and the environment of the template, and nothing of ours', async (context) => {
  const { handler, lines } = open(
    context,
    `export const handler = async (event, context) => {
      console.log('a line'); process.stdout.write('half '); process.stdout.write('a line\\n');
      return { event, env: ['HOME', 'NODE_COMPILE_CACHE'].some((name) => name in process.env), table: process.env.TABLE, ms: context.getRemainingTimeInMillis(), ...context };
    };`,
  );
  const answer = await payload(handler, { a: undefined, b: [1] });
  assert.deepEqual(answer.event, { b: [1] });
  assert.equal(answer.table, 'of-the-template');
  assert.equal(answer.env, false);
  assert.ok(answer.ms > 0 && answer.ms <= 5000);
  assert.match(answer.awsRequestId, /^[0-9a-f-]{36}$/);
  assert.equal(answer.invokedFunctionArn, 'arn:aws:lambda:us-east-1:123456789012:function:Name');
  assert.equal(answer.memoryLimitInMB, '128');
  // What a worker writes comes by another way than its answer.
  await eventually(5, async () => assert.deepEqual(lines, ['a line', 'half a line']));
});

test('NODE_EXTRA_CA_CERTS of a function names authorities that it takes beside the usual ones, and no other function does', async (context) => {
  const server = createServer(SERVER_CERTIFICATE, (_, response) => response.end('ok'));
  const port = await listen(context, server);
  const source = `import { get } from 'node:https';
    export const handler = () => new Promise((resolve) => get('https://127.0.0.1:${port}/', ({ statusCode }) => resolve(statusCode)).on('error', ({ code }) => resolve(code)));`;
  const file = (name: string) => ({ NODE_EXTRA_CA_CERTS: fileURLToPath(new URL(`../../support/certificates/${name}`, import.meta.url)) });
  const trusting = open(context, source, 5000, 'Text', file('ca.pem'));
  assert.equal(await payload(trusting.handler, {}), 200);
  const other = open(context, source);
  assert.equal(await payload(other.handler, {}), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const missing = open(context, source, 5000, 'Text', file('nothing.pem'));
  assert.equal(await payload(missing.handler, {}), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  await eventually(5, async () => assert.match(missing.lines.join(), /^Warning: Ignoring extra certs from .*nothing\.pem/));
});

test('an environment takes one event at a time; there are several, and what is over waits', async (context) => {
  const { handler } = open(
    context,
    `let inside = 0; let most = 0; const id = Math.random();
    export const handler = async () => { inside++; most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 50)); inside--; return { most, id }; };`,
  );
  const answers = await Promise.all(Array.from({ length: 12 }, () => payload(handler, {})));
  assert.deepEqual(new Set(answers.map(({ most }) => most)), new Set([1]));
  const environments = new Set(answers.map(({ id }) => id)).size;
  assert.ok(environments > 1 && environments <= 4, String(environments));
  // Warm environments are used again.
  const { id } = await payload(handler, {});
  assert.ok(answers.some((answer) => answer.id === id));
});

test('errors are what Lambda makes of them', async (context) => {
  const { handler, lines } = open(
    context,
    `export const handler = async (event) => { throw event.own ? new RangeError('bad') : 'text'; };`,
  );
  const thrown = await handler.invoke({ own: true });
  assert.equal(thrown.kind, 'error');
  assert.deepEqual(thrown.kind === 'error' && [thrown.error.errorType, thrown.error.errorMessage], ['RangeError', 'bad']);
  assert.equal((await handler.invoke({})).kind, 'error');
  assert.match(lines.join('\n'), /"errorType":"RangeError","errorMessage":"bad"/);
});

test('the JSON log format wraps what goes through the console, and leaves alone what is JSON on standard output', async (context) => {
  const source = `export const handler = async (event) => { if (event.fail) throw Object.assign(new Error('Unauthorized'), { stack: '' });
    console.log('{"outcome":"ok"}'); process.stdout.write('{"outcome":"ok"}\\n'); return 1; };`;
  const { handler, lines } = open(context, source, 5000, 'JSON');
  await payload(handler, {});
  await eventually(5, async () => assert.equal(lines.length, 2));
  await handler.invoke({ fail: true });
  await eventually(5, async () => assert.equal(lines.length, 3));
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  // Standard output and the console are two ways, and each keeps an order of its own.
  assert.deepEqual(
    new Set(parsed.map(({ outcome, message }) => JSON.stringify(outcome ?? message))),
    new Set(
      ['{"outcome":"ok"}', 'ok', { errorType: 'Error', errorMessage: 'Unauthorized', stackTrace: [''] }].map((each) =>
        JSON.stringify(each),
      ),
    ),
  );
});

test('a function over its timeout is stopped, and the next event gets a new environment', async (context) => {
  const { handler } = open(
    context,
    `let calls = 0; export const handler = async (event) => { calls++; if (event.spin) for (;;); if (event.hang) await new Promise(() => setInterval(() => {}, 9)); return calls; };`,
    400,
  );
  for (const event of [{ hang: true }, { spin: true }]) {
    const result = await handler.invoke(event);
    assert.deepEqual(result.kind === 'error' && result.error.errorType, 'Sandbox.Timedout');
    assert.match(result.kind === 'error' ? result.error.errorMessage : '', /Task timed out after 0\.40 seconds/);
  }
  assert.equal(await payload(handler, {}), 1);
});

test('a function that exits or crashes is an error, and the next event gets a new environment', async (context) => {
  const source = `export const handler = async (event) => {
    if (event.exit) process.exit(3); if (event.crash) { setTimeout(() => { throw new Error('late'); }, 1); await new Promise((r) => setTimeout(r, 300)); } return 'ok'; };`;
  const { handler } = open(context, source);
  const exited = await handler.invoke({ exit: true });
  assert.equal(exited.kind === 'error' && exited.error.errorType, 'Runtime.ExitError');
  assert.equal((await handler.invoke({ crash: true })).kind, 'error');
  assert.equal(await payload(handler, {}), 'ok');
});

test('a bundle that can’t be loaded is an error of every invocation', async (context) => {
  const { handler } = open(context, `throw new Error('Environment variables are missing: TENANTS_TABLE.');`);
  for (let at = 0; at < 2; at++) {
    const result = await handler.invoke({});
    assert.match(result.kind === 'error' ? result.error.errorMessage : '', /TENANTS_TABLE/);
  }
});

test('a function URL hands over payload 2.0 and writes the answer back', async (context) => {
  const { handler } = open(
    context,
    `export const handler = async (event) => event.rawPath === '/plain' ? { hello: 1 } :
      event.rawPath === '/bad' ? { statusCode: 'x' } :
      { statusCode: 201, headers: { 'X-Own': '1' }, cookies: ['a=1', 'b=2'], body: JSON.stringify(event) };`,
  );
  const url = await openFunctionUrl(handler, { accountId: '123456789012' }, () => {});
  context.after(() => url.close());
  const reply = await send(
    url.port,
    'POST',
    '/a%20b?x=1&x=2',
    [
      ['X-Two', 'a'],
      ['x-two', 'b'],
      ['Cookie', 'c=1; d=2'],
    ],
    'body',
  );
  assert.equal(reply.status, 201);
  const { version, rawPath, rawQueryString, queryStringParameters, headers, cookies, requestContext, body } = reply.json();
  assert.deepEqual([version, rawPath, rawQueryString, body], ['2.0', '/a%20b', 'x=1&x=2', 'body']);
  assert.deepEqual(queryStringParameters, { x: '1,2' });
  assert.equal(headers['x-two'], 'a,b');
  assert.deepEqual(cookies, ['c=1', 'd=2']);
  assert.deepEqual([requestContext.http.method, requestContext.http.sourceIp], ['POST', '127.0.0.1']);
  assert.deepEqual(reply.all('set-cookie'), ['a=1', 'b=2']);
  assert.deepEqual((await send(url.port, 'GET', '/plain')).json(), { hello: 1 });
  assert.equal((await send(url.port, 'GET', '/bad')).status, 502);
});
