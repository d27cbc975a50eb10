// The questions to AWS, asked of the local run, which answers as Gatehouse assumes, and of a fake that answers as AWS
// would; the app that they are asked of, and the table.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { parseEntry, parseEntryKey } from '../../functions/configuration/entries/parse-entry.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { allQuestions } from '../../infra/examples/settle/all-questions.ts';
import { cachingQuestions } from '../../infra/examples/settle/caching.ts';
import { discoveryQuestions } from '../../infra/examples/settle/discovery.ts';
import { feedQuestions } from '../../infra/examples/settle/feed.ts';
import { formatSettled } from '../../infra/examples/settle/format-settled.ts';
import { operationQuestions } from '../../infra/examples/settle/operations.ts';
import { ask, type Question, type Settled, verdictOf } from '../../infra/examples/settle/question.ts';
import { readOutputs } from '../../infra/examples/settle/read-outputs.ts';
import { settleEntries, writeSettleEntries } from '../../infra/examples/settle/settle-entries.ts';
import type { RunAws, SettleTargets } from '../../infra/examples/settle/targets.ts';
import { webSocketQuestions } from '../../infra/examples/settle/web-socket.ts';
import { requestStsToken, workloadQuestions } from '../../infra/examples/settle/workload.ts';
import { settle } from '../../infra/examples/settle-on-aws.ts';
import { documentOf, openDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { askForToken, startTestRun, type TestRun } from '../support/local-run.ts';

let run: TestRun;
let targets: SettleTargets;
let takeAway: () => Promise<void>;

before(async () => {
  run = await startTestRun({ app: 'infra/examples/settle-app.ts', context: { stack: 'Gatehouse', cacheSeconds: '3', socket: 'false' } });
  // Outputs name addresses on AWS.
  const local = (value: string): string =>
    run.apis.reduce((text, { apiId, stage, url }) => {
      const path = stage === '$default' ? '' : `/${stage}`;
      return text.replace(`https://${apiId}.execute-api.us-east-1.amazonaws.com${path}`, url);
    }, value);
  const outputs = Object.fromEntries(Object.entries(run.outputs).map(([name, value]) => [name, local(value)]));
  const found = readOutputs({ Gatehouse: { ...outputs, TokenUrl: `${run.url}/oauth2/token` } }, 'Gatehouse');
  takeAway = await writeSettleEntries(run.dynamoDb, 'Gatehouse', found.apis);
  // On one machine all APIs answer at one address.
  const url = `${run.url}/settle`;
  targets = {
    ...found.targets,
    demoUrl: `${run.url}/pizzashack/1.0.0`,
    restUrl: url,
    rawUrl: url,
    countedUrl: url,
    httpUrl: run.url,
    pause: delay,
  };
  await eventually(20, async () => {
    const { status } = await askForToken(run.url, { grant_type: 'client_credentials' }, { id: 'settle-app', secret: 'settle-app-secret' });
    assert.equal(status, 200);
  });
});
after(async () => {
  await takeAway?.();
  await run?.close();
});

const APIS = {
  rest: 'a',
  counted: 'b',
  http: { id: 'c', resource: 'https://c.example/settle', metadataUrl: 'https://c.example/.well-known/oauth-protected-resource/settle' },
  socket: 'd',
};

const OTHERWISE = (settled: readonly Settled[]) => settled.filter((each) => verdictOf(each) === 'OTHERWISE');

test('the local run answers every question that it can be asked as it is assumed of AWS', async () => {
  const settled = await settle(targets, true);
  assert.deepEqual(OTHERWISE(settled), []);
  const answered = settled.filter(({ kind }) => kind === 'answered');
  assert.ok(answered.length >= 72, `${answered.length} answers`);
  assert.deepEqual(
    answered.filter((each) => each.kind === 'answered' && each.observed.startsWith('error')),
    [],
  );
});

test('what was written is taken away again', async () => {
  const gone = await writeSettleEntries(run.dynamoDb, 'Gatehouse', APIS);
  const names = async (): Promise<number> => {
    const pages = await Promise.all(
      ['Tenants', 'Clients'].map((table) => run.dynamoDb.send(new ScanCommand({ TableName: `Gatehouse-${table}` }))),
    );
    return pages.flatMap(({ Items = [] }) => Items).filter((item) => /settle|Settle/.test(JSON.stringify(item.entry ?? item.clientId)))
      .length;
  };
  assert.ok((await names()) >= 6);
  await gone();
  assert.equal(await names(), 0);
});

test('the document of a client that nobody registered is fetched by its name', async (t) => {
  const host = await openDocumentHost();
  t.after(() => host.close());
  const agentUrl = host.url('/agent.json');
  host.answer('/agent.json', documentOf(agentUrl, { redirect_uris: [DEMO.redirectUri] }));
  const asked = async (url: string) => (await answersOf(discoveryQuestions({ ...targets, agentUrl: url })))['client-document'];
  assert.equal(await asked(agentUrl), '200');
  assert.equal(await asked(host.url('/other.json')), '400');
});

test('a role of AWS gets in by the token that STS gives whoever asks, and is not asked about where STS gives none', async (t) => {
  const [header, claims] = [{ alg: 'ES384' }, { iss: 'https://account.example', sub: 'arn:aws:iam::123456789012:role/settle' }].map(
    (part) => Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const token = `${header}.${claims}.x`;
  const { aws, calls } = awsThatSays({ 'sts get-web-identity-token': { WebIdentityToken: token } });
  const workload = await requestStsToken(aws, 'https://login.example');
  assert.deepEqual(workload, { issuer: 'https://account.example', subject: 'arn:aws:iam::123456789012:role/settle', token });
  assert.ok(calls[0]?.join(' ').includes('--audience https://login.example '));

  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    incoming.on('end', () => {
      const form = new URLSearchParams(body);
      outgoing.statusCode = form.get('client_assertion') === token && form.get('client_id') === 'settle-workload' ? 200 : 401;
      outgoing.end();
    });
  });
  const tokenUrl = `http://127.0.0.1:${await listen(t, server)}/oauth2/token`;
  assert.deepEqual(await answersOf(workloadQuestions({ ...targets, tokenUrl, aws, workload })), {
    'workload-sts-subject': 'yes',
    'workload-sts': '200',
  });
  for (const answer of [{}, { WebIdentityToken: 'no JWT' }, { WebIdentityToken: 'a.e30.c' }])
    assert.equal(await requestStsToken(awsThatSays({ 'sts get-web-identity-token': answer }).aws, 'x'), undefined);
  const refused: RunAws = async () => {
    throw new Error('OutboundWebIdentityFederationDisabled');
  };
  assert.equal(await requestStsToken(refused, 'x'), undefined);
  const answers = await answersOf(workloadQuestions({ ...targets, aws }));
  assert.match(answers['workload-sts'] ?? '', /enable-outbound-web-identity-federation/);
});

test('every entry that is written is a right one', () => {
  const workload = { issuer: 'https://account.example', subject: 'arn:aws:iam::123456789012:role/settle', token: 'x' };
  const entries = settleEntries(APIS, workload);
  for (const { table, item } of entries) {
    const key = parseEntryKey(String(item.entry));
    const kind = table === 'Clients' ? 'client' : 'kind' in key ? key.kind : assert.fail(JSON.stringify(item));
    assert.deepEqual('faults' in parseEntry(kind, item) && item, false);
  }
  assert.equal(entries.length, 11);
});

test('a JWT that is let in after ten seconds is seen', async (t) => {
  let calls = 0;
  const server = createServer((_incoming, outgoing) => {
    calls++;
    outgoing.end('{"access_token":"token"}');
  });
  const url = `http://127.0.0.1:${await listen(t, server)}`;
  const questions = feedQuestions({ ...targets, tokenUrl: `${url}/oauth2/token`, countedUrl: url, pause: async () => {} });
  assert.deepEqual(await answersOf(questions), { 'feed-revocation': '200 let in' });
  assert.equal(calls, 14);
});

const answersOf = async (questions: readonly Question[]): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await Promise.all(questions.map((question) => ask(question, false)))).map((each) => [
      each.id,
      each.kind === 'answered' ? each.observed : each.reason,
    ]),
  );

test('a WebSocket API is asked by a handshake', async (t) => {
  const server = createServer();
  server.on('upgrade', (incoming, socket) => {
    const isGood = incoming.headers.authorization === 'Bearer good';
    socket.end(
      isGood
        ? 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
        : 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n',
    );
  });
  const socketUrl = `ws://127.0.0.1:${await listen(t, server)}/prod`;
  const questions = webSocketQuestions({ ...targets, socketUrl }, { userToken: 'good', bearer: ['Authorization', 'Bearer good'] });
  assert.deepEqual(await answersOf(questions), { 'socket-connect': '101', 'socket-missing-token': '401', 'socket-bad-token': '401' });
  const [question] = webSocketQuestions({ ...targets, socketUrl: undefined }, { userToken: '', bearer: ['Authorization', ''] });
  assert.equal(question?.missing, 'there is no WebSocket API');
});

test('an answer that is kept is asked again when its token is over, and when it is revoked', async (t) => {
  let isOver = false;
  const server = createServer((incoming, outgoing) => {
    const isApi = incoming.url?.startsWith('/settle') === true;
    outgoing.statusCode = isApi && isOver ? 403 : 200;
    outgoing.end('{"access_token":"token"}');
  });
  const url = `http://127.0.0.1:${await listen(t, server)}`;
  const paused: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    paused.push(milliseconds);
    isOver = true;
  };
  const question = cachingQuestions({ ...targets, tokenUrl: `${url}/oauth2/token`, restUrl: `${url}/settle`, pause }).find(
    ({ id }) => id === 'cache-expired',
  );
  assert.ok(question !== undefined);
  assert.deepEqual(await answersOf([question]), { 'cache-expired': '200 refused' });
  assert.ok((paused[0] ?? 0) > 60_000);
  isOver = false;
  const careless = cachingQuestions({ ...targets, tokenUrl: `${url}/oauth2/token`, restUrl: `${url}/settle`, pause: async () => {} });
  const [settled] = await Promise.all(careless.filter(({ id }) => id === 'cache-expired').map((each) => ask(each, false)));
  assert.equal(settled === undefined ? '' : verdictOf(settled), 'OTHERWISE');
});

/** Answers of the AWS CLI, by its first two words. */
function awsThatSays(answers: Readonly<Record<string, unknown>>): { readonly aws: RunAws; readonly calls: string[][] } {
  const calls: string[][] = [];
  const aws: RunAws = async (args) => {
    calls.push([...args]);
    return answers[args.slice(0, 2).join(' ')] ?? {};
  };
  return { aws, calls };
}

const STACK_ID = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Gatehouse-Settle/1';
const HEALTHY = {
  'lambda get-function-configuration': { LoggingConfig: { LogGroup: 'the-log-group' } },
  'logs filter-log-events': {
    events: [{ message: '{"service":"gatehouse","timestamp":"2027-01-15T08:00:00.000Z","level":"INFO","message":"token-request"}' }],
  },
  'cloudwatch list-metrics': {
    Metrics: ['AuditEvents', 'Authorizations', 'Grants', 'OldestSignerSeconds', 'TokenRequests'].map((MetricName) => ({ MetricName })),
  },
  'cloudwatch get-metric-data': { MetricDataResults: [{ Id: 'a', Values: [3] }] },
  'cloudwatch describe-alarms': { MetricAlarms: [{ AlarmName: 'Gatehouse-Settle-A', StateValue: 'OK' }] },
  'cloudformation list-stacks': { StackSummaries: [{ StackName: 'Gatehouse-Settle', StackId: STACK_ID }] },
  'cloudformation describe-stack-events': { StackEvents: [{ PhysicalResourceId: STACK_ID, ResourceStatus: 'ROLLBACK_COMPLETE' }] },
};

const operationsOf = (aws: RunAws | undefined) =>
  operationQuestions({ ...targets, stackName: 'Gatehouse-Settle', tokenFunctionName: 'token', aws });

test('logs, metrics, alarms and deployments are asked of the AWS CLI, by documented operations', async () => {
  const { aws, calls } = awsThatSays(HEALTHY);
  const answers = await answersOf(operationsOf(aws));
  assert.deepEqual(answers['log-lines-as-written'], 'as written');
  assert.deepEqual(answers['metric-data'], 'AuditEvents Authorizations Grants OldestSignerSeconds TokenRequests');
  assert.deepEqual(answers['metric-search'], 'found');
  assert.deepEqual(answers['alarm-states'], 'none');
  assert.deepEqual(answers['failed-deployment-repeated'], 'rolled back, then deployed');
  const filter = calls.find((args) => args[1] === 'filter-log-events');
  assert.ok(filter?.includes('the-log-group'));
  assert.ok(calls.some((args) => args.join(' ').includes('SEARCH(\'{\\"Gatehouse/Gatehouse-Settle\\",\\"Outcome\\"}')));
});

test('what AWS says otherwise is seen, with what breaks', async () => {
  const { aws } = awsThatSays({
    ...HEALTHY,
    'logs filter-log-events': { events: [{ message: '{"time":"x","level":"INFO","message":"{}"}' }] },
    'cloudwatch list-metrics': { Metrics: [{ MetricName: 'TokenRequests' }] },
    'cloudwatch get-metric-data': { MetricDataResults: [] },
    'cloudwatch describe-alarms': { MetricAlarms: [{ AlarmName: 'Gatehouse-Settle-KeyRotationOverdue', StateValue: 'ALARM' }] },
    'cloudformation describe-stack-events': { StackEvents: [{ PhysicalResourceId: STACK_ID, ResourceStatus: 'ROLLBACK_FAILED' }] },
  });
  const settled = await Promise.all(operationsOf(aws).map((question) => ask(question, false)));
  const others = OTHERWISE(settled).map(({ id }) => id);
  assert.deepEqual(others, [
    'log-lines-as-written',
    'log-system-lines',
    'metric-data',
    'metric-search',
    'alarm-states',
    'failed-deployment-repeated',
  ]);
  const table = formatSettled(settled);
  assert.match(table, /OTHERWISE {3}alarm-states: .*KeyRotationOverdue\n {12}assumed: none\n {12}breaks: An alarm rings/);
  assert.match(table, /\n0 as assumed, 6 OTHERWISE, 1 noted, 0 not asked\n$/);
});

test('without the AWS CLI these are not asked, and said so', async () => {
  const settled = await Promise.all(operationsOf(undefined).map((question) => ask(question, false)));
  assert.deepEqual(new Set(settled.map(verdictOf)), new Set(['not asked']));
});

test('an outputs file of another stack is refused with what is missing', () => {
  assert.throws(() => readOutputs({ Other: {} }, 'Gatehouse-Settle'), /Outputs of the stack Gatehouse-Settle are missing/);
  assert.throws(() => readOutputs({ 'Gatehouse-Settle': { TokenUrl: 'x' } }, 'Gatehouse-Settle'), /SettleRestUrl/);
});

test('--help says how, and nothing at all is asked without outputs', async () => {
  const script = 'infra/examples/settle-on-aws.ts';
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--help']);
  for (const text of ['cdk deploy --all', 'cdk destroy --all', '--quick', '--custom-url', 'cents']) assert.ok(stdout.includes(text), text);
  await assert.rejects(promisify(execFile)(process.execPath, [script]), { code: 2 });
});

test('every question says what breaks, and has a name of its own', () => {
  const questions = allQuestions({ ...targets, aws: async () => ({}) }, { userToken: '', bearer: ['Authorization', ''] });
  for (const { id, breaks, question } of questions) {
    assert.match(id, /^[a-z0-9-]+$/);
    assert.ok(breaks.length > 20 && question.length > 10, id);
  }
  const texts = questions.map(({ id, question }) => `${id} ${question}`);
  assert.equal(new Set(texts).size, texts.length);
});
