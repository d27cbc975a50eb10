// The deployed bundles where a table never answers: the function says so itself, before Lambda stops it, which would
// leave neither a line in the log nor an answer.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openFunction } from '../../infra/emulator/functions/open-function.ts';
import { bundle } from '../../infra/gatehouse/functions/bundle.ts';
import { restRequest } from '../functions/authorizer/authorizer-world.ts';
import { listen } from '../support/listen.ts';
import { TABLE_VARIABLES } from '../support/tables.ts';
import { basic, tokenEvent } from '../support/token-events.ts';

async function openOnSilentTables(t: TestContext, name: 'token' | 'authorizer') {
  const silent = `http://127.0.0.1:${await listen(
    t,
    createServer(() => {}),
  )}`;
  const lines: string[] = [];
  const handler = openFunction({
    setup: {
      modulePath: join(bundle(name).directory, 'index'),
      exportName: 'handler',
      functionName: name,
      functionArn: name,
      memoryMb: 512,
    },
    variables: {
      ...TABLE_VARIABLES,
      SIGNING_KEYS_SECRET: 'signing-keys',
      TENANT_SECRETS_PREFIX: 'tenants/',
      ISSUER: 'https://issuer.example.com',
      AUTHORIZER_CACHE_SECONDS: '60',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_ENDPOINT_URL: silent,
    },
    timeoutMs: 3000,
    logFormat: 'JSON',
    writeLine: (line) => lines.push(line),
  });
  t.after(() => handler.close());
  await handler.warm();
  return { handler, lines };
}

test('the authorizer can not decide, and its line says what did not answer', async (t) => {
  const { handler, lines } = await openOnSilentTables(t, 'authorizer');
  const answer = await handler.invoke(restRequest({ authorization: 'Bearer x' }));
  assert.equal(answer.kind === 'error' && answer.error.errorMessage, 'The authorizer can not decide.');
  const line = lines.map((text) => JSON.parse(text) as Record<string, unknown>).find(({ message }) => message === 'authorizer');
  assert.partialDeepStrictEqual(line, { outcome: 'outage', reason: 'timeout' });
  assert.match(String(line?.dependency), /^(dynamodb|time-budget)$/);
});

test('the token API is unavailable for now, and its line says what did not answer', async (t) => {
  const { handler, lines } = await openOnSilentTables(t, 'token');
  const event = tokenEvent({ path: '/oauth2/token', form: { grant_type: 'client_credentials' }, headers: basic('demo-app', 'x') });
  const answer = await handler.invoke(event);
  assert.equal(answer.kind, 'result', JSON.stringify(answer));
  const response = JSON.parse(answer.kind === 'result' ? answer.payload : '{}') as { statusCode: number; body: string };
  assert.equal(response.statusCode, 503);
  assert.equal(JSON.parse(response.body).error, 'temporarily_unavailable');
  const line = lines.map((text) => JSON.parse(text) as Record<string, unknown>).find(({ message }) => message === 'token-request');
  assert.equal(line?.outcome, 'unavailable');
  assert.match(String(line?.dependency), /^(dynamodb|time-budget)$/);
});
