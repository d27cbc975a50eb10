// The log of the local run: short lines for a terminal, JSON elsewhere, and nothing in between what the run says of itself.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { jsonLine, openLog, readableLine } from '../../../infra/local/log-lines.ts';

const NOW_MS = Date.UTC(2026, 10, 27, 12, 0, 0);

const LINE = JSON.stringify({
  service: 'gatehouse',
  function_name: 'Gatehouse-GatehouseTokenFunction6CFE3A1F-3B2ICD9S6GT2',
  timestamp: '2026-11-27T12:00:00.000Z',
  level: 'WARN',
  message: 'token-request',
  cold_start: false,
  requestId: 'b24d169a',
  endpoint: '/oauth2/token',
  status: 400,
  outcome: 'refused',
  reason: 'wrong-password',
  grantType: 'password',
  tenant: 'my_company',
  durationMs: 12,
});

test('at a terminal a line says when, who, what and why, and leaves out what machines want', () => {
  const line = readableLine('GatehouseTokenFunction', LINE, NOW_MS, false);
  assert.match(line, /^\d\d:\d\d:\d\d {2}token +\/oauth2\/token 400 refused wrong-password grantType=password tenant=my_company 12 ms$/);
  assert.ok(readableLine('GatehouseTokenFunction', LINE, NOW_MS, true).includes('\u001b[33m/oauth2/token 400'));
  assert.match(readableLine('gateway', 'POST /order UNAUTHORIZED', NOW_MS, false), / {2}gateway +POST \/order UNAUTHORIZED$/);
  assert.match(readableLine('OrdersBackend', '{"broken":', NOW_MS, false), /ordersbackend|orders-backend/);
});

test('what a caller sent writes nothing but text to a terminal', () => {
  for (const written of ['GET /\u001b]0;title\u0007', JSON.stringify({ message: 'x', api: '\u001b[2J\n\u009b1m' })])
    assert.deepEqual(
      [...readableLine('gateway', written, NOW_MS, false)].filter((character) => /\p{Cc}/u.test(character)),
      [],
    );
});

test('elsewhere each line is one JSON object, whatever was written', () => {
  for (const written of [LINE, 'plain text', '{"broken":', '[1,2]', '"text"', 'null'])
    assert.equal(JSON.parse(jsonLine('Backend', written, NOW_MS)).source, 'Backend', written);
  assert.equal(JSON.parse(jsonLine('Backend', LINE, NOW_MS)).reason, 'wrong-password');
});

test('lines that are held back come when they may, in their order', () => {
  const stream = new PassThrough();
  const log = openLog(stream, () => NOW_MS);
  log.hold();
  log.write('a', 'one');
  log.write('a', ' ');
  assert.equal(stream.read(), null);
  log.flow();
  log.write('a', 'two');
  const messages = String(stream.read())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).message);
  assert.deepEqual(messages, ['one', 'two']);
});
