// Rows of the attack list on what comes from outside of the code: packages (A86), patterns (A81), old state (A88).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { isInstance, parseRuleTemplate, segmentsOf } from '../../functions/configuration/path-template.ts';
import { isPermitted } from '../../functions/configuration/scopes.ts';
import { createDynamoDb } from '../../functions/storage/aws/dynamodb.ts';
import { createRevocation } from '../../functions/storage/aws/revocation.ts';
import { openEntryTables } from '../../infra/admin/entry-tables.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { putEntry } from '../support/put-entry.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';

const ROOT = new URL('../../', import.meta.url);
const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));

test('A86 every package is pinned to a version and a digest, and few may run a script when they are installed', () => {
  const { dependencies, devDependencies, allowScripts } = readJson('package.json');
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} is exact`);
  }
  const lock = readJson('package-lock.json');
  assert.equal(lock.lockfileVersion, 3);
  for (const [path, entry] of Object.entries<Record<string, unknown>>(lock.packages)) {
    // What is bundled in a package is under that package's digest.
    if (path === '' || entry.inBundle === true) continue;
    assert.match(String(entry.integrity), /^sha512-/, path);
  }
  assert.deepEqual(Object.keys(allowScripts).sort(), ['esbuild', 'node']);
});

/** Long texts that make patterns with nested or overlapping repetition go back and forth, each with an end that fails. */
function* hostileTexts(length: number) {
  for (const unit of ['a', '/', '/a', '/{a}', '{', 'a.', 'a-', 'a b ', '.', '0', 'A', '=', '(', '\u00fc', 'https://a', 'a@', '$']) {
    for (const end of ['', '\u0000', '!', '/', '\n']) yield unit.repeat(Math.ceil(length / unit.length)) + end;
  }
}

test('A81 no pattern of an entry takes more than linear time, whatever is written into it', async () => {
  const folder = new URL('infra/admin/json-schemas/', ROOT);
  const patterns = new Set(
    readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) =>
        String(JSON.parse(text)),
      ),
    ),
  );
  assert.ok(patterns.size > 10);
  for (const pattern of patterns) {
    const compiled = new RegExp(pattern, 'u');
    for (const text of hostileTexts(20_000))
      assert.ok((await leastCpuMs(3, () => compiled.test(text))) < 100, `${pattern} on ${text.slice(0, 20)}…`);
  }
});

test('A81 what tenants write as templates is matched segment by segment, never made a pattern', async () => {
  const template = '/{a}/{b}/{c}/{d}/{e}/{f}/*';
  const parsed = parseEntry('api', { apiId: 'a', stage: 'v1', context: '/a', resources: [{ path: template }, { path: '/(a+)+$' }] });
  assert.ok('entry' in parsed, 'signs that mean something in patterns are letters of a path');
  const path = segmentsOf('/a'.repeat(20_000));
  assert.ok((await leastCpuMs(3, () => isInstance(parseRuleTemplate(template), path))) < 100);
  assert.equal(isInstance(parseRuleTemplate('/(a+)+$'), segmentsOf('/aaaa')), false);
  assert.equal(isInstance(parseRuleTemplate('/(a+)+$'), segmentsOf('/(a+)+$')), true);
  const held = new Set(['/(a+)+$', '/.*']);
  assert.equal(isPermitted(held, '/aaaa'), false);
  assert.ok((await leastCpuMs(3, () => isPermitted(held, '/a'.repeat(1000)))) < 100);
});

test('A88 a client that was suspended and is active again does not get its revoked tokens back', async (context) => {
  const dynamoDb = await startDynamoDb();
  context.after(() => dynamoDb.close());
  useTablesAt(dynamoDb.endpoint);
  const [tables, revocation] = [openEntryTables('Gatehouse'), createRevocation(createDynamoDb(), TABLE_VARIABLES)];
  await putEntry(dynamoDb, 'Clients', { clientId: 'app', tenant: 't', status: 'suspended' });
  assert.equal(await revocation.revokeClient('app', 1000), true);
  assert.equal(await tables.replace('Clients', { clientId: 'app', tenant: 't', status: 'active' }), false, 'written over');
  assert.equal(
    await tables.replace('Clients', { clientId: 'app', tenant: 't', status: 'active', tokensNotBefore: 999 }),
    false,
    'moved back',
  );
  assert.equal(await tables.replace('Clients', { clientId: 'app', tenant: 't', status: 'active', tokensNotBefore: 1001 }), true);
  assert.equal((await tables.get('Clients', { clientId: 'app' }))?.tokensNotBefore, 1001);
});
