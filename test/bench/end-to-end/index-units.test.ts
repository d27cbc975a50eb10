// What writes of an index consume, by the table of DynamoDB's Developer Guide.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIndexUnits } from './index-units.ts';

const TableName = 'Things';
const text = (values: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }]));
const put = (values: Readonly<Record<string, string>>) => ({ TableName, Item: text(values) });

test('an index of keys is written where an entry comes, changes or goes, and not where the item alone changes', () => {
  const units = createIndexUnits({ [TableName]: 'owner' });
  assert.equal(units('PutItem', put({ id: '1', note: 'a' })), 0, 'no attribute');
  assert.equal(units('PutItem', put({ id: '1', owner: 'a' })), 1, 'a new entry');
  assert.equal(units('PutItem', put({ id: '1', owner: 'a', note: 'b' })), 0, 'the same entry');
  assert.equal(units('PutItem', put({ id: '1', owner: 'b' })), 2, 'another key');
  assert.equal(units('DeleteItem', { TableName, Key: text({ id: '1' }) }), 1, 'an entry that goes');
  assert.equal(units('DeleteItem', { TableName, Key: text({ id: '1' }) }), 0, 'nothing there');
  assert.equal(units('PutItem', { ...put({ id: '1', owner: 'a' }), TableName: 'Others' }), 0, 'a table without');
});

test('each part of a batch counts', () => {
  const units = createIndexUnits({ [TableName]: 'owner' });
  const puts = ['1', '2'].map((id) => ({ PutRequest: { Item: text({ id, owner: 'a' }) } }));
  assert.equal(units('BatchWriteItem', { RequestItems: { [TableName]: puts } }), 2);
  const deletes = [...puts, { DeleteRequest: { Key: text({ id: '1' }) } }].slice(-1);
  assert.equal(units('BatchWriteItem', { RequestItems: { [TableName]: deletes } }), 1);
});
