// How many calls to DynamoDB the stores make.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attributesOf } from '../../../../functions/storage/aws/attribute-value.ts';
import { createStores, type Stores } from '../../../../functions/storage/aws/index.ts';
import { placesAfterSignIn, signInRecord } from '../../../../functions/storage/sign-in-places.ts';
import { newGrant } from '../../../contracts/grant-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { TABLE_VARIABLES, TEST_CREDENTIALS, useTablesAt } from '../../../support/tables.ts';

const NOW = 1_800_000_000;
const LIMIT = { maxAttempts: 5, lockSeconds: 300 };
const API = { apiId: 'abc123', stage: 'v1', context: '/pizzashack/1.0.0' };

let dynamoDb: TestDynamoDb;
let stores: Stores;
let nowMs = NOW * 1000;
const lines: string[] = [];

before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  await put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  await put('Tenants', { tenant: 'my_company', entry: 'api#pizzashack', ...API });
  await put('Clients', { clientId: 'demo-app', tenant: 'my_company' });
  const log = (level: string, event: string, fields: unknown) => void lines.push(`${level} ${event} ${JSON.stringify(fields)}`);
  stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock: () => nowMs, log });
});
after(() => dynamoDb.close());

async function put(table: string, item: Parameters<typeof attributesOf>[0]) {
  const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials: TEST_CREDENTIALS });
  await client.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item) }));
  client.destroy();
}

/** The operations that `act` makes DynamoDB do. */
async function callsOf(act: () => Promise<unknown>): Promise<string> {
  assert.ok(dynamoDb.calls);
  dynamoDb.calls.length = 0;
  await act();
  return dynamoDb.calls.join(' ');
}

const findConfiguration = () =>
  Promise.all([stores.tenants.findTenant('my_company'), stores.clients.findClient('demo-app'), stores.tenants.findApiClaims(API.apiId)]);

test('tenant, client and API cost one call each in five seconds, however many ask at once, and so does their absence', async () => {
  const calls = await callsOf(() => Promise.all(Array.from({ length: 10 }, findConfiguration)));
  assert.deepEqual(calls.split(' ').sort(), ['GetItem', 'Query', 'Query']);
  nowMs += 4999;
  assert.equal(await callsOf(findConfiguration), '');
  nowMs += 1;
  assert.equal((await callsOf(findConfiguration)).split(' ').length, 3);
  const findNobody = () =>
    Promise.all([stores.tenants.findTenant('nobody'), stores.clients.findClient('nobody'), stores.tenants.findApiClaims('x1')]);
  assert.equal((await callsOf(findNobody)).split(' ').length, 3);
  assert.equal(await callsOf(findNobody), '');
});

test('a first sign-in costs a call beside its grant, the next one at the place none; neither puts what the authorizer may not', async () => {
  const [place, elsewhere] = ['2222222222222222', '3333333333333333'];
  const signIn = async (at: string, name: string) => {
    const { places: seen } = await stores.attempts.reserveAtPlace(name, [at], LIMIT, NOW * 1000);
    return signInRecord(name, { at: [at], user: 'fedcba9876543210', nowMs: NOW * 1000, seen });
  };
  const first = await signIn(place, 'first');
  const calls = await callsOf(() => stores.grants.insertGrant(newGrant(NOW), first));
  assert.deepEqual(calls.split(' ').sort(), ['BatchWriteItem', 'UpdateItem']);
  const second = await signIn(place, 'first');
  assert.equal(await callsOf(() => stores.grants.insertGrant(newGrant(NOW), second)), 'BatchWriteItem');
  const [byPassword, beside] = await Promise.all([signIn(place, 'basic'), signIn(elsewhere, 'basic')]);
  assert.equal(await callsOf(() => stores.attempts.rememberSignIn(byPassword)), 'UpdateItem');
  assert.equal(await callsOf(() => stores.attempts.rememberSignIn(beside)), 'UpdateItem GetItem UpdateItem');
});

test('check, renewal, issue, revocation, first attempt and locked attempt', async () => {
  const grant = newGrant(NOW);
  const next = { ...newGrant(NOW, { id: grant.id }), generation: 1 };
  const places = placesAfterSignIn(new Map(), ['0123456789abcdef'], 'fedcba9876543210', NOW * 1000);
  assert.equal(await callsOf(() => stores.grants.insertGrant(grant, { name: 'calls', places })), 'BatchWriteItem');
  assert.equal(await callsOf(() => stores.grants.findGrant(grant.id, NOW)), 'GetItem');
  assert.equal(await callsOf(() => stores.grants.rotateGrant(grant, next)), 'PutItem');
  assert.equal(await callsOf(() => stores.grants.deleteGrant(grant)), 'DeleteItem');
  const atPlace = (asked: readonly string[]) => stores.attempts.reserveAtPlace('calls', asked, LIMIT, NOW * 1000);
  assert.equal(await callsOf(() => atPlace(['0123456789abcdef'])), 'UpdateItem');
  assert.equal(await callsOf(() => atPlace(['1111111111111111'])), 'UpdateItem GetItem');
  assert.equal(await callsOf(() => atPlace([])), '');
  const reserve = () => stores.attempts.reserveAttempt('calls', LIMIT, NOW * 1000);
  for (let at = 0; at < 5; at++) assert.equal(await callsOf(reserve), 'UpdateItem');
  assert.equal(await callsOf(reserve), 'UpdateItem GetItem');
  assert.equal(await callsOf(() => stores.replays.claimOnce('jti#calls', NOW + 60)), 'PutItem');
  assert.equal(await callsOf(() => stores.users.findUser('my_company', 'publisher')), 'GetItem');
});

test('an entry that is written while the functions run counts five seconds later, and a wrong one is logged once per change', async () => {
  const read = async () => {
    nowMs += 5000;
    return stores.tenants.findTenant('my_company');
  };
  const logged = async (item: Record<string, string | number | string[]>) => {
    lines.length = 0;
    await put('Tenants', { tenant: 'my_company', entry: 'role#customer', ...item });
    await read();
    await read();
    return [...lines];
  };
  const place = '"table":"Gatehouse-Tenants","key":"my_company / role#customer"';
  assert.equal((await read())?.roles.has('customer'), false);
  assert.deepEqual(await logged({ permissions: 'a' }), [`ERROR entry-refused {${place},"path":"permissions","expected":"a list"}`]);
  assert.equal((await logged({ permissions: ['a'] })).length, 1);
  assert.equal((await logged({ permissions: ['a'], 'x-note': 'x' })).length, 0, 'the same fault');
  assert.deepEqual(await logged({ permissions: ['/a'], note: 'x' }), [
    `ERROR entry-refused {${place},"path":"note","expected":"no attribute of this name"}`,
  ]);
  assert.deepEqual(await logged({ permissions: ['/a'] }), []);
  assert.equal((await logged({ permissions: 'a' })).length, 1, 'wrong again');
  assert.equal((await stores.tenants.findTenant('my_company'))?.name, 'my_company');
});
