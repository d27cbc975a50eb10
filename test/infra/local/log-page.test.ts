// The page with the log lines of a local run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLogPage } from '../../../infra/local/log-page.ts';

const PORT = 4999;
const request = (query: string, host = `127.0.0.1:${PORT}`, method = 'GET', path = '/_gatehouse/log') =>
  ({ method, path, query, headers: [['Host', host]] as const, port: PORT, body: Buffer.alloc(0) }) as const;

test('it has the lines of one request, functions and gateway, and of no other', () => {
  const page = openLogPage();
  page.keep('{"message":"authorizer","requestId":"one"}');
  page.keep('{"message":"authorizer","requestId":"one-more"}');
  page.keep('no JSON at all "one');
  const answer = { status: 403, headers: [['x-amzn-ErrorType', 'AccessDeniedException']] as const, body: Buffer.alloc(0) };
  assert.equal(page.keepAccess({ method: 'GET', path: '/a', requestId: 'one' }, answer), answer);
  const linesOf = (query: string) => JSON.parse(page.respond(request(query))?.body.toString() ?? '').lines;
  assert.deepEqual(linesOf('request=one'), [
    '{"message":"authorizer","requestId":"one"}',
    '{"requestId":"one","httpMethod":"GET","path":"/a","status":403,"errorType":"AccessDeniedException"}',
  ]);
  for (const query of ['', 'request=', 'request=two', 'request=%22']) assert.deepEqual(linesOf(query), []);
});

test('it is for this machine by its own name, and for GET', () => {
  const page = openLogPage();
  assert.equal(page.respond(request('request=one', 'evil.example:4999')), undefined);
  assert.equal(page.respond(request('request=one', `127.0.0.1:${PORT}`, 'PUT')), undefined);
  assert.equal(page.respond(request('request=one', `127.0.0.1:${PORT}`, 'GET', '/_gatehouse/logs')), undefined);
});

test('it forgets the oldest lines, and keeps none that is too long', () => {
  const page = openLogPage();
  for (let at = 0; at < 5001; at++) page.keep(`{"requestId":"r-${at}"}`);
  page.keep(`{"requestId":"r-5000","x":"${'x'.repeat(20_000)}"}`);
  const count = (id: string) => JSON.parse(page.respond(request(`request=${id}`))?.body.toString() ?? '').lines.length;
  assert.deepEqual(['r-0', 'r-1', 'r-5000'].map(count), [0, 1, 1]);
});

test('it keeps the audit event of a command, of programs of this machine alone, and nothing else', () => {
  const told: string[] = [];
  const page = openLogPage((line) => told.push(line));
  const post = (body: string, ...headers: (readonly [string, string])[]) =>
    page.respond({
      ...request('', `127.0.0.1:${PORT}`, 'POST'),
      headers: [['Host', `127.0.0.1:${PORT}`], ...headers],
      body: Buffer.from(body),
    })?.status;
  const event = '{"message":"operator","audit":"user-revoked","requestId":"x-1"}';
  assert.equal(post(event), 204);
  assert.deepEqual(told, [event]);
  assert.deepEqual(JSON.parse(page.respond(request('request=x-1'))?.body.toString() ?? '').lines, [event]);
  for (const wrong of ['', 'null', '[]', '{"message":"token-request"}', '{"message":\n"operator"}', '{'])
    assert.equal(post(wrong), 400, wrong);
  assert.equal(post(event, ['Origin', 'https://evil.example']), 403);
  assert.equal(post(event, ['Sec-Fetch-Site', 'cross-site']), 403);
  assert.equal(told.length, 1);
});
