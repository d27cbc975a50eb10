// `tenant delete`, as an operator types it.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { TenantSecrets } from '../../../../infra/admin/tenants/tenant-secrets.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { useTablesAt } from '../../../support/tables.ts';
import { createRun } from '../support/run-gatehouse.ts';

let dynamoDb: TestDynamoDb;
let secretNames: string[];
let areSecretsSeen = true;
beforeEach(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  secretNames = ['Gatehouse/tenants/t/ldap'];
  areSecretsSeen = true;
});
afterEach(() => dynamoDb.close());

const tenantSecrets: TenantSecrets = {
  read: async () => undefined,
  create: async () => false,
  list: async () => (areSecretsSeen ? [...secretNames] : undefined),
  delete: async (name) => secretNames.splice(secretNames.indexOf(name), 1).length === 1,
};
const waited: number[] = [];
const events: Record<string, unknown>[] = [];
const run = createRun({
  clock: () => 1_900_000_000_000,
  wait: async (ms) => void waited.push(ms),
  adapt: (operator) => ({ ...operator, tenantSecrets, audit: async (event) => void events.push({ ...event }) }),
});

async function writeTenant(): Promise<void> {
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'tenant' });
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'role#x' });
  await putEntry(dynamoDb, 'Tenants', { tenant: '#apis', entry: 'abc/v1', owner: 't' });
  await putEntry(dynamoDb, 'Clients', { clientId: 'app', tenant: 't' });
  await putEntry(dynamoDb, 'Users', { tenant: 't', username: 'u', id: 'u', passwordHash: '$x' });
}

test('without --all a tenant that has anything else stays whole', async () => {
  await writeTenant();
  const { code, err } = await run('tenant delete t');
  assert.equal(code, 1);
  assert.equal(
    err,
    't has 1 other entry, 1 client, 1 user. --all deletes them with it; tenant suspend lets nobody in. Nothing was done.\n',
  );
  assert.equal((await run('tenant get t')).code, 0);
  await run('tenant put empty -', '{}');
  assert.equal((await run('tenant delete empty')).out, 'deleted: Tenants, empty / tenant\n');
  assert.deepEqual(await run('tenant delete empty').then((ran) => [ran.code, ran.err]), [1, 'Tenants, empty / tenant: is not there.\n']);
});

test('with --all it counts, asks, deletes, and counts again', async () => {
  await writeTenant();
  const counts = '2 entries, 1 client, 1 user, 0 grants, 0 sign-in sessions, 0 consents, 1 secret';
  const no = await run('tenant delete t --all', { answers: ['n'] });
  assert.deepEqual([no.code, no.asked], [1, [`Delete t with ${counts}? [y/N] `]]);
  assert.equal(no.err, 'names t and stays: Tenants, #apis / abc/v1\nNothing was done.\n');
  assert.deepEqual(events, []);
  assert.equal((await run('tenant get t')).code, 0);
  assert.equal((await run('tenant delete t --all', { isYes: false })).code, 2, 'nobody can be asked');
  const yes = await run('tenant delete t --all', { answers: ['y'] });
  assert.deepEqual([yes.code, yes.out], [0, `deleted: t, with ${counts}\n`]);
  assert.match(yes.err, /^suspended: t, whose tokens are all dead\nwaiting until every function knows, 25 s\n/m);
  assert.match(yes.err, /^For 7 days secrets can be restored/m);
  assert.ok(waited.includes(25_000));
  assert.equal((await run('list t')).out, '');
  assert.deepEqual(secretNames, []);
  assert.deepEqual(await run('tenant delete t --all').then(({ code, err }) => [code, err]), [
    1,
    't: there is no such tenant, and nothing of it.\n',
  ]);
  assert.deepEqual(events, [{ audit: 'tenant-deleted', tenant: 't', grants: 0, sessions: 0 }]);
});

test('what was deleted is one JSON document, and a right that is missing is said', async () => {
  await writeTenant();
  areSecretsSeen = false;
  const { code, out, err } = await run('tenant delete t --all --json');
  assert.deepEqual([code, JSON.parse(out)], [0, { tenant: 't', entries: 2, clients: 1, users: 1, grants: 0, sessions: 0, consents: 0 }]);
  assert.ok(!err.includes('restored'));
  await writeTenant();
  assert.match(
    (await run('tenant delete t --all')).err,
    /Secrets could not be listed, and stay: secretsmanager:ListSecrets is missing\.$/m,
  );
});
