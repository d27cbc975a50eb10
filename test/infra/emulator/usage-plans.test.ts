// Usage plans of a REST API: keys from the authorizer or a header, rate and quota (infra/emulator/README.md, "Usage
// plans").

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { lambdaProxy, restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

/** The token says the key. */
const AUTHORIZER = `
export const handler = async (event) => ({ principalId: 'p', usageIdentifierKey: event.headers.Authorization === 'none' ? undefined : event.headers.Authorization,
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }] } });`;
const BACKEND = `export const handler = async () => ({ statusCode: 200, body: 'ok' });`;

const key = (Value: string, Enabled = true) => ({ Type: 'AWS::ApiGateway::ApiKey', Properties: { Value, Enabled } });
const link = (KeyId: string, UsagePlanId: string) => ({
  Type: 'AWS::ApiGateway::UsagePlanKey',
  Properties: { KeyId: { Ref: KeyId }, UsagePlanId: { Ref: UsagePlanId }, KeyType: 'API_KEY' },
});
const plan = (more: object) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], ...more },
});

let gateway: TestGateway | undefined;
let now = Date.parse('2026-11-22T12:00:00Z');
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function open(ApiKeySourceType: string): Promise<TestGateway> {
  const more = { ApiKeyRequired: true };
  const methods = [{ path: '/a', method: 'GET', integration: lambdaProxy('Backend'), authorized: true, more }];
  const authorizer = { IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 300 };
  const resources = {
    ...restApi(methods, authorizer),
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api', ApiKeySourceType } },
    FastKey: key('fast-key-of-twenty-letters'),
    SlowKey: key('slow-key-of-twenty-letters'),
    OffKey: key('disabled-key-of-letters', false),
    LonelyKey: key('key-of-no-plan-at-all-here'),
    Fast: plan({ Throttle: { RateLimit: 2, BurstLimit: 3 } }),
    Slow: plan({ Quota: { Limit: 2, Period: 'DAY' } }),
    FastLink: link('FastKey', 'Fast'),
    OffLink: link('OffKey', 'Fast'),
    SlowLink: link('SlowKey', 'Slow'),
  };
  gateway = await openTestGateway(resources, { AuthorizerFunction: AUTHORIZER, Backend: BACKEND }, { clock: () => now });
  return gateway;
}

const call = async (authorization: string, apiKey?: string) => {
  const headers = [['Authorization', authorization] as const, ...(apiKey === undefined ? [] : [['x-api-key', apiKey] as const])];
  const { status, text } = (await gateway?.send('GET', '/a', headers)) ?? { status: 0, text: '' };
  return `${status} ${text}`;
};

test('the authorizer’s key counts: an unknown, missing, disabled one or one of no plan is 403', async () => {
  await open('AUTHORIZER');
  assert.equal(await call('fast-key-of-twenty-letters'), '200 ok');
  for (const wrong of ['none', 'unknown-key-of-20-letters', 'disabled-key-of-letters', 'key-of-no-plan-at-all-here']) {
    assert.equal(await call(wrong, 'fast-key-of-twenty-letters'), '403 {"message":"Forbidden"}', wrong);
  }
});

test('over the rate is 429 until the bucket fills again, also where the authorizer’s answer is cached', async () => {
  await open('AUTHORIZER');
  for (let at = 0; at < 3; at++) assert.equal(await call('fast-key-of-twenty-letters'), '200 ok');
  assert.equal(await call('fast-key-of-twenty-letters'), '429 {"message":"Too Many Requests"}');
  now += 500;
  assert.equal(await call('fast-key-of-twenty-letters'), '200 ok');
  assert.equal(await call('fast-key-of-twenty-letters'), '429 {"message":"Too Many Requests"}');
});

test('over the quota is 429 until the next day', async () => {
  await open('AUTHORIZER');
  for (let at = 0; at < 2; at++) assert.equal(await call('slow-key-of-twenty-letters'), '200 ok');
  assert.equal(await call('slow-key-of-twenty-letters'), '429 {"message":"Limit Exceeded"}');
  now += 86_400_000;
  assert.equal(await call('slow-key-of-twenty-letters'), '200 ok');
});

test('with the source HEADER the key is the client’s x-api-key', async () => {
  await open('HEADER');
  assert.equal(await call('none', 'fast-key-of-twenty-letters'), '200 ok');
  assert.equal(await call('fast-key-of-twenty-letters'), '403 {"message":"Forbidden"}');
});
