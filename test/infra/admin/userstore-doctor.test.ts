// `userstore doctor` and `userstore test` as they are typed: from here, and by the operator function of the stack.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { after, before, beforeEach, suite, type TestContext, test } from 'node:test';
import type { DoctorDependencies } from '../../../functions/operator/examine-store.ts';
import { createOperatorHandler } from '../../../functions/operator/handle-event.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { listen } from '../../support/listen.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { useTablesAt } from '../../support/tables.ts';
import { createRun } from './support/run-gatehouse.ts';

let dynamoDb: TestDynamoDb;
const clock = Date.now;
const run = createRun({ clock });
before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
});
after(() => dynamoDb.close());

const steady = (text: string): string =>
  text
    .replaceAll(/ *\d+ ms/g, ' N ms')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/port \d+/g, 'port P');

/** A web service that answers this to `userx`, as store EXTERNAL of tenant t. */
async function openStore(context: TestContext, reply: unknown, attributes: Readonly<Record<string, unknown>> = {}) {
  const requests: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    requests.push(await readText(incoming));
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(reply));
  });
  const entry = {
    type: 'rest',
    allowPlaintext: true,
    allowPrivateAddress: true,
    timeoutMs: 5000,
    url: `http://127.0.0.1:${await listen(context, server)}/login`,
    ...attributes,
  };
  await run('tenant put t -', '{}');
  await run('userstore put t EXTERNAL -', JSON.stringify(entry));
  return { requests, entry };
}

suite('userstore doctor', () => {
  test('says step by step what is found, and sends nothing without a password', async (context) => {
    const { requests } = await openStore(context, { response: { status: 'true' } });
    const { code, out, err } = await run('userstore doctor t external --from-here');
    assert.equal(code, 0, out);
    assert.deepEqual(steady(out).split('\n').slice(0, 5), [
      'EXTERNAL of t, rest, from here. A login has N ms.',
      'http://HOST/login',
      '  ok N ms  secret          none: the entry has no secretId',
      '  ok N ms  url             POST http://HOST',
      '  ok N ms  name-resolution 127.0.0.1 is 127.0.0.1',
    ]);
    assert.match(out, /warning +\d+ ms {2}tls +none: passwords go in clear\n +Change: Use an https URL\./);
    assert.match(out, /skipped +\d+ ms {2}request/);
    assert.equal(err, 'No step failed.\n');
    assert.deepEqual(requests, []);
  });

  test('names the path that the reply does not have, with the exit code of what is wrong, and no password', async (context) => {
    const { requests } = await openStore(context, { result: { ok: true, user: { name: 'userx' } } });
    const typed = { answers: ['my-pass-word'] };
    const human = await run('userstore doctor t EXTERNAL --user userx --password-stdin --from-here', typed);
    assert.deepEqual([human.code, human.asked], [1, ['(secret) Password: ']]);
    assert.match(human.text, /FAILED +\d+ ms {2}success +the reply has no response\.status; it has\n *result\.ok, result\.user\.name/);
    assert.match(human.text, /not reached +user$/m);
    assert.match(human.err, /fails at success: path-missing\.$/m);
    const json = await run('userstore doctor t EXTERNAL --user userx --password-stdin --from-here --json', 'my-pass-word\n');
    const report = JSON.parse(json.out);
    assert.deepEqual([report.tenant, report.userstore, report.from, report.servers[0].steps.length], ['t', 'EXTERNAL', 'from here', 9]);
    assert.equal(requests.length, 2);
    assert.ok(
      requests.every((body) => body.includes('my-pass-word')),
      'it was sent where it belongs',
    );
    for (const { text } of [human, json]) assert.equal(text.includes('my-pass-word'), false);
    const trial = await run('userstore test t userx --from-here', 'my-pass-word');
    assert.match(trial.out, /^EXTERNAL: the reply has no success at response\.status; it has result\.ok, result\.user\.name$/m);
    assert.equal(trial.code, 1);
  });

  test('A61 hides a password that a service sends back, wherever it stands', async (context) => {
    await openStore(context, { response: { status: 'my-pass-word', 'my-pass-word': 1 } });
    const { out } = await run('userstore doctor t EXTERNAL --user userx --password-stdin --from-here --json', 'my-pass-word');
    assert.match(out, /response\.status is \\"\(hidden\)\\" \(string\); the entry wants/);
    assert.doesNotMatch(out, /my-pass-word/);
  });

  test('A17 says which rule of outbound calls refused, as it refuses a login', async (context) => {
    await openStore(context, {}, { allowPrivateAddress: false });
    const refused = await run('userstore doctor t EXTERNAL --from-here --json');
    const failed = JSON.parse(refused.out).servers[0].steps.find(({ outcome }: { outcome: string }) => outcome === 'failed');
    assert.deepEqual([failed.step, failed.reason], ['name-resolution', 'refused-address']);
    assert.match(failed.error, /127\.0\.0\.1 is 127\.0\.0\.1, and no login calls a private, loopback or link-local address/);
    assert.match(failed.remedy, /"allowPrivateAddress": true/);
  });

  test('each failure has a remedy, from the page of reasons where the step has none of its own', async (context) => {
    await openStore(context, {}, { secretId: 'Gatehouse/tenants/other/secret' });
    const { out } = await run('userstore doctor t EXTERNAL --from-here --json');
    const [secret] = JSON.parse(out).servers[0].steps;
    assert.deepEqual([secret.step, secret.outcome, secret.reason], ['secret', 'failed', 'secret-of-others']);
    assert.match(secret.remedy, /\w/);
  });

  test('refuses what is not there, in one line', async (context) => {
    await openStore(context, {});
    for (const [words, says, code] of [
      ['userstore doctor nobody EXTERNAL --from-here', /^There is no tenant nobody/, 1],
      ['userstore doctor t OTHER --from-here', /^t has no userstore OTHER; it has EXTERNAL\.$/, 1],
      ['userstore doctor t PRIMARY --from-here', /^PRIMARY is the Users table/, 1],
      ['userstore doctor t EXTERNAL --password-stdin --from-here', /add --user NAME/, 2],
      ['userstore doctor t EXTERNAL --user OTHER/userx --from-here', /^The store EXTERNAL is not asked for the name/, 1],
    ] as const) {
      const { code: found, out, err } = await run(words);
      assert.deepEqual([found, out], [code, ''], words);
      assert.match(err.trim(), says);
    }
  });
});

suite('by the operator function', () => {
  let dependencies: DoctorDependencies;
  beforeEach(() => {
    const fixture = openLoginFixture();
    fixture.putStore('EXTERNAL', { type: 'rest', url: 'https://people.example.org/', enabled: false });
    dependencies = { ...fixture.dependencies, resolveName: async () => ['10.1.2.3'] };
  });

  interface Invocation {
    readonly name: string;
    readonly event: unknown;
  }

  /** The API of Lambda, with two functions of the stack and one of another. */
  async function openLambda(context: TestContext, answer: (event: unknown) => Promise<unknown>) {
    const invocations: Invocation[] = [];
    const variables = (prefix: string, more = {}) => ({ Environment: { Variables: { TENANT_SECRETS_PREFIX: prefix, ...more } } });
    const listed = [
      { FunctionName: 'token', ...variables('Gatehouse/tenants/', { ISSUER: 'https://issuer.example.com' }) },
      { FunctionName: 'other-operator', ...variables('Other/tenants/') },
      { FunctionName: 'operator', ...variables('Gatehouse/tenants/') },
    ];
    const invoke = async (incoming: IncomingMessage): Promise<unknown> => {
      const name = /functions\/([^/]+)\/invocations/.exec(incoming.url ?? '')?.[1];
      if (name === undefined) return { Functions: listed };
      const event: unknown = JSON.parse(await readText(incoming));
      invocations.push({ name, event });
      return answer(event);
    };
    const server = createServer(async (incoming, outgoing) => {
      const isGone = incoming.url?.includes('/gone/') === true;
      const type = { 'content-type': 'application/json' };
      outgoing.writeHead(isGone ? 404 : 200, isGone ? { ...type, 'x-amzn-errortype': 'ResourceNotFoundException' } : type);
      outgoing.end(JSON.stringify(isGone ? { Message: 'Function not found' } : await invoke(incoming)));
    });
    process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${await listen(context, server)}`;
    context.after(() => delete process.env.AWS_ENDPOINT_URL_LAMBDA);
    return invocations;
  }

  test('asks in the network of the functions, by the name that the stack says, else by what a function is set up with', async (context) => {
    const invocations = await openLambda(context, (event) => createOperatorHandler(() => dependencies)(event));
    const found = await run('userstore doctor my_company EXTERNAL --json');
    assert.equal(found.code, 1, found.text);
    const report = JSON.parse(found.out);
    assert.equal(report.from, 'from the function operator');
    assert.match(JSON.stringify(report), /people\.example\.org is 10\.1\.2\.3/);
    const named = createRun({ clock, findStackOutputs: async () => ({ OperatorFunctionName: 'by-output' }) });
    assert.match((await named('userstore test my_company EXTERNAL/userx', 'mypass')).text, /has no userstore EXTERNAL/);
    assert.deepEqual(invocations, [
      { name: 'operator', event: { action: 'doctor', tenant: 'my_company', domain: 'EXTERNAL' } },
      { name: 'by-output', event: { action: 'test', tenant: 'my_company', username: 'EXTERNAL/userx', password: 'mypass' } },
    ]);
  });

  test('says how to get the function where the stack has none, and what an answer of another version is', async (context) => {
    await openLambda(context, async () => ({ kind: 'something else' }));
    const other = createRun({ clock });
    assert.match(
      (await other('userstore doctor t EXTERNAL --stack Nope')).err,
      /no operator function.*operatorFunction: true.*--from-here/,
    );
    const gone = createRun({ clock, findStackOutputs: async () => ({ OperatorFunctionName: 'gone' }) });
    assert.match((await gone('userstore doctor t EXTERNAL')).err, /^The stack has no operator function/);
    const unknown = await run('userstore doctor t EXTERNAL');
    assert.deepEqual([unknown.code, unknown.out], [1, '']);
    assert.match(unknown.err, /an answer that this version does not know: deploy the stack again/);
  });

  test('A61 the log has one line for each request, with no name of a user and no password', async () => {
    const lines: unknown[] = [];
    const handle = createOperatorHandler(() => ({ ...dependencies, log: (...line) => void lines.push(line) }));
    await handle({ action: 'doctor', tenant: 'my_company', domain: 'EXTERNAL', user: 'kai.secret', password: 'my-pass-word' });
    await handle({ action: 'test', tenant: 'my_company', username: 'kai.secret', password: 'my-pass-word' });
    assert.equal(lines.length, 2);
    assert.match(JSON.stringify(lines), /"operator-request".*"outcome":"faulty".*"outcome":"unknown"/);
    assert.doesNotMatch(JSON.stringify(lines), /my-pass-word|kai\.secret/);
    for (const odd of [
      null,
      [],
      'x',
      {},
      { action: 'doctor' },
      { action: 'doctor', tenant: 't', domain: 'D', url: 'http://169.254.169.254' },
    ])
      assert.deepEqual((await handle(odd)).kind, 'refused');
  });
});
