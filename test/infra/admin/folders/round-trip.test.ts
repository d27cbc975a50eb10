// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of folders are written so.
// Out and back: what `export` writes is what `plan` finds nothing to change in, whatever the entries hold.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { UnverifiedItem } from '../../../../functions/configuration/entries/read-entry.ts';
import { ENTRY_EXAMPLES } from '../../../../infra/admin/entry-examples/index.ts';
import { type EntryTable, type EntryTables, KEY_NAMES } from '../../../../infra/admin/entry-tables.ts';
import { exportTenant } from '../../../../infra/admin/folders/export-tenant.ts';
import { planFolder } from '../../../../infra/admin/folders/plan-folder.ts';
import { readFolder } from '../../../../infra/admin/folders/read-folder.ts';
import { createFindVariable } from '../../../../infra/admin/folders/variables.ts';
import { type FolderFormat, writeExport } from '../../../../infra/admin/folders/write-export.ts';
import { parseOperatorItem } from '../../../../infra/admin/operator-item.ts';

const TENANT = 'my_company';
const OUTPUTS = { ShopApiId: 'a1b2c3d4e5', OtherApiId: 'zzz' };

/** Tables that hold these items. */
function tablesOf(items: readonly UnverifiedItem[]): EntryTables {
  const of = (table: EntryTable) => items.filter((item) => tableOf(item) === table);
  const isKey = (table: EntryTable, item: UnverifiedItem, key: object) =>
    KEY_NAMES[table].every((name) => item[name] === key[name as keyof typeof key]);
  const never = () => assert.fail('nothing is written');
  return {
    get: async (table, key) => of(table).find((item) => isKey(table, item, key)),
    listOfTenant: async (table, tenant) => of(table).filter((item) => item.tenant === tenant),
    listOfApi: never,
    listWorkloadClaims: never,
    listAll: never,
    listSome: never,
    create: never,
    replace: never,
    replaceAsRead: never,
    delete: never,
    deleteAsRead: never,
  };
}

const tableOf = (item: UnverifiedItem): EntryTable => ('clientId' in item ? 'Clients' : 'entry' in item ? 'Tenants' : 'Users');

const keyOf = (item: UnverifiedItem): string => JSON.stringify(KEY_NAMES[tableOf(item)].map((name) => item[name]));

async function roundTrip(items: readonly UnverifiedItem[], format: FolderFormat) {
  const stackName = 'Gatehouse';
  const tables = tablesOf(items);
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  try {
    const exported = await exportTenant(tables, TENANT, { stackName, tenantSecretsPrefix: `${stackName}/tenants/`, outputs: OUTPUTS });
    await writeExport(join(folder, 'out'), exported, format);
    const openVariables = async () => createFindVariable({ stackName, environment: {}, outputs: OUTPUTS, given: {} });
    const read = await readFolder(join(folder, 'out'), { openVariables });
    return { exported, read, plan: await planFolder(tables, read.items, true), folder: join(folder, 'out') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('${stack}', '$${', '{username}', 'yes', '1.0', '~', '- a', 'a: b', '# no', '---', '\u0085\u2028', '\ttab', 'x\n\n y \n'),
);
/** As DynamoDB keeps numbers: none too large, and no -0. */
const asStored = (note: unknown): unknown =>
  JSON.parse(JSON.stringify(note, (_name, value) => (typeof value === 'number' ? (value % 1e9) + 0 : value)));
const notes = fc.oneof(fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), texts);

/** Whatever an operator may have written: right entries with odd texts in them. */
const items: fc.Arbitrary<readonly UnverifiedItem[]> = fc
  .record({
    note: notes,
    name: texts.filter((text) => text.length > 0 && text.length < 100),
    description: texts,
    claim: texts,
  })
  .map(({ note, name, description, claim }) =>
    [
      { tenant: TENANT, entry: 'tenant', 'x-note': asStored(note), description },
      { tenant: TENANT, entry: `role#${name}`, permissions: ['/a'], description },
      { tenant: TENANT, entry: 'api#shop', apiId: 'a1b2c3d4e5', stage: 'v1', resources: [{ path: '/*' }] },
      { tenant: TENANT, entry: 'userstore#X', type: 'rest', url: 'https://a.example/', secretId: `Gatehouse/tenants/${TENANT}/x` },
      { clientId: 'app', tenant: TENANT, description },
      { tenant: TENANT, username: 'u', id: 'u-1', passwordHash: '$argon2id$x', claims: { [claim]: claim } },
    ].filter((item) => {
      const parsed = parseOperatorItem(item);
      return 'key' in parsed && parsed.faults.length === 0;
    }),
  );

for (const format of ['json', 'yaml'] as const) {
  test(`a folder of ${format} that was exported changes nothing, and deletes nothing`, async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        const { read, plan } = await roundTrip(all, format);
        assert.deepEqual(read.faults, []);
        assert.deepEqual([plan.writes, plan.deletions, plan.unchanged], [[], [], all.length]);
      }),
      { numRuns: 60 },
    );
  });

  test(`every kind of entry goes out to ${format} and back, in files that nobody else may read`, async () => {
    const examples = Object.values(ENTRY_EXAMPLES).flatMap((of) => of.map(({ item }) => item as UnverifiedItem));
    // Some kinds have several examples of one name.
    const own = [...new Map(examples.filter((item) => item.tenant === TENANT).map((item) => [keyOf(item), item])).values()];
    assert.ok(own.length > 8);
    const { read, plan, exported } = await roundTrip(own, format);
    assert.deepEqual([read.faults, plan.writes, plan.deletions, exported.leftOut], [[], [], [], []]);
    assert.equal(plan.unchanged, own.length);
  });
}

test('what is of one stack alone is a variable: the names of secrets, and ids of APIs that an output names', async () => {
  const { document, leftOut } = await exportTenant(
    tablesOf([
      { tenant: TENANT, entry: 'api#shop', apiId: 'a1b2c3d4e5', stage: 'v1' },
      { tenant: TENANT, entry: 'api#none', apiId: 'nobody', stage: 'v1' },
      { tenant: TENANT, entry: 'role#x', permissions: 'hunter2' },
      { tenant: TENANT, entry: 'userstore#X', type: 'rest', url: 'https://a.example/', secretId: `Gatehouse/tenants/${TENANT}/x` },
    ]),
    TENANT,
    { stackName: 'Gatehouse', tenantSecretsPrefix: 'Gatehouse/tenants/', outputs: OUTPUTS },
  );
  assert.deepEqual(
    document.entries.map(({ entry, apiId, secretId }) => [entry, apiId ?? secretId]),
    [
      ['userstore#X', '${stack}/tenants/my_company/x'],
      ['api#none', 'nobody'],
      ['api#shop', '${apiId.shop}'],
    ],
  );
  assert.deepEqual(document.secrets, ['${stack}/tenants/my_company/x']);
  assert.deepEqual(leftOut, ['Tenants, my_company / role#x, permissions: expected a list']);
});

test('another stack takes the folder as it is: its own secrets and its own API', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  try {
    const stored = [
      { tenant: TENANT, entry: 'api#shop', apiId: 'a1b2c3d4e5', stage: 'v1' },
      { tenant: TENANT, entry: 'userstore#X', type: 'rest', url: 'https://a.example/', secretId: `Gatehouse/tenants/${TENANT}/x` },
    ];
    const here = { stackName: 'Gatehouse', tenantSecretsPrefix: 'Gatehouse/tenants/', outputs: OUTPUTS };
    await writeExport(join(folder, 'out'), await exportTenant(tablesOf(stored), TENANT, here), 'yaml');
    const there = { stackName: 'Other', environment: {}, outputs: { ShopApiId: 'ffff' }, given: {} };
    const { items: read } = await readFolder(join(folder, 'out'), { openVariables: async () => createFindVariable(there) });
    assert.deepEqual(
      read.map(({ item }) => item.apiId ?? item.secretId),
      ['ffff', `Other/tenants/${TENANT}/x`],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an export writes into a new or empty folder alone, for its owner’s eyes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const one = await exportTenant(tablesOf([{ tenant: TENANT, entry: 'tenant' }]), TENANT, {
    ...{ stackName: 'Gatehouse', tenantSecretsPrefix: 'Gatehouse/tenants/', outputs: {} },
  });
  try {
    assert.deepEqual(await writeExport(join(folder, 'deep/out'), one, 'json'), ['tenant.json']);
    assert.deepEqual(readdirSync(join(folder, 'deep/out')), ['tenant.json']);
    assert.equal(statSync(join(folder, 'deep/out/tenant.json')).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'deep/out')).mode & 0o777, 0o700);
    await assert.rejects(writeExport(join(folder, 'deep/out'), one, 'json'), { name: 'FolderNotWritable', message: /is not empty/ });
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(writeExport(join(folder, 'file'), one, 'json'), { name: 'FolderNotWritable' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
