import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TENANT_ENTRY_KINDS } from '../../../../functions/configuration/entries/index.ts';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { createStores } from '../../../../functions/storage/aws/index.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../support/dynamodb.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../../support/tables.ts';

const API = { apiId: 'a123456789', stage: 'prod', context: '/orders', resource: 'https://api.example/orders' };
/** One of each kind. */
const ENTRIES: Readonly<Record<keyof typeof TENANT_ENTRY_KINDS, Item>> = {
  tenant: { entry: 'tenant', displayName: 'My Company' },
  userstore: { entry: 'userstore#EXTERNAL', type: 'rest', url: 'https://users.example.org/login' },
  issuer: {
    ...{ entry: 'issuer#https://idp.example', type: 'jwt', jwksUri: 'https://idp.example/keys', audiences: ['orders'] },
    ...{ algorithms: ['RS256'], use: ['gateway'] },
  },
  role: { entry: 'role#customer', permissions: ['/permission/order'] },
  scope: { entry: 'scope#order:write', permissions: ['/permission/order'] },
  api: { entry: 'api#orders', ...API },
  tier: { entry: 'tier#10PerMin', requests: 10, seconds: 60 },
  handler: { entry: 'handler#ours', functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:ours' },
};
const MISSPELT = { entry: 'rolle#customer' };
/** Wrong, as is seen where it is read. */
const WRONG_API = { entry: 'api#wrong', resource: API.resource };

let dynamoDb: TestDynamoDb;
before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
  for (const item of [...Object.values(ENTRIES), MISSPELT, WRONG_API])
    await putEntry(dynamoDb, 'Tenants', { tenant: 'my_company', ...item });
});
after(() => dynamoDb.close());

function open(options: { readonly skipsApis?: boolean }) {
  const reported: string[] = [];
  const log = (_level: string, _event: string, { key }: Readonly<Record<string, unknown>>) => void reported.push(String(key));
  const { tenants } = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock: () => 0, log, ...options });
  return { tenants, reported };
}

test('a tenant that is read without its APIs is the same but for them; who asks for an API gets it all the same', async () => {
  const [whole, short] = [open({}), open({ skipsApis: true })];
  const tenant = await whole.tenants.findTenant('my_company');
  assert.ok(tenant);
  assert.deepEqual([...(tenant.resources?.keys() ?? [])], [API.resource]);
  assert.deepEqual(
    [tenant.userstores, tenant.issuers, tenant.roles, tenant.scopes, tenant.tiers, tenant.handlers].map((read) => [...read].length),
    [1, 1, 1, 1, 1, 1],
  );
  assert.deepEqual(await short.tenants.findTenant('my_company'), { ...tenant, resources: undefined });
  const places = [MISSPELT, WRONG_API].map(({ entry }) => `my_company / ${entry}`);
  assert.deepEqual([[...new Set(whole.reported)].sort(), short.reported], [[...places].sort(), [places[0]]]);
  assert.deepEqual(await short.tenants.findApiClaims(API.apiId), await whole.tenants.findApiClaims(API.apiId));
});
