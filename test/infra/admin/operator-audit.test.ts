// Audit events of what operators end: what is in them, where they go, and that nothing is lost where they can't go there.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CreateLogStreamCommand, DescribeLogGroupsCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { openCloudWatchAuditLog } from '../../../infra/admin/audit/cloudwatch-audit-log.ts';
import { type AuditLog, createAudit } from '../../../infra/admin/audit/write-audit.ts';
import { openIncidentWorld } from './support/incident-world.ts';

test('every verb that ends something leaves an audit event that says what, whose, how much and by whom', async (context) => {
  const { run, logIn, signIn, events } = await openIncidentWorld(context);
  const { access } = await logIn('userx@my_company');
  await logIn('publisher@my_company');
  await signIn('publisher@my_company');
  const verbs: readonly (readonly [words: string, input: string, event: Readonly<Record<string, unknown>>])[] = [
    ['revoke token', access, { audit: 'grant-revoked', tenant: 'my_company', clientId: 'demo-app', subject: 'EXTERNAL/E-1001@my_company' }],
    [
      'revoke user publisher@my_company',
      '',
      { audit: 'user-revoked', tenant: 'my_company', subject: 'my-company-u1@my_company', grants: 2, sessions: 1 },
    ],
    ['revoke client demo-app', '', { audit: 'client-revoked', clientId: 'demo-app' }],
    ['revoke tenant my_company', '', { audit: 'tenant-revoked', tenant: 'my_company' }],
    ['tenant suspend my_company', '', { audit: 'tenant-suspended', tenant: 'my_company' }],
    ['tenant activate my_company', '', { audit: 'tenant-activated', tenant: 'my_company' }],
    ['user disable my_company publisher', '', { audit: 'user-disabled', subject: 'my-company-u1@my_company', grants: 0, sessions: 0 }],
    ['user set-password my_company publisher', '', { audit: 'password-set', subject: 'my-company-u1@my_company' }],
    ['user delete my_company publisher', '', { audit: 'user-deleted', subject: 'my-company-u1@my_company' }],
  ];
  for (const [words, input, expected] of verbs) {
    events.length = 0;
    assert.equal((await run(words, input)).code, 0, words);
    assert.equal(events.length, 1, words);
    const [event = {}] = events;
    assert.deepEqual({ ...event, ...expected }, event, words);
    assert.deepEqual([event.message, event.operator, event.level, event.service], ['operator', 'oz', 'INFO', 'gatehouse']);
    assert.ok(!JSON.stringify(event).includes(access));
  }
  for (const words of [
    'revoke user nobody@my_company',
    'revoke client nobody',
    'tenant suspend nobody',
    'revoke token',
    'unlock nobody@my_company',
  ]) {
    events.length = 0;
    await run(words);
    assert.deepEqual(events, [], `${words}: nothing was done`);
  }
});

suite('an event', () => {
  const AT_MS = 1_900_000_000_000;

  async function write(openAuditLog: () => Promise<AuditLog>) {
    const reported: string[] = [];
    const audit = createAudit({ openAuditLog, clock: () => AT_MS, report: (line) => void reported.push(line) });
    await audit({ audit: 'tenant-revoked', tenant: 't' });
    await audit({ audit: 'tenant-suspended', tenant: 't' });
    return reported;
  }

  test('goes into the log of the token function, in a stream of its own, and names who the operator is', async () => {
    const sent: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
    const client = {
      async send(command: { readonly input: object }) {
        sent.push({ name: command.constructor.name, input: { ...command.input } });
        if (!(command instanceof DescribeLogGroupsCommand)) return {};
        return {
          logGroups: [
            'Gatehouse-GatehouseAuthorizerFunctionLogs0A1B2C3D-x',
            'Gatehouse-GatehouseTokenApiTokenFunctionLogs0A1B2C3D-AbC',
          ].map((logGroupName) => ({ logGroupName })),
        };
      },
    };
    const findOperator = async () => 'arn:aws:sts::123456789012:assumed-role/ops/oz';
    assert.deepEqual(await write(() => openCloudWatchAuditLog({ stackName: 'Gatehouse', client: client as never, findOperator })), []);
    assert.deepEqual(
      sent.map(({ name }) => name),
      [DescribeLogGroupsCommand.name, CreateLogStreamCommand.name, PutLogEventsCommand.name, PutLogEventsCommand.name],
    );
    const [, stream, first] = sent;
    assert.equal(stream?.input.logGroupName, 'Gatehouse-GatehouseTokenApiTokenFunctionLogs0A1B2C3D-AbC');
    assert.match(String(stream?.input.logStreamName), /^operators\/[0-9a-f-]{36}$/);
    const [event] = (first?.input.logEvents ?? []) as readonly { readonly message: string; readonly timestamp: number }[];
    assert.equal(event?.timestamp, AT_MS);
    assert.deepEqual(JSON.parse(event?.message ?? ''), {
      service: 'gatehouse',
      timestamp: '2030-03-17T17:46:40.000Z',
      level: 'INFO',
      message: 'operator',
      audit: 'tenant-revoked',
      tenant: 't',
      operator: 'arn:aws:sts::123456789012:assumed-role/ops/oz',
    });
  });

  test('that can not go there is shown whole, and stops nothing', async () => {
    const denied = Object.assign(new Error('denied'), { name: 'AccessDeniedException' });
    const unwritable = { findOperator: () => Promise.reject(denied), write: () => Promise.reject(denied) };
    for (const open of [() => Promise.reject(denied), async () => unwritable]) {
      const reported = await write(open);
      assert.equal(reported.length, 2);
      assert.match(
        reported[0] ?? '',
        /^warning: the audit event is not in the log \(AccessDeniedException\): \{.*"audit":"tenant-revoked","tenant":"t"\}$/,
      );
    }
    const none = { send: async () => ({ logGroups: [] }) };
    assert.match((await write(() => openCloudWatchAuditLog({ stackName: 'None', client: none as never })))[0] ?? '', /\(NoLogGroup\)/);
  });

  test('is written though nobody says who the operator is', async () => {
    const lines: string[] = [];
    const log = { findOperator: () => Promise.reject(new Error('no STS')), write: async (line: string) => void lines.push(line) };
    assert.deepEqual(await write(async () => log), []);
    assert.equal(JSON.parse(lines[0] ?? '').audit, 'tenant-revoked');
  });
});
