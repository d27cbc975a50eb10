// A tenant's own function as a userstore, through the SDK, against an endpoint that answers as Lambda's Invoke does
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).

import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { createInvokeFunction } from '../../../../functions/storage/aws/invoke-function.ts';
import { listen } from '../../../support/listen.ts';
import { openLoginFixture } from '../../../support/login-fixture.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:users-of-my-company';

type Answer = (event: Record<string, unknown>, outgoing: ServerResponse) => void;

const returns =
  (value: unknown): Answer =>
  (_event, outgoing) =>
    void outgoing.end(JSON.stringify(value));

async function openFunction(context: TestContext, answer: Answer, attributes: Record<string, unknown> = {}) {
  const invocations: { path: string | undefined; type: unknown; authorization: string | undefined; event: Record<string, unknown> }[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const event = JSON.parse(Buffer.concat(chunks).toString());
      const { url, headers } = incoming;
      invocations.push({ path: url, type: headers['x-amz-invocation-type'], authorization: headers.authorization, event });
      answer(event, outgoing);
    });
  });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${await listen(context, server)}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  context.after(() => {
    for (const name of ['AWS_ENDPOINT_URL_LAMBDA', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
  const fixture = openLoginFixture({ invokeFunction: createInvokeFunction() });
  fixture.putStore('OWN', { type: 'lambda', functionArn: ARN, timeoutMs: 3000, ...attributes });
  return { ...fixture, invocations };
}

test('the function gets the template as its event, in its own region, and says who the user is', async (context) => {
  const { login, invocations } = await openFunction(
    context,
    returns({ response: { status: 'true' }, roles: ['customer'], mail: 'x@example.org' }),
    {
      roles: 'roles',
      claims: { email: 'mail' },
    },
  );
  const outcome = await login('UserX', '"}');
  assert.ok(outcome.kind === 'authenticated');
  assert.deepEqual(outcome.user, {
    tenant: 'my_company',
    domain: 'OWN',
    username: 'userx',
    roles: ['customer'],
    claims: { email: 'x@example.org' },
  });
  assert.equal(invocations[0]?.path, `/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`);
  assert.equal(invocations[0]?.type, 'RequestResponse');
  assert.match(invocations[0]?.authorization ?? '', /\/eu-west-1\/lambda\/aws4_request/);
  assert.deepEqual(invocations[0]?.event, { credentials: { username: 'UserX', password: '"}' } });
});

test('a no goes on to the next store, as that of a web service does', async (context) => {
  const { login } = await openFunction(context, returns({ response: { status: 'false' } }));
  assert.deepEqual(await login('userx', 'wrong'), { kind: 'refused', reason: 'unknown-user-or-wrong-password' });
});

const outages: readonly (readonly [string, Answer, string])[] = [
  [
    'ends with an error',
    (_event, outgoing) => {
      outgoing.setHeader('X-Amz-Function-Error', 'Unhandled');
      outgoing.end('{"errorMessage":"boom","response":{"status":"true"}}');
    },
    'function-error',
  ],
  ['does not exist', (_event, outgoing) => lambdaError(outgoing, 404, 'ResourceNotFoundException'), 'not-found'],
  ['may not be called', (_event, outgoing) => lambdaError(outgoing, 403, 'AccessDeniedException'), 'access-denied'],
  ['is throttled', (_event, outgoing) => lambdaError(outgoing, 429, 'TooManyRequestsException'), 'overloaded'],
  ['returns no JSON', (_event, outgoing) => outgoing.end('true'.repeat(2)), 'bad-reply'],
  ['returns nothing', (_event, outgoing) => outgoing.end(), 'bad-reply'],
  ['returns more than 64 KiB', returns({ response: { status: 'true' }, more: 'x'.repeat(65_536) }), 'too-large'],
  ['does not answer', () => {}, 'timeout'],
];

function lambdaError(outgoing: ServerResponse, status: number, type: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type }).end(JSON.stringify({ Message: type }));
}

for (const [what, answer, reason] of outages) {
  test(`a function that ${what} is an outage within its deadline`, async (context) => {
    const { login, invocations } = await openFunction(context, answer, { timeoutMs: 700 });
    await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', dependency: 'userstore OWN of my_company', reason });
    assert.ok(invocations.length <= 1, 'a guess is sent once');
  });
}

test('a user is looked up at renewal where the entry says how', async (context) => {
  const fixture = await openFunction(
    context,
    (event, outgoing) => {
      if ('credentials' in event) return returns({ response: { status: 'true' }, id: 7, roles: ['a'] })(event, outgoing);
      return returns({ active: event.id === '7', id: 7, roles: ['b'] })(event, outgoing);
    },
    {
      uniqueId: 'id',
      roles: 'roles',
      lookup: { request: { id: '{id}' }, success: { path: 'active', equals: true }, uniqueId: 'id', roles: 'roles' },
    },
  );
  const outcome = await fixture.login('userx', 'mypass');
  assert.ok(outcome.kind === 'authenticated');
  const { tenant, user } = outcome;
  assert.deepEqual(await fixture.userstores.recheckUser(tenant, user), { kind: 'active', user: { ...user, roles: ['b'] } });
  assert.deepEqual(await fixture.userstores.recheckUser(tenant, { ...user, id: '8' }), { kind: 'refused', reason: 'user-gone' });
});

test('a look-up that is answered by neither of what its entry names ends nobody’s session: it is an outage', async (context) => {
  const lookup = { success: { path: 'status', equals: 'yes' }, gone: { path: 'status', equals: 'gone' } };
  let said: unknown = { error: 'maintenance' };
  const fixture = await openFunction(
    context,
    (event, outgoing) => returns('credentials' in event ? { response: { status: 'true' } } : said)(event, outgoing),
    { lookup },
  );
  const outcome = await fixture.login('userx', 'mypass');
  assert.ok(outcome.kind === 'authenticated');
  const recheck = () => fixture.userstores.recheckUser(outcome.tenant, outcome.user);
  await assert.rejects(recheck(), { name: 'Unavailable', reason: 'bad-reply' });
  said = { status: 'gone' };
  assert.deepEqual(await recheck(), { kind: 'refused', reason: 'user-gone' });
});

test('where functions can’t be called, such a store is an outage', async () => {
  const { login, putStore } = openLoginFixture();
  putStore('OWN', { type: 'lambda', functionArn: ARN });
  await assert.rejects(login('userx', 'mypass'), { reason: 'unsupported-type' });
});

test('a secret without a member that the request names is an outage, and the function is not called', async (context) => {
  const secretId = 'Gatehouse/tenants/my_company/own';
  const request = { key: '{secret.key}', name: '{username}', password: '{password}' };
  const { login, stores, invocations } = await openFunction(context, returns({ response: { status: 'false' } }), { secretId, request });
  stores.putSecret(secretId, '{"kex":"1"}');
  await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', reason: 'secret-incomplete', neverSent: true });
  assert.equal(invocations.length, 0);
});
