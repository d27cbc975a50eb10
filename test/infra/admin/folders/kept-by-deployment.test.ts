// Entries that a deployment keeps, as the command line meets them: it never prunes them, keeps their mark, and says in the plan
// what an operator has changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planEntry } from '../../../../functions/api-entries/plan-entry.ts';
import { MARK_ATTRIBUTE } from '../../../../functions/configuration/entries/deployment-mark.ts';
import type { UnverifiedItem } from '../../../../functions/configuration/entries/read-entry.ts';
import type { EntryTables } from '../../../../infra/admin/entry-tables.ts';
import { lineOfKept } from '../../../../infra/admin/folders/kept-by-deployment.ts';
import { planFolder } from '../../../../infra/admin/folders/plan-folder.ts';
import { portableItem } from '../../../../infra/admin/folders/portable-item.ts';
import { type OperatorItem, parseOperatorItem } from '../../../../infra/admin/operator-item.ts';

const key = { tenant: 'acme', entry: 'api#orders' };
const stackId = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Orders/1';
const written = { apiId: 'abcdef1234', stage: 'prod', resources: [{ path: '/order' }] };
const planned = planEntry(undefined, { key, stackId, logicalId: 'Entry', attributes: written });
assert.ok(planned.kind === 'write');
const kept: UnverifiedItem = planned.item;

const tablesOf = (stored: UnverifiedItem): EntryTables =>
  ({
    get: async (_: string, asked: { readonly entry?: string }) => (asked.entry === stored.entry ? stored : undefined),
    listOfTenant: async (table: string) => (table === 'Tenants' ? [stored] : []),
  }) as unknown as EntryTables;

const itemsOf = (...items: readonly UnverifiedItem[]): readonly OperatorItem[] =>
  items.map((item) => {
    const parsed = parseOperatorItem(item);
    assert.ok('key' in parsed);
    return parsed;
  });

const tenant = { tenant: 'acme', entry: 'tenant', status: 'active' };

test('an entry that a deployment keeps is not pruned, and the plan says whose it is', async () => {
  const plan = await planFolder(tablesOf(kept), itemsOf(tenant), true);
  assert.deepEqual(plan.deletions, []);
  assert.deepEqual(plan.kept.map(lineOfKept), ['Tenants, acme / api#orders: kept by the deployment of Orders']);
});

test('what an operator has changed, or is about to change, is said in the plan', async () => {
  const changed = { ...kept, stage: 'live' };
  const line = 'Tenants, acme / api#orders: kept by the deployment of Orders, which leaves alone what is changed by hand: ';
  assert.deepEqual((await planFolder(tablesOf(changed), itemsOf(tenant), false)).kept.map(lineOfKept), [`${line}stage`]);
  const { writes, kept: later } = await planFolder(tablesOf(kept), itemsOf({ ...key, ...written, resources: [] }), false);
  assert.deepEqual(later.map(lineOfKept), [`${line}resources`]);
  assert.deepEqual(writes[0]?.item[MARK_ATTRIBUTE], kept[MARK_ATTRIBUTE]);
});

test('an export has no mark, and changes nothing where it is applied again', async () => {
  const exported = portableItem(kept, { tenantSecretsPrefix: 'Gatehouse/tenants/', stackName: 'Gatehouse', outputs: {} });
  assert.deepEqual(exported, { ...key, ...written });
  const { writes, unchanged } = await planFolder(tablesOf(kept), itemsOf(exported), false);
  assert.deepEqual([writes.length, unchanged], [0, 1]);
});
