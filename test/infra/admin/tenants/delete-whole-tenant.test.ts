// Deletion of a tenant with all that is its, against real tables and the real token function: what it counts, what lives
// while it runs, and what is left when it is interrupted.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { IN_USE_MS } from '../../../../functions/revocation-feed/bounds.ts';
import { CONFIGURATION_CACHE_MS } from '../../../../functions/shared/environment.ts';
import { createDynamoDb } from '../../../../functions/storage/aws/dynamodb.ts';
import { createStores } from '../../../../functions/storage/aws/index.ts';
import { createRevocation } from '../../../../functions/storage/aws/revocation.ts';
import { createTenantItems } from '../../../../functions/storage/aws/tenant-items.ts';
import { hashByArgon2id } from '../../../../functions/userstores/password-hashes/argon2.ts';
import { openEntryTables } from '../../../../infra/admin/entry-tables.ts';
import { describeHoldings, type TenantHoldings } from '../../../../infra/admin/tenants/count-tenant.ts';
import { type DeletionDependencies, deleteWholeTenant } from '../../../../infra/admin/tenants/delete-whole-tenant.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../../support/tables.ts';
import { basic } from '../../../support/token-events.ts';
import { openTokenFunction } from '../../../support/token-function.ts';

const PASSWORD = 'publisher-pass';
const HASH = await hashByArgon2id(PASSWORD);
const SHA256 = createHash('sha256').update('app-secret').digest('hex');

let dynamoDb: TestDynamoDb;
let nowMs = 1_900_000_000_000;
const clock = () => nowMs;
let secretNames: Set<string>;

beforeEach(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  secretNames = new Set(['Gatehouse/tenants/t/ldap', 'Gatehouse/tenants/t2/ldap']);
  for (const tenant of ['t', 't2']) {
    await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'tenant' });
    await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'role#x' });
    await putEntry(dynamoDb, 'Users', { tenant, username: 'publisher', id: `id-of-${tenant}`, passwordHash: HASH });
    const secrets = [{ sha256: SHA256 }];
    const grantTypes = ['password', 'refresh_token', 'client_credentials'];
    await putEntry(dynamoDb, 'Clients', { clientId: `app-${tenant}`, tenant, secrets, grantTypes });
  }
  await putEntry(dynamoDb, 'Tenants', { tenant: 't2', entry: 'api#shop', apiId: 'a', stage: 's', tenants: ['t', 't2'] });
});
afterEach(() => dynamoDb.close());

function dependencies(more: Partial<DeletionDependencies> = {}): DeletionDependencies {
  const client = createDynamoDb();
  return {
    tables: openEntryTables('Gatehouse'),
    tenantItems: createTenantItems(client, 'Gatehouse-Tokens'),
    tenantSecrets: {
      read: async () => undefined,
      create: async () => false,
      list: async (tenant) => [...secretNames].filter((name) => name.startsWith(`Gatehouse/tenants/${tenant}/`)),
      delete: async (name) => secretNames.delete(name),
    },
    revocation: createRevocation(client, { TENANTS_TABLE: 'Gatehouse-Tenants', CLIENTS_TABLE: 'Gatehouse-Clients' }),
    clock,
    longestRequestMs: 20_000,
    wait: async (ms) => {
      nowMs += ms;
    },
    ...more,
  };
}

const QUIET = { report: () => {}, areSecretsFinal: false };

function openApi() {
  const call = openTokenFunction(clock);
  const headers = (tenant: string) => basic(`app-${tenant}`, 'app-secret');
  return {
    login: (tenant: string) =>
      call('/oauth2/token', { grant_type: 'password', username: `publisher@${tenant}`, password: PASSWORD }, headers(tenant)),
    renew: (tenant: string, token: string) => call('/oauth2/token', { grant_type: 'refresh_token', refresh_token: token }, headers(tenant)),
    isActive: async (tenant: string, token: string) => (await call('/oauth2/introspect', { token }, headers(tenant))).json.active === true,
  };
}

test('all that is the tenant’s is counted, deleted and counted again; another tenant loses nothing', async () => {
  const { login, isActive, renew } = openApi();
  const [own, other] = [await login('t'), await login('t2')];
  await login('t');
  let asked: TenantHoldings | undefined;
  const confirm = async (holdings: TenantHoldings) => {
    asked = holdings;
    return true;
  };
  const deleted = await deleteWholeTenant(dependencies(), 't', { ...QUIET, confirm });
  assert.ok(asked && deleted);
  const counts = '2 entries, 1 client, 1 user, 2 grants, 0 sign-in sessions, 0 consents, 1 secret';
  assert.deepEqual([describeHoldings(asked), describeHoldings(deleted)], [counts, counts]);
  assert.deepEqual(asked.named, ['Tenants, t2 / api#shop']);
  assert.deepEqual([...secretNames], ['Gatehouse/tenants/t2/ldap']);
  const again = await deleteWholeTenant(dependencies(), 't', { ...QUIET, confirm: () => assert.fail('there is nothing to ask about') });
  assert.equal(again, undefined);
  assert.equal((await login('t')).status, 401, 'the client is gone');
  assert.equal(await isActive('t2', own.json.access_token), false);
  assert.equal(await isActive('t2', other.json.access_token), true);
  assert.equal((await renew('t2', other.json.refresh_token)).status, 200);
});

test('no is no: nothing is touched', async () => {
  const { login, isActive } = openApi();
  const { json } = await login('t');
  assert.equal(await deleteWholeTenant(dependencies(), 't', { ...QUIET, confirm: async () => false }), undefined);
  nowMs += CONFIGURATION_CACHE_MS;
  assert.equal(await isActive('t', json.access_token), true);
  assert.equal(secretNames.size, 2);
});

test('a login that a function lets in meanwhile, by what it read before, leaves nothing', async () => {
  const { login } = openApi();
  await login('t');
  const { tables, ...others } = dependencies();
  let late: string | undefined;
  // Race: the login has read the user already when the user is deleted, and tenant and client from its cache.
  const deleteLate: typeof tables.delete = async (table, key) => {
    if (table !== 'Users' || late !== undefined) await tables.delete(table, key);
  };
  const wait = async (ms: number) => {
    const { status, json } = await login('t');
    late = status === 200 ? json.access_token : undefined;
    nowMs += ms;
  };
  const racing = { ...others, tables: { ...tables, delete: deleteLate }, wait };
  const deleted = await deleteWholeTenant(racing, 't', { ...QUIET, confirm: async () => true });
  assert.ok(late !== undefined, 'the race has been run');
  assert.deepEqual(
    deleted?.items.map(({ kind }) => kind),
    ['grant', 'grant'],
  );
  // The tenant comes back, as an export of it is applied again.
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'tenant' });
  await putEntry(dynamoDb, 'Users', { tenant: 't', username: 'publisher', id: 'id-of-t', passwordHash: HASH });
  await putEntry(dynamoDb, 'Clients', { clientId: 'app-t', tenant: 't', secrets: [{ sha256: SHA256 }], grantTypes: ['password'] });
  assert.equal(await openApi().isActive('t', late), false);
});

test('a deletion that is interrupted anywhere leaves nothing alive, and can be run again to its end', async () => {
  for (let step = 0; ; step++) {
    const { login, isActive } = openApi();
    const { json, status } = await login('t');
    assert.equal(status, 200);
    let left = step;
    const breaking =
      <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        if (left-- === 0) throw new Error('interrupted');
        return work(...args);
      };
    const whole = dependencies();
    const broken: DeletionDependencies = {
      ...whole,
      tables: { ...whole.tables, delete: breaking(whole.tables.delete) },
      tenantItems: { ...whole.tenantItems, deleteItems: breaking(whole.tenantItems.deleteItems) },
      tenantSecrets: { ...whole.tenantSecrets, delete: breaking(whole.tenantSecrets.delete) },
    };
    const steps = { ...QUIET, confirm: async () => true };
    const isDone = await deleteWholeTenant(broken, 't', steps).then(
      () => true,
      () => false,
    );
    nowMs += CONFIGURATION_CACHE_MS;
    assert.equal(await isActive('t2', json.access_token), false, `step ${step}`);
    assert.notEqual((await login('t')).status, 200, `step ${step}`);
    await deleteWholeTenant(whole, 't', steps);
    const { tables, tenantItems, tenantSecrets } = whole;
    const rest = [
      ...(await tables.listOfTenant('Tenants', 't')),
      ...(await tables.listOfTenant('Clients', 't')),
      ...(await tables.listOfTenant('Users', 't')),
      ...(await tenantItems.listItemsOfTenant('t')),
      ...((await tenantSecrets.list('t')) ?? []),
    ];
    assert.deepEqual(rest, [], `step ${step}`);
    if (isDone) {
      assert.ok(step >= 6, 'every step was one that could be interrupted');
      break;
    }
    await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'tenant' });
    await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'role#x' });
    await putEntry(dynamoDb, 'Users', { tenant: 't', username: 'publisher', id: 'id-of-t', passwordHash: HASH });
    await putEntry(dynamoDb, 'Clients', { clientId: 'app-t', tenant: 't', secrets: [{ sha256: SHA256 }], grantTypes: ['password'] });
    secretNames.add('Gatehouse/tenants/t/ldap');
    nowMs += CONFIGURATION_CACHE_MS;
  }
});

test('what is left of a tenant whose entry is gone is found and deleted too', async () => {
  const { tables } = dependencies();
  await tables.delete('Tenants', { tenant: 't', entry: 'tenant' });
  const lines: string[] = [];
  const report = (line: string) => void lines.push(line);
  const deleted = await deleteWholeTenant(dependencies(), 't', { ...QUIET, report, confirm: async () => true });
  assert.equal(deleted && describeHoldings(deleted), '1 entry, 1 client, 1 user, 0 grants, 0 sign-in sessions, 0 consents, 1 secret');
  assert.equal(lines[0], 't has no tenant entry: nothing of it lives');
});

test('A83 the revocation feed goes with the tenant, and not before nobody follows it: one of the same name begins another', async () => {
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'tenant', jwtRevocation: 'feed', tokenFormat: 'jwt' });
  nowMs += CONFIGURATION_CACHE_MS;
  const { login } = openApi();
  const call = openTokenFunction(clock);
  const { json } = await login('t');
  await call('/oauth2/revoke', { token: json.access_token }, basic('app-t', 'app-secret'));
  await login('t');
  let asked: TenantHoldings | undefined;
  const waits: number[] = [];
  const given = dependencies({
    wait: async (ms) => {
      waits.push(ms);
      nowMs += ms;
      // An authorizer that was called a moment before the suspension reads the feed again, and begins it anew.
      const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log: () => {} });
      await (await stores.feed()).beginFeed('t', nowMs / 1000);
    },
  });
  const confirm = async (holdings: TenantHoldings) => {
    asked = holdings;
    return true;
  };
  assert.ok(await deleteWholeTenant(given, 't', { ...QUIET, confirm }));
  assert.match(describeHoldings(asked as TenantHoldings), /1 grant, .*1 page of the revocation feed/);
  assert.ok(waits.length === 1 && Number(waits[0]) >= IN_USE_MS + CONFIGURATION_CACHE_MS, waits.join());
  assert.deepEqual(await given.tenantItems.listItemsOfTenant('t'), []);
});
