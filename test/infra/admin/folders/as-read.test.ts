// What an operator has seen is what is overwritten or deleted: each case changes an item between the look and the write.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ENTRY_SCHEMAS, type EntryKind } from '../../../../functions/configuration/entries/index.ts';
import { attributesOf } from '../../../../functions/storage/aws/attribute-value.ts';
import { conditionAsRead } from '../../../../functions/storage/aws/condition-as-read.ts';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { type EntryTables, openEntryTables } from '../../../../infra/admin/entry-tables.ts';
import { applyPlan } from '../../../../infra/admin/folders/apply-plan.ts';
import { planFolder } from '../../../../infra/admin/folders/plan-folder.ts';
import { type OperatorItem, parseOperatorItem } from '../../../../infra/admin/operator-item.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { useTablesAt } from '../../../support/tables.ts';

let dynamoDb: TestDynamoDb;
let tables: EntryTables;
before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  tables = openEntryTables('Gatehouse');
});
after(() => dynamoDb.close());

const KEY = { tenant: 't', entry: 'tenant' };
const STORED = { ...KEY, displayName: 'T', lockout: { maxAttempts: 3 }, legacyScopes: ['a', 'b'], 'x-note': { n: 1.5, none: null } };

/** What somebody else did meanwhile. */
const CHANGES: readonly (readonly [string, Item])[] = [
  ['an attribute that changed', { ...STORED, displayName: 'U' }],
  ['a member that changed', { ...STORED, lockout: { maxAttempts: 4 } }],
  ['a list of as many', { ...STORED, legacyScopes: ['a', 'c'] }],
  ['a member that came', { ...STORED, lockout: { maxAttempts: 3, lockSeconds: 1 } }],
  ['one that came', { ...STORED, status: 'suspended' }],
  ['a note that came', { ...STORED, description: 'hands off' }],
  ['one that went', { ...KEY, displayName: 'T' }],
  ['a revocation', { ...STORED, tokensNotBefore: 1_900_000_000 }],
];

test('an item is replaced and deleted where it is as it was read', async () => {
  await putEntry(dynamoDb, 'Tenants', STORED);
  assert.equal(await tables.replaceAsRead('Tenants', 'tenant', { ...STORED, displayName: 'U' }, await tables.get('Tenants', KEY)), true);
  const read = await tables.get('Tenants', KEY);
  assert.equal(read?.displayName, 'U');
  assert.ok(read);
  assert.equal(await tables.deleteAsRead('Tenants', 'tenant', KEY, read), true);
  assert.equal(await tables.get('Tenants', KEY), undefined);
  assert.equal(await tables.deleteAsRead('Tenants', 'tenant', KEY, read), true, 'whoever deleted it');
});

for (const [name, changed] of CHANGES) {
  test(`${name} meanwhile is neither overwritten nor deleted`, async () => {
    await putEntry(dynamoDb, 'Tenants', STORED);
    const read = await tables.get('Tenants', KEY);
    assert.ok(read);
    await putEntry(dynamoDb, 'Tenants', changed);
    assert.equal(await tables.replaceAsRead('Tenants', 'tenant', { ...KEY, displayName: 'mine' }, read), false);
    assert.equal(await tables.deleteAsRead('Tenants', 'tenant', KEY, read), false);
    assert.deepEqual(await tables.get('Tenants', KEY), changed);
  });
}

test('the condition alone refuses each of them too, between a look and the write', async () => {
  const client = new DynamoDBClient({});
  const write = (item: Item) =>
    client.send(
      new PutItemCommand({
        TableName: 'Gatehouse-Tenants',
        Item: attributesOf(item),
        ...conditionAsRead('tenant', attributesOf(STORED), 'tenant'),
      }),
    );
  for (const [name, changed] of CHANGES) {
    await putEntry(dynamoDb, 'Tenants', changed);
    await assert.rejects(write(STORED), { name: 'ConditionalCheckFailedException' }, name);
  }
  await putEntry(dynamoDb, 'Tenants', STORED);
  await write({ ...STORED, displayName: 'mine' });
  client.destroy();
});

test('an item that came or went meanwhile is not overwritten', async () => {
  await putEntry(dynamoDb, 'Tenants', STORED);
  const read = await tables.get('Tenants', KEY);
  await tables.delete('Tenants', KEY);
  assert.equal(await tables.replaceAsRead('Tenants', 'tenant', { ...KEY, displayName: 'mine' }, read), false);
  assert.equal(await tables.get('Tenants', KEY), undefined);
  await putEntry(dynamoDb, 'Tenants', STORED);
  assert.equal(await tables.replaceAsRead('Tenants', 'tenant', { ...KEY, displayName: 'mine' }, undefined), false);
  assert.equal(await tables.replaceAsRead('Tenants', 'tenant', STORED, undefined), true, 'it is what was to be written');
});

test('a set, which an operator made in the console, is the same to the condition', async () => {
  const client = new DynamoDBClient({});
  const Item = { tenant: { S: 't' }, entry: { S: 'role#r' }, permissions: { SS: ['/a', '/b'] }, 'x-big': { N: '12345678901234567890' } };
  await client.send(new PutItemCommand({ TableName: 'Gatehouse-Tenants', Item }));
  client.destroy();
  const key = { tenant: 't', entry: 'role#r' };
  assert.equal(await tables.replaceAsRead('Tenants', 'role', { ...key, permissions: ['/c'] }, await tables.get('Tenants', key)), true);
});

test('no condition is larger than DynamoDB takes, whatever stands in the item', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`x-${at}`, { S: '' }]));
  for (const kind of Object.keys(ENTRY_SCHEMAS) as EntryKind[]) {
    for (const read of [{ tenant: { S: 't' } }, { tenant: { S: 't' }, ...many }, { tenant: { S: 't' }, x: { M: { y: { M: many } } } }]) {
      const { ConditionExpression } = conditionAsRead(kind, read, 'tenant');
      assert.ok(ConditionExpression.length <= 4096, `${kind}: ${ConditionExpression.length}`);
      assert.ok(ConditionExpression.split(' AND ').length * 2 <= 300);
    }
  }
});

const entriesOf = (items: readonly object[]): OperatorItem[] =>
  items.map((item) => {
    const parsed = parseOperatorItem(item);
    assert.ok('key' in parsed);
    return parsed;
  });

test('apply stops at an entry that somebody changed after it was shown, and says at which', async () => {
  const own = (entry: string, attributes: object = {}) => ({ tenant: 'race', entry, ...attributes });
  await putEntry(dynamoDb, 'Tenants', own('role#b', { permissions: ['/old'] }));
  await putEntry(dynamoDb, 'Tenants', own('role#gone'));
  const plan = await planFolder(tables, entriesOf([own('role#a'), own('role#b', { permissions: ['/new'] }), own('tenant')]), true);
  assert.deepEqual([plan.writes.length, plan.deletions.length], [3, 1]);
  await putEntry(dynamoDb, 'Tenants', own('role#b', { permissions: ['/of-somebody-else'] }));
  const done: string[] = [];
  const conflict = await applyPlan(tables, plan, {
    done: ({ entry, became }) => void done.push(`${became}: ${entry}`),
    userDeleted: async () => {},
  });
  assert.deepEqual([done, conflict], [['created: Tenants, race / role#a'], 'Tenants, race / role#b']);
  assert.deepEqual((await tables.get('Tenants', { tenant: 'race', entry: 'role#b' }))?.permissions, ['/of-somebody-else']);
  assert.equal(await tables.get('Tenants', { tenant: 'race', entry: 'tenant' }), undefined, 'what stands behind it waits');
  assert.ok(await tables.get('Tenants', { tenant: 'race', entry: 'role#gone' }));
});

test('what the running system wrote since is kept: a revocation, and a better hash of the same password', async () => {
  const user = { tenant: 'kept', username: 'u', id: 'u-1', passwordHash: '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=' };
  const better = '$argon2id$better';
  const digest = async (text: string) => Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('base64url');
  const stored = { ...user, passwordHash: better, rehashed: { from: await digest(user.passwordHash), to: await digest(better) } };
  await putEntry(dynamoDb, 'Users', stored);
  await putEntry(dynamoDb, 'Tenants', { tenant: 'kept', entry: 'tenant', tokensNotBefore: 7 });
  const plan = await planFolder(tables, entriesOf([user, { tenant: 'kept', entry: 'tenant', tokensNotBefore: 6 }]), false);
  assert.deepEqual(plan.writes, []);
  const other = await planFolder(tables, entriesOf([{ ...user, passwordHash: '{SHA}other' }]), false);
  assert.deepEqual(other.writes[0]?.changes[0], { sign: '~', path: 'passwordHash', text: '(not shown)' });
});
