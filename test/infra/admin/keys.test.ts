// `keys list|rotate|retire` by the Lambda API, as on AWS and in the local run, and what a retirement ends.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { parseSigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { createSigningKeysHandler } from '../../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';
import type { KeyState } from '../../../infra/admin/incidents/signing-keys-answer.ts';
import type { LocalFunction } from '../../../infra/emulator/functions/open-function.ts';
import { openLambdaEndpoint } from '../../../infra/emulator/functions/open-lambda-endpoint.ts';
import { type MemorySecret, openMemorySecret } from '../../functions/signing-keys/versioned-secret.ts';
import { useTestCredentials } from '../../support/tables.ts';
import { openTokenApi, PASSWORD_GRANT, START_SECONDS } from '../../support/token-api.ts';
import { basic } from '../../support/token-events.ts';
import { createRun } from './support/run-gatehouse.ts';

let nowSeconds = START_SECONDS;
let secret: MemorySecret;
let isBroken = false;
let endpoint: Awaited<ReturnType<typeof openLambdaEndpoint>>;

const open = (name: string, ownVariables: Readonly<Record<string, string>>, invoke: LocalFunction['invoke']): LocalFunction => ({
  ...{ name, arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`, ownVariables, invoke },
  warm: async () => {},
  close: async () => {},
});
const notAsked = () => Promise.reject(new Error('this function is not to be asked'));
const SIGNING_KEYS_SECRET = 'Gatehouse/signing-keys';

before(async () => {
  const functions = [
    open('Gatehouse-Token', { SIGNING_KEYS_SECRET, TENANTS_TABLE: 'Gatehouse-Tenants' }, notAsked),
    open('Other-SigningKeys', { SIGNING_KEYS_SECRET: 'Other/signing-keys' }, notAsked),
    open('Gatehouse-SigningKeys', { SIGNING_KEYS_SECRET }, async (event) => {
      if (isBroken) return { kind: 'error', error: { errorType: 'Error', errorMessage: 'broken' } };
      const handle = createSigningKeysHandler({ secret, makeKey, now: () => nowSeconds, fetch, limitMs: 60_000, log: () => {} });
      return { kind: 'result', payload: JSON.stringify(await handle(event)) };
    }),
  ];
  const find = (name: string) => functions.find((each) => each.name === name);
  endpoint = await openLambdaEndpoint(
    0,
    () => ({ all: functions, find }),
    () => {},
  );
  useTestCredentials();
  process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${endpoint.port}`;
});
after(() => endpoint.close());
beforeEach(async () => {
  secret = openMemorySecret();
  const handle = createSigningKeysHandler({ secret, makeKey, now: () => nowSeconds, fetch, limitMs: 60_000, log: () => {} });
  await handle({});
});

const run = createRun({ clock: () => nowSeconds * 1000 });

/** An API that reads the secret at each use, as functions do that have just started. */
function openApi() {
  const signingKeys = async () => parseSigningKeys((await secret.readCurrent())?.value ?? '');
  const api = openTokenApi({ adapt: (stores) => ({ ...stores, signingKeys }) });
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', jwtRevocation: 'offline' });
  const headers = basic('demo-jwt-app', 'demo-jwt-app-secret');
  return {
    logIn: async () => String((await api.token({ ...PASSWORD_GRANT, scope: 'openid' }, headers)).json.access_token),
    isActive: async (token: string) => (await api.call({ path: '/oauth2/introspect', form: { token }, headers })).json.active,
    userInfo: async (token: string) =>
      (await api.call({ path: '/oauth2/userinfo', method: 'GET', headers: { authorization: `Bearer ${token}` } })).status,
  };
}

const kidOf = (jwt: string): string => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid;

test('a list says of each key what it does, and rotation announces a successor of each', async () => {
  const { code, lines, text, err } = await run('keys list', { columns: 140 });
  assert.deepEqual([code, lines.length, err], [0, 7, '5 keys\n']);
  assert.match(lines[0] ?? '', /^KID +ALG +PURPOSE +STATE +SIGNS FROM +GOES AT$/);
  for (const line of lines.slice(1, 6))
    assert.match(line, /^[\w-]{43} {2}(RS256|ES256|EdDSA) +(access-token|end-user-jwt) +signing +2030-/);
  assert.ok(!text.includes('PRIVATE'));
  const rotated = await run('keys rotate', { columns: 140 });
  assert.deepEqual([rotated.code, rotated.lines.length], [0, 7]);
  assert.match(rotated.err, /^5 keys announced. No token dies/);
  assert.match((await run('keys rotate')).text, /^Every key has a successor already/);
  const announced = JSON.parse((await run('keys list --json')).out).filter(({ state }: KeyState) => state === 'announced');
  assert.equal(announced.length, 5);
});

test('a key that signs goes in an emergency alone, and with it what nothing but its signature proves', async () => {
  const { logIn, isActive, userInfo } = openApi();
  const token = await logIn();
  const kid = kidOf(token);
  assert.deepEqual([await isActive(token), await userInfo(token)], [true, 200]);
  const refused = await run(`keys retire ${kid}`);
  assert.deepEqual(
    [refused.code, /this key signs.*--emergency.*no function believes a JWT that it signed/.test(refused.text)],
    [1, true],
    refused.text,
  );
  assert.equal(await isActive(token), true);
  const retired = await run(`keys retire ${kid} --emergency`);
  assert.equal(retired.code, 0, retired.text);
  assert.match(retired.text, /^retired: [\w-]{43}\nsigns from now on: [\w-]{43}\n.*Opaque and refresh tokens live on/);
  assert.deepEqual([await isActive(token), await userInfo(token)], [false, 401]);
  const next = await logIn();
  assert.deepEqual([retired.text.includes(`signs from now on: ${kidOf(next)}`), await isActive(next)], [true, true]);
  assert.match((await run(`keys retire ${kid}`)).text, /there is no such key/);
});

test('a key that was announced goes without an emergency, and no token dies', async () => {
  const { logIn, isActive } = openApi();
  const token = await logIn();
  await run('keys rotate');
  const announced = JSON.parse((await run('keys list --json')).out).find(({ state }: KeyState) => state === 'announced');
  const { code, text } = await run(`keys retire ${announced.kid}`);
  assert.deepEqual([code, /no token dies/.test(text)], [0, true], text);
  assert.equal(await isActive(token), true);
});

test('what is not there, or fails, is said', async () => {
  assert.match((await run('keys list --stack Nowhere')).text, /No function here keeps the keys of Nowhere\/signing-keys/);
  isBroken = true;
  const { code, text } = await run('keys list');
  isBroken = false;
  assert.equal(code, 1);
  assert.match(text, /^Gatehouse-SigningKeys failed: its log says why/);
  nowSeconds += 1;
});
