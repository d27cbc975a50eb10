import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { CONFIGURATION_CACHE_MS } from '../../../../functions/shared/environment.ts';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { attributesOf } from '../../../../functions/storage/aws/attribute-value.ts';
import type { AwsCall, CreateAwsClient } from '../../../../functions/storage/aws/aws-call.ts';
import { createAwsClient } from '../../../../functions/storage/aws/aws-client.ts';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { createStores } from '../../../../functions/storage/aws/index.ts';
import { createReadAgain, type ReadValue } from '../../../../functions/storage/aws/read-again.ts';
import { createReadAhead } from '../../../../functions/storage/aws/read-ahead.ts';
import { createAwsClient as createSdkClient } from '../../../../functions/storage/aws/sdk-client.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { type Fault, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { TABLE_VARIABLES, TEST_CREDENTIALS, useTablesAt } from '../../../support/tables.ts';

/** A partition of these items, with as many on a page as is said, by a client that parses what it is not told to know. */
function openPartition() {
  const state = { items: [] as Item[], pageItems: 2, parsed: 0 };
  const call: AwsCall = async (_operation, input, known) => {
    const startAt = 'ExclusiveStartKey' in input && input.ExclusiveStartKey !== undefined ? Number(input.ExclusiveStartKey) : 0;
    const end = startAt + state.pageItems;
    const items = state.items.slice(startAt, end).map(attributesOf);
    const reply = { Items: items, ...(end < state.items.length && { LastEvaluatedKey: end }) };
    const told = known?.(JSON.stringify(reply));
    if (told === undefined) state.parsed += 1;
    return told ?? reply;
  };
  return { state, readAgain: createReadAgain(call) };
}

const ofPartition = { table: 'Tenants', key: ['tenant', 'a'] } as const;

test('whatever is written between two readings, and however many pages there are, what is read is what there is', async () => {
  const items = fc.array(fc.record({ entry: fc.constantFrom('a', 'b'), n: fc.integer({ min: 0, max: 2 }) }, { noNullPrototype: true }), {
    maxLength: 5,
  });
  const reading = fc.record({ items, pageItems: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(reading, { minLength: 1, maxLength: 6 }), async (readings) => {
      const { state, readAgain } = openPartition();
      let last: ReadValue<{ readonly items: readonly unknown[] }> | undefined;
      for (const now of readings) {
        Object.assign(state, now);
        last = await readAgain.queryAgain(ofPartition, last, (found) => ({ items: found }));
        assert.deepEqual(last.value.items, now.items);
        state.parsed = 0;
        assert.equal(await readAgain.queryAgain(ofPartition, last, (found) => ({ items: found })), last);
        assert.equal(state.parsed, 0);
      }
    }),
    { numRuns: 100 },
  );
});

test('of several pages, only those that have changed are parsed by the client, and the next one begins where it began', async () => {
  const { state, readAgain } = openPartition();
  const read = (last?: ReadValue<readonly unknown[]>) => readAgain.queryAgain(ofPartition, last, (found) => found);
  state.items = Array.from({ length: 5 }, (_, n) => ({ entry: `role#${n}` }));
  const first = await read();
  assert.equal(state.parsed, 3);
  assert.equal(await read(first), first);
  assert.equal(state.parsed, 3);
  state.items[3] = { entry: 'role#3', permissions: [] };
  const second = await read(first);
  assert.deepEqual([second.value, state.parsed], [state.items, 4]);
  state.items.pop();
  assert.deepEqual((await read(second)).value, state.items);
  state.items = [];
  assert.deepEqual((await read(second)).value, []);
});

test('attributes in another order are parsed once more, and mean the same; an item that comes or goes is seen', async () => {
  let reply: object = { Item: { clientId: { S: 'a' }, tenant: { S: 't' } } };
  let made = 0;
  const { getAgain } = createReadAgain(async (_operation, _input, known) => known?.(JSON.stringify(reply)) ?? { ...reply });
  const read = (last?: ReadValue<unknown>) =>
    getAgain({ table: 'Clients', key: { clientId: 'a' } }, last, (item) => {
      made += 1;
      return item;
    });
  const first = await read();
  assert.equal(await read(first), first);
  reply = { Item: { tenant: { S: 't' }, clientId: { S: 'a' } } };
  const second = await read(first);
  assert.deepEqual([second.value, made], [first.value, 2]);
  reply = {};
  const gone = await read(second);
  assert.equal(gone.value, undefined);
  assert.equal(await read(gone), gone, 'that there is none is known as well');
  reply = { Item: { tenant: { S: 't' }, clientId: { S: 'a' } } };
  assert.deepEqual((await read(gone)).value, first.value);
});

let dynamoDb: TestDynamoDb;
let operator: DynamoDBClient;
before(async () => {
  dynamoDb = await startDynamoDb();
  operator = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials: TEST_CREDENTIALS });
});
after(async () => {
  operator.destroy();
  await dynamoDb.close();
});
const put = (item: Item, table: 'Tenants' | 'Clients' = 'Tenants') => putEntry(dynamoDb, table, item);

/** The stores of a function, at an endpoint; what they log; and a clock. */
function openStores(endpoint: string, createClient: CreateAwsClient) {
  useTablesAt(endpoint);
  const state = { nowMs: 1_800_000_000_000, logged: [] as string[] };
  const stores = createStores(
    { ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' },
    {
      ...{ createClient, clock: () => state.nowMs, ahead: createReadAhead() },
      log: (_level, event, { key }) => void state.logged.push(`${event} ${String(key)}`),
    },
  );
  return { state, stores };
}

for (const [name, createClient, tenant, apiId] of [
  ['the functions’ own client', createAwsClient, 'by-own-client', 'a111111111'],
  ['the AWS SDK', createSdkClient, 'by-sdk', 'a222222222'],
] as const)
  suite(`entries that are read again, by ${name}`, () => {
    const api = { tenant, entry: 'api#orders', apiId, stage: 'prod', context: '/orders' };
    const clientId = `app of ${tenant}`;
    test('what stays as it is stays one object, and is reported once; what changes, comes or goes is seen at the next reading', async () => {
      await put({ tenant, entry: 'tenant' });
      await put({ tenant, entry: 'role#a', permissions: ['/a'] });
      await put({ tenant, entry: 'role#wrong', permission: ['/a'] });
      await put(api);
      await put({ clientId, tenant, grantTypes: ['password'] }, 'Clients');
      const { state, stores } = openStores(dynamoDb.endpoint, createClient);
      const read = async () => ({
        tenant: await stores.tenants.findTenant(tenant),
        claims: await stores.tenants.findApiClaims(apiId),
        client: await stores.clients.findClient(clientId),
      });
      const readLater = () => {
        state.nowMs += CONFIGURATION_CACHE_MS;
        return read();
      };
      const first = await read();
      assert.deepEqual([[...(first.tenant?.roles.keys() ?? [])], first.claims.length, first.client?.tenant], [['a'], 1, tenant]);
      for (let reading = 0; reading < 3; reading++) {
        const again = await readLater();
        assert.deepEqual([again.tenant === first.tenant, again.claims === first.claims, again.client === first.client], [true, true, true]);
      }
      assert.deepEqual(state.logged, [`entry-refused ${tenant} / role#wrong`]);

      await put({ tenant, entry: 'role#b', permissions: ['/b'] });
      await put({ tenant, entry: 'role#wrong', permissions: ['/w'] });
      await put({ ...api, tenants: '*' });
      await put({ clientId, tenant, status: 'suspended' }, 'Clients');
      const second = await readLater();
      assert.deepEqual([...(second.tenant?.roles.keys() ?? [])], ['a', 'b', 'wrong']);
      assert.deepEqual([second.claims[0]?.api?.tenants, second.client?.status], ['*', 'suspended']);

      const gone = (table: string, key: Item) => operator.send(new DeleteItemCommand({ TableName: table, Key: attributesOf(key) }));
      for (const entry of ['role#a', 'api#orders']) await gone(TABLE_VARIABLES.TENANTS_TABLE, { tenant, entry });
      await gone(TABLE_VARIABLES.CLIENTS_TABLE, { clientId });
      const third = await readLater();
      assert.deepEqual([[...(third.tenant?.roles.keys() ?? [])], third.claims, third.client], [['b', 'wrong'], [], undefined]);
      await gone(TABLE_VARIABLES.TENANTS_TABLE, { tenant, entry: 'tenant' });
      assert.equal((await readLater()).tenant, undefined);
      await put({ tenant, entry: 'tenant' });
      assert.deepEqual([...((await readLater()).tenant?.roles.keys() ?? [])], ['b', 'wrong']);
    });
  });

test('a reading that is refused is an outage for who waits for it; a tenant that is read ahead serves on, and then for no longer', async () => {
  let fault: Fault = 'none';
  const proxy = await startFaultyProxy(dynamoDb.endpoint, () => fault);
  try {
    for (const [name, jwtRevocation] of [
      ['checked', 'check'],
      ['fed', 'feed'],
    ] as const)
      await put({ tenant: name, entry: 'tenant', jwtRevocation });
    const { state, stores } = openStores(proxy.endpoint, createAwsClient);
    const find = (name: string) => stores.tenants.findTenant(name);
    const [checked, fed] = [await find('checked'), await find('fed')];
    fault = { status: 400, type: 'ThrottlingException' };
    state.nowMs += CONFIGURATION_CACHE_MS;
    assert.equal(await find('fed'), fed);
    await assert.rejects(find('checked'), (error) => error instanceof Unavailable && error.reason === 'throttled');
    state.nowMs += 3000;
    await assert.rejects(find('fed'), Unavailable);
    fault = 'none';
    assert.deepEqual([await find('checked'), await find('fed')], [checked, fed]);
    await put({ tenant: 'fed', entry: 'tenant', status: 'suspended' });
    state.nowMs += CONFIGURATION_CACHE_MS + 3000;
    assert.equal((await find('fed'))?.status, 'suspended');
  } finally {
    await proxy.close();
  }
});
