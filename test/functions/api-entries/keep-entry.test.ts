// The entry that a deployment keeps: what it writes, what it leaves to operators, and who wins where both write at once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import fc from 'fast-check';
import { createEntryStore } from '../../../functions/api-entries/entry-store.ts';
import { createApiEntriesHandler } from '../../../functions/api-entries/handle-event.ts';
import { type EntryStore, keepEntry, removeEntry } from '../../../functions/api-entries/keep-entry.ts';
import { type Item, planEntry, planRemoval } from '../../../functions/api-entries/plan-entry.ts';
import { changedByHand, digestOf, MARK_ATTRIBUTE, parseMark } from '../../../functions/configuration/entries/deployment-mark.ts';
import { attributesOf, plainItem } from '../../../functions/storage/aws/attribute-value.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { TABLE_VARIABLES, TEST_CREDENTIALS } from '../../support/tables.ts';

const TABLE = TABLE_VARIABLES.TENANTS_TABLE;
const STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Orders/1';
const key = { tenant: 'acme', entry: 'api#orders' } as const;
const RULES = [{ path: '/order', methods: ['POST'], scopes: ['order:write'] }];
const attributes = { apiId: 'abcdef1234', stage: 'prod', resources: RULES } as const;
const wanted = { key, stackId: STACK, logicalId: 'Entry1', attributes } as const;

let dynamoDb: TestDynamoDb;
let client: DynamoDBClient;
let store: EntryStore;

before(async () => {
  dynamoDb = await startDynamoDb();
  client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials: TEST_CREDENTIALS });
  store = createEntryStore(TABLE, {
    get: (input) => client.send(new GetItemCommand(input)),
    put: (input) => client.send(new PutItemCommand(input)),
    delete: (input) => client.send(new DeleteItemCommand(input)),
  });
});

after(async () => {
  client.destroy();
  await dynamoDb.close();
});

async function readEntry(name = key.entry): Promise<Item | undefined> {
  const { Item: item } = await client.send(new GetItemCommand({ TableName: TABLE, Key: attributesOf({ ...key, entry: name }) }));
  return item === undefined ? undefined : (plainItem(item) as Item);
}

const writeByHand = (item: Item) => client.send(new PutItemCommand({ TableName: TABLE, Item: attributesOf({ ...key, ...item }) }));
const clear = () => client.send(new DeleteItemCommand({ TableName: TABLE, Key: attributesOf(key) }));

test('what is not there is written, and another deployment changes what the first one wrote', async () => {
  await clear();
  assert.deepEqual(await keepEntry(store, wanted), []);
  const { [MARK_ATTRIBUTE]: mark, ...written } = (await readEntry()) ?? {};
  assert.deepEqual(written, { ...key, ...attributes });
  assert.equal((mark as { readonly by: string }).by, `${STACK}/Entry1`);
  const next = { ...attributes, resources: [], context: '/shop' };
  assert.deepEqual(await keepEntry(store, { ...wanted, attributes: next }), []);
  const { context, resources } = (await readEntry()) ?? {};
  assert.deepEqual([context, resources], ['/shop', []]);
  await keepEntry(store, wanted);
  assert.equal((await readEntry())?.context, undefined);
});

test('what an operator changed, added or took away stays, and is known as changed', async () => {
  await clear();
  await keepEntry(store, { ...wanted, attributes: { ...attributes, version: '1.0' } });
  const { version: _, ...before2 } = (await readEntry()) ?? {};
  const byHand = { ...before2, resources: [{ path: '/*' }], tenants: ['beta'] };
  await writeByHand(byHand);
  const kept = await keepEntry(store, { ...wanted, attributes: { ...attributes, stage: 'live', version: '2.0', tenants: '*' } });
  assert.deepEqual([...kept].sort(), ['resources', 'tenants', 'version']);
  const after2 = (await readEntry()) ?? {};
  assert.deepEqual([after2.resources, after2.tenants, after2.version, after2.stage], [[{ path: '/*' }], ['beta'], undefined, 'live']);
  const mark = parseMark(after2);
  assert.ok(mark !== undefined);
  assert.deepEqual([...changedByHand(after2, mark)].sort(), ['resources', 'version']);
  await writeByHand({ ...after2, resources: RULES });
  assert.deepEqual([...(await keepEntry(store, wanted))].sort(), ['version']);
});

test('an entry that an operator wrote before gets what is missing, and no more', async () => {
  await clear();
  await writeByHand({ apiId: 'abcdef1234', stage: 'prod', tenants: '*' });
  assert.deepEqual([...(await keepEntry(store, wanted))].sort(), ['apiId', 'stage']);
  const { tenants, resources } = (await readEntry()) ?? {};
  assert.deepEqual([tenants, resources], ['*', RULES]);
});

test('an entry of another API or another stack is refused by name, and one that would be wrong is not written', async () => {
  await clear();
  await writeByHand({ apiId: 'other12345', stage: 'prod' });
  await assert.rejects(keepEntry(store, wanted), /Tenants, acme \/ api#orders is there, for the API other12345/);
  await clear();
  await keepEntry(store, { ...wanted, stackId: `${STACK}2` });
  await assert.rejects(keepEntry(store, wanted), /is kept by arn:.*\/Orders\/12\/Entry1/);
  await clear();
  const wrong = { ...attributes, resources: [{ path: 'order', scope: ['x'] }] };
  await assert.rejects(keepEntry(store, { ...wanted, attributes: wrong }), /would be wrong\. .*resources\.0\.scope.*did you mean scopes/);
  assert.equal(await readEntry(), undefined);
});

test('what nobody changed goes with its resource, what somebody changed stays and is the operator’s', async () => {
  await clear();
  await keepEntry(store, wanted);
  assert.equal(await removeEntry(store, { ...wanted, logicalId: 'EntryBefore' }), 'nothing');
  assert.equal(await removeEntry(store, wanted), 'deleted');
  assert.equal(await readEntry(), undefined);
  assert.equal(await removeEntry(store, wanted), 'nothing');
  for (const change of [{ resources: [] }, { description: 'ours' }, { requireSubscription: true }]) {
    await clear();
    await keepEntry(store, wanted);
    await writeByHand({ ...(await readEntry()), ...change });
    assert.equal(await removeEntry(store, wanted), 'left-to-operator');
    assert.deepEqual(await readEntry(), { ...key, ...attributes, ...change });
  }
});

test('a resource of another name in the same stack takes the entry over, and the old one leaves it alone', async () => {
  await clear();
  await keepEntry(store, wanted);
  const renamed = { ...wanted, logicalId: 'Entry2' };
  await keepEntry(store, renamed);
  assert.equal(await removeEntry(store, wanted), 'nothing');
  assert.equal(await removeEntry(store, renamed), 'deleted');
});

test('an operator who writes between the reading and the writing of a deployment is not overwritten', async () => {
  await clear();
  await keepEntry(store, wanted);
  let isFirst = true;
  const racing: EntryStore = {
    ...store,
    async write(item, read) {
      if (isFirst) await writeByHand({ ...(await readEntry()), resources: [{ path: '/*', permissions: ['/permission/by-hand'] }] });
      isFirst = false;
      return store.write(item, read);
    },
  };
  assert.deepEqual(await keepEntry(racing, { ...wanted, attributes: { ...attributes, resources: [] } }), ['resources']);
  assert.deepEqual((await readEntry())?.resources, [{ path: '/*', permissions: ['/permission/by-hand'] }]);
});

test('fifty deployments at once leave one entry as one of them wanted it', async () => {
  await clear();
  const stages = Array.from({ length: 50 }, (_, at) => `s${at}`);
  const outcomes = await Promise.allSettled(stages.map((stage) => keepEntry(store, { ...wanted, attributes: { ...attributes, stage } })));
  assert.ok(outcomes.some(({ status }) => status === 'fulfilled'));
  for (const outcome of outcomes) if (outcome.status === 'rejected') assert.match(String(outcome.reason), /written by somebody else/);
  const item = (await readEntry()) ?? {};
  const mark = parseMark(item);
  assert.ok(stages.includes(String(item.stage)) && mark !== undefined);
  assert.deepEqual(changedByHand(item, mark), []);
});

const anyAttributes = fc.record(
  {
    version: fc.constantFrom('1', '2'),
    tenants: fc.constantFrom('*' as const, ['a'], ['b']),
    resources: fc.constantFrom([], RULES, [{ path: '/*' }]),
  },
  { requiredKeys: [] },
);
const base = { apiId: 'abcdef1234', stage: 'prod' };

test('whatever deployments and operators write in turn: an operator’s value is never replaced, and a kept one is said', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('deploy', 'hand'), anyAttributes), { maxLength: 6 }), (steps) => {
      let item: Item | undefined;
      /** What an operator wrote last; undefined: took away. */
      const hand = new Map<string, unknown>();
      for (const [who, values] of steps) {
        if (who === 'hand') {
          if (item === undefined) continue;
          for (const [name, value] of Object.entries(values))
            if (JSON.stringify(item[name]) !== JSON.stringify(value)) hand.set(name, value);
          item = { ...item, ...values };
          continue;
        }
        const plan = planEntry(item, { ...wanted, attributes: { ...base, ...values } });
        assert.ok(plan.kind === 'write');
        const before = item === undefined ? undefined : parseMark(item);
        for (const [name, value] of hand) {
          // A value that is again what the deployment wrote is the deployment's again.
          if (before?.written[name] === digestOf(value)) hand.delete(name);
          else assert.deepEqual(plan.item[name], value);
          if (hand.has(name) && name in values) assert.ok(plan.kept.includes(name));
        }
        item = plan.item;
        for (const name of Object.keys(values)) if (!hand.has(name)) assert.deepEqual(item[name], values[name as keyof typeof values]);
      }
      const removal = planRemoval(item, wanted);
      if (hand.size > 0 && item !== undefined && [...hand.keys()].some((name) => changed(item as Item).includes(name)))
        assert.equal(removal.kind, 'release');
    }),
    { numRuns: 2000 },
  );
});

const changed = (item: Item): readonly string[] => {
  const mark = parseMark(item);
  return mark === undefined ? [] : changedByHand(item, mark);
};

const eventOf = (type: 'Create' | 'Update' | 'Delete', properties: object, physicalId?: string) =>
  ({
    RequestType: type,
    ServiceToken: 'arn',
    ResponseURL: 'https://cloudformation.example.com/answer',
    StackId: STACK,
    RequestId: 'request',
    LogicalResourceId: 'Entry1',
    ResourceType: 'Custom::GatehouseApiEntry',
    ResourceProperties: { ServiceToken: 'arn', ...properties },
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
  }) as unknown as CloudFormationCustomResourceEvent;

const PROPERTIES = { Tenant: 'acme', Name: 'orders', ApiId: 'abcdef1234', Stage: 'prod', Entry: JSON.stringify({ resources: RULES }) };

function openHandler(used: EntryStore = store) {
  const answers: Record<string, unknown>[] = [];
  const fetch2 = async (_: unknown, init?: { readonly body?: unknown }) => {
    answers.push(JSON.parse(String(init?.body)));
    return new Response();
  };
  const handler = createApiEntriesHandler({ store: used, fetch: fetch2 as typeof fetch, log: () => undefined });
  return { handler, answers };
}

test('CloudFormation is answered: created, deleted, and FAILED with the reason in words', async () => {
  await clear();
  const { handler, answers } = openHandler();
  await handler(eventOf('Create', PROPERTIES));
  await handler(eventOf('Delete', PROPERTIES, 'acme/api#orders'));
  await handler(eventOf('Create', { ...PROPERTIES, Tenant: 'Acme Inc' }));
  await handler(eventOf('Delete', { ...PROPERTIES, Tenant: 'Acme Inc' }, 'no-entry'));
  await handler(eventOf('Create', { ...PROPERTIES, Entry: '[]' }));
  assert.deepEqual(
    answers.map(({ Status, PhysicalResourceId, Reason }) => [Status, PhysicalResourceId, Reason]),
    [
      ['SUCCESS', 'acme/api#orders', undefined],
      ['SUCCESS', 'acme/api#orders', undefined],
      ['FAILED', 'no-entry', 'Tenant: expected the name of a tenant.'],
      ['SUCCESS', 'no-entry', undefined],
      ['FAILED', 'no-entry', 'Entry: expected a map, as JSON.'],
    ],
  );
  assert.equal(await readEntry(), undefined);
});

test('a table that does not answer is FAILED without what the error said, and who is not CloudFormation gets nothing', async () => {
  const fail = () => Promise.reject(Object.assign(new Error('secret text'), { name: 'ProvisionedThroughputExceededException' }));
  const { handler, answers } = openHandler({ read: fail, write: fail, remove: fail });
  await handler(eventOf('Create', PROPERTIES));
  assert.equal(answers[0]?.Reason, 'DynamoDB did not take the entry: ProvisionedThroughputExceededException.');
  for (const event of [{}, null, { Tenant: 'acme' }, 'x']) await assert.rejects(handler(event), /Only CloudFormation may ask/);
});
