// `explain` by the id of a request: every reason that a line can have, the lines of the real handlers, and the searches.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { UnverifiedItem } from '../../../../functions/configuration/entries/read-entry.ts';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import type { LogFields } from '../../../../functions/shared/log.ts';
import type { Grant } from '../../../../functions/storage/grant.ts';
import { endUserOf } from '../../../../functions/userstores/primary-user.ts';
import { CommandFailed } from '../../../../infra/admin/commands/command.ts';
import { openCloudWatchLog } from '../../../../infra/admin/explain/cloudwatch-log.ts';
import { explainRequest } from '../../../../infra/admin/explain/explain-request.ts';
import { type FoundLine, isRequestId, type LogSource } from '../../../../infra/admin/explain/log-source.ts';
import { parseSince } from '../../../../infra/admin/explain/parse-since.ts';
import { REASONS } from '../../../../infra/admin/reasons/index.ts';
import { API_ID, bearer, ISSUER, NOW_SECONDS, openWorld, restRequest, USERX } from '../../../functions/authorizer/authorizer-world.ts';
import { openExplainWorld } from '../../../support/explain-world.ts';
import { listen } from '../../../support/listen.ts';
import { type MemoryStores, openMemoryStores } from '../../../support/memory-stores.ts';
import { openTokenApi, PASSWORD_GRANT } from '../../../support/token-api.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const EMPTY = openMemoryStores({ clock: Date.now });
const dependenciesOn = (stores: MemoryStores, openGrants: readonly Grant[] = [], apis: readonly UnverifiedItem[] = []) =>
  openExplainWorld({ stores, apis: () => apis, issuer: ISSUER, clock: () => NOW_SECONDS * 1000, openGrants });
const explain = (log: LogSource, requestId = ID, dependencies = dependenciesOn(EMPTY)) =>
  explainRequest(log, dependencies, { requestId, sinceMs: 0 });

function logOf(...lines: readonly FoundLine[]): LogSource {
  const isAbout = (line: FoundLine, id: string) => line.requestId === id || line.function_request_id === id;
  return { findRequest: async (id) => ({ lines: lines.filter((line) => isAbout(line, id)), searched: ['a log'] }) };
}

test('each reason is explained, wherever a line can have it: what happened, and what to change', async () => {
  const kinds = [
    { message: 'authorizer', outcome: 'unauthorized' },
    { message: 'token-request', outcome: 'refused', status: 400 },
  ];
  for (const reason of Object.keys(REASONS)) {
    for (const kind of kinds) {
      const explained = await explain(
        logOf({ ...kind, requestId: ID, reason, tenant: 'my_company', client: 'app', clientId: 'app', api: 'shop' }),
      );
      assert.equal(explained.reason, reason);
      assert.deepEqual([explained.meaning, explained.change], Object.values(REASONS[reason as keyof typeof REASONS]));
      assert.doesNotMatch(JSON.stringify(explained.decidedBy ?? ''), /undefined/);
    }
  }
});

test('lines of the authorizer as it writes them: status, reason, entry', async () => {
  const world = openWorld();
  const lineOf = (): FoundLine => ({ message: 'authorizer', ...world.lines.findLast(({ event }) => event === 'authorizer')?.fields });
  const call = async (options: Parameters<typeof restRequest>[0]) => {
    const event = restRequest(options);
    const { status } = await world.call(event);
    const explained = await explain(logOf(lineOf()), event.requestContext.requestId, dependenciesOn(world.stores));
    assert.equal(explained.status, status);
    return explained;
  };
  const lacking = await call({ method: 'POST', path: '/pizzashack/1.0.0/order', authorization: bearer(await world.issue()) });
  assert.partialDeepStrictEqual(lacking, { reason: 'scope-or-permission-missing', code: '900910' });
  assert.deepEqual(lacking.decidedBy, { entry: 'Tenants, my_company / api#pizzashack', attribute: 'resources[1]' });
  assert.ok(lacking.steps.some(({ says }) => says.includes('resources[1] POST /order: has decided')));
  assert.equal((await call({ authorization: bearer(await world.issue()) })).outcome, 'allowed');
  assert.equal((await call({})).reason, 'no-credential');
  assert.equal((await call({ path: '/elsewhere' })).reason, 'no-api-entry');
  assert.match((await call({ path: '/elsewhere' })).change, new RegExp(`Expected: .*apiId ${API_ID}`));
  world.stores.failing.add('Tokens');
  const outage = await call({ authorization: bearer(`gat_${'A'.repeat(65)}`) });
  assert.partialDeepStrictEqual(outage, { outcome: 'outage', status: 500, reason: 'timeout', notes: ['What did not answer: dynamodb.'] });
});

test('a scope that was missing is asked after again: what exactly is missing, or that it is no longer', async () => {
  const world = openWorld();
  const { stores, pizzashack } = world;
  stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', scopes: ['order:write'], grantTypes: ['password'] });
  const publisher = { tenant: 'my_company', username: 'publisher', id: 'p-1', passwordHash: '$argon2id$x', roles: ['guest'] };
  stores.put('Users', publisher);
  const stored = await stores.users.findUser('my_company', 'publisher');
  assert.ok(stored !== undefined && stored !== 'broken');
  const token = await world.issue({ user: { ...USERX, ...endUserOf(stored) } });
  const grant = await stores.grants.findGrant(token.slice(4, 26), 0);
  const event = restRequest({ method: 'POST', path: '/pizzashack/1.0.0/order', authorization: bearer(token) });
  assert.equal((await world.call(event)).status, 403);
  const line: FoundLine = { message: 'authorizer', ...world.lines.at(-1)?.fields };
  assert.equal(line.user, 'p-1@my_company', 'the log names users by the id of their store');
  const explained = () =>
    explain(logOf(line), event.requestContext.requestId, dependenciesOn(stores, grant === undefined ? [] : [grant], [pizzashack]));
  assert.match((await explained()).change, /roles guest do not give: role#customer would/);
  stores.put('Users', { ...publisher, roles: ['customer'] });
  assert.match((await explained()).notes.join(), /Asked again now.*200 rule-met/);
});

test('lines of the token API as it writes them', async () => {
  const api = openTokenApi();
  const explained = async (line: LogFields & { event: string }) => explain(logOf({ ...line, message: line.event, requestId: ID }));
  const wrong = await api.token({ ...PASSWORD_GRANT, password: 'wrong' });
  const told = await explained(wrong.line);
  assert.partialDeepStrictEqual(told, { outcome: 'no-token', status: 400, code: 'invalid_grant', reason: 'wrong-password' });
  assert.equal((await explained((await api.token(PASSWORD_GRANT)).line)).reason, 'answered');
  api.users.failure = new Unavailable('userstore EXTERNAL of my_company', 'connection-failed');
  const outage = await explained((await api.token(PASSWORD_GRANT)).line);
  assert.partialDeepStrictEqual(outage, { outcome: 'outage', status: 503, reason: 'connection-failed' });
  assert.match(outage.notes.join(), /userstore EXTERNAL of my_company/);
});

test('other lines of the same call are told beside it, such as that of a wrong entry', async () => {
  const function_request_id = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
  const entry = { message: 'entry-refused', level: 'ERROR', function_request_id, table: 'Tenants', key: 'a / api#x', path: ['stage'] };
  const explained = await explain(
    logOf(entry, { message: 'authorizer', outcome: 'forbidden', reason: 'api-entry-wrong', requestId: ID, function_request_id }),
  );
  assert.deepEqual(explained.notes, ['In the log of the same call, entry-refused: table Tenants; key a / api#x; path stage.']);
});

test('a request that no function was asked about is explained by the access log, and one that nobody has heard of by what to do', async () => {
  const access = { requestId: ID, httpMethod: 'GET', status: '403', responseType: 'MISSING_AUTHENTICATION_TOKEN' };
  assert.match((await explain(logOf(access))).meaning, /no such resource or method/);
  assert.match((await explain(logOf({ ...access, status: 401, responseType: 'UNAUTHORIZED' }))).meaning, /out of its cache/);
  assert.partialDeepStrictEqual(await explain(logOf({ ...access, status: 200, responseType: '-' })), { outcome: 'allowed', status: 200 });
  await assert.rejects(explain(logOf()), (error) => error instanceof CommandFailed && /--log-group[\s\S]*a log/.test(error.message));
});

test('an answer out of the cache leads to the request that it was made for, where the access log names that', async () => {
  const access = { requestId: ID, httpMethod: 'GET', status: 403, responseType: 'ACCESS_DENIED' };
  const line = { message: 'authorizer', outcome: 'forbidden', reason: 'no-rule', requestId: 'earlier-request' };
  const told = await explain(logOf({ ...access, decision: 'earlier-request' }, line));
  assert.deepEqual([told.reason, told.notes.length], ['no-rule', 1]);
  for (const decision of ['-', ID, 'forgotten-request', 7])
    assert.equal((await explain(logOf({ ...access, decision }, line))).reason, 'not-asked');
});

test('what is no id is refused before anything is searched', async () => {
  const never = { findRequest: () => Promise.reject(new Error('searched')) };
  for (const wrong of ['', 'x', '"', `a" || $.level = "INFO`, 'x'.repeat(200), '../../etc/passwd'])
    await assert.rejects(explain(never, wrong), CommandFailed, wrong);
  for (const right of [ID, 'JKJaXmPLvHcESHA=', '5ba8xx92f7=']) assert.equal(isRequestId(right), true, right);
});

test('--since is a time before now, or a moment', () => {
  assert.equal(parseSince('30m', 10_000_000), 10_000_000 - 1_800_000);
  assert.equal(parseSince('2027-01-15T08:00:00Z', 0), 1_800_000_000_000);
  for (const wrong of ['', 'm', '3w', '-1h', 'yesterday', '1h1h', '9999999d'])
    assert.throws(() => parseSince(wrong, 0), CommandFailed, wrong);
});

interface Sent {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

type Command = Pick<Sent, 'input'> & object;

/** Answers of CloudWatch Logs, in the form of its API. */
function cloudWatch(answer: (operation: string, input: Record<string, unknown>) => object) {
  const sent: Sent[] = [];
  const send = async (command: Command, options?: { abortSignal?: AbortSignal }) => {
    options?.abortSignal?.throwIfAborted();
    const operation = command.constructor.name;
    sent.push({ operation, input: command.input });
    return answer(operation, command.input);
  };
  return { sent, client: { send } as never };
}

const GROUPS = ['Gatehouse-GatehouseTokenFunctionLogs1A2B3C4D-abc', 'Gatehouse-GatehouseAuthorizerFunctionLogs1A2B3C4D-def'];

test('CloudWatch Logs: the log groups of the stack alone, page by page, for this id since then', async () => {
  const { sent, client } = cloudWatch((operation, { logGroupName, nextToken }) => {
    if (operation === 'DescribeLogGroupsCommand')
      return nextToken === undefined
        ? { logGroups: [{ logGroupName: GROUPS[0] }, { logGroupName: 'Gatehouse-OrdersBackendLogs1A2B3C4D-x' }], nextToken: 'more' }
        : { logGroups: [{ logGroupName: GROUPS[1] }] };
    // A page without a line is no end.
    if (logGroupName === GROUPS[1] && nextToken === undefined) return { events: [], nextToken: 'next' };
    const line = { message: 'authorizer', outcome: 'forbidden', reason: 'no-rule', requestId: ID };
    return { events: logGroupName === GROUPS[1] ? [{ message: 'START' }, { message: JSON.stringify(line) }] : [] };
  });
  const explained = await explain(openCloudWatchLog({ stackName: 'Gatehouse', logGroups: [], client }));
  assert.equal(explained.reason, 'no-rule');
  const searches = sent.filter(({ operation }) => operation === 'FilterLogEventsCommand').map(({ input }) => input);
  assert.deepEqual(new Set(searches.map(({ logGroupName }) => logGroupName)), new Set(GROUPS));
  assert.equal(
    searches[0]?.filterPattern,
    `{ ($.requestId = "${ID}") || ($.extendedRequestId = "${ID}") || ($.function_request_id = "${ID}") }`,
  );
  assert.equal(searches[0]?.startTime, 0);
});

test('CloudWatch Logs: pages, time and rights have an end, and the answer says that not all was searched', async () => {
  const endless = cloudWatch(() => ({ events: [], nextToken: 'for ever' }));
  const source = (client: never, deadlineMs?: number) =>
    openCloudWatchLog({ stackName: 'S', logGroups: ['mine'], client, ...(deadlineMs !== undefined && { deadlineMs }) });
  await assert.rejects(explain(source(endless.client)), /Not all was searched: mine: more than 50 pages/);
  assert.equal(endless.sent.length, 50);
  const denied = cloudWatch(() => {
    throw Object.assign(new Error('not for you'), { name: 'AccessDeniedException' });
  });
  await assert.rejects(explain(source(denied.client)), /mine: AccessDeniedException/);
  await assert.rejects(explain(source(endless.client, 0)), /took too long|more than 50 pages/);
  const none = cloudWatch(() => ({ logGroups: [] }));
  await assert.rejects(
    explain(openCloudWatchLog({ stackName: 'Nope', logGroups: [], client: none.client })),
    /No log group of a stack Nope/,
  );
});

test('CloudWatch Logs by the SDK itself: what goes over the wire, and a service that never answers', async (t) => {
  const asked: { target: unknown; body: Record<string, unknown> }[] = [];
  let isSilent = false;
  const server = createServer(async (message, to) => {
    if (isSilent) return;
    const body = JSON.parse(await text(message)) as Record<string, unknown>;
    asked.push({ target: message.headers['x-amz-target'], body });
    const line = JSON.stringify({ message: 'authorizer', outcome: 'forbidden', reason: 'no-rule', requestId: ID });
    to.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ events: [{ message: line }] }));
  });
  const client = new CloudWatchLogsClient({
    endpoint: `http://127.0.0.1:${await listen(t, server)}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  t.after(() => client.destroy());
  const source = openCloudWatchLog({ stackName: 'S', logGroups: ['mine'], client, deadlineMs: 2000 });
  assert.equal((await explain(source)).reason, 'no-rule');
  assert.equal(asked[0]?.target, 'Logs_20140328.FilterLogEvents');
  assert.equal(asked[0]?.body.logGroupName, 'mine');
  isSilent = true;
  const hasty = openCloudWatchLog({ stackName: 'S', logGroups: ['mine'], client, deadlineMs: 100 });
  await assert.rejects(explain(hasty), /Not all was searched: mine: the search took too long/);
});
