// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of folders are written so.
// A folder of entries, read whole: what it may hold, and every fault of it at once.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readFolder } from '../../../../infra/admin/folders/read-folder.ts';
import { createFindVariable } from '../../../../infra/admin/folders/variables.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string | Buffer | object): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
}

const asked: boolean[] = [];
const openVariables = async (needsOutputs: boolean) => {
  asked.push(needsOutputs);
  return createFindVariable({ stackName: 'Gatehouse', environment: {}, outputs: { OrdersApiId: 'abc' }, given: {} });
};
const read = (valuesFile?: string) => readFolder(folder, { openVariables, valuesFile });

test('JSON and YAML stand side by side, with one entry, a list, several documents, or an export in a file', async () => {
  write('acme/tenant.json', { tenant: 'acme', entry: 'tenant' });
  write('acme/roles.yaml', '- {tenant: acme, entry: role#a}\n- {tenant: acme, entry: role#b}\n');
  write('acme/more.yml', 'tenant: acme\nentry: scope#x\n---\ntenant: acme\nentry: scope#y\n');
  write('other.json', { tenant: 'other', entries: [{ tenant: 'other', entry: 'tenant' }], secrets: [] });
  write('empty.yaml', '# nothing yet\n');
  write('values.json', { 'apiId.orders': 'x' });
  write('.git/config.json', '{');
  write('node_modules/x/package.json', '{"name": "x"}');
  write('README.md', 'no entry');
  symlinkSync(join(folder, 'acme/tenant.json'), join(folder, 'zz-linked.txt'));
  const { items, faults } = await read(join(folder, 'values.json'));
  assert.deepEqual(faults, []);
  assert.deepEqual(
    items.map(({ label }) => label),
    ['acme / scope#x', 'acme / scope#y', 'acme / role#a', 'acme / role#b', 'acme / tenant', 'other / tenant'],
  );
});

test('every fault of every file is told at once, with file, line and column, and no secret with it', async () => {
  write('1.json', '{\n  "tenant": "acme",\n  "entry": "api#orders",\n  "apiId": "${apiId.order}"\n}');
  write(
    '2.yaml',
    'tenant: acme\nentry: userstore#DIR\ntype: ldap\npreset: openldap\nurls: [ldaps://x.example]\nuserSearchBase: dc=x\nbindPassword: hunter2\n',
  );
  write('3.json', '{"tenant": "acme", "entry": "role#x", hunter2}');
  write('4.json', [{ tenant: 'acme', entry: 'role#x', permissions: [7] }, { tenant: 'ACME', entry: 'tenant' }, 'hunter2']);
  write('5.yaml', 'clientId: app\ntenant: acme\nsecret: hunter2\n');
  write('6.yaml', 'tenant: acme\nentry: tenant\nx-n: .inf\n');
  write('7.json', { tenant: 'acme', entry: 'role#x' });
  write('8.json', Buffer.from([0x7b, 0xff, 0x7d]));
  write('9.json', { tenant: 'acme', entry: 'role#y', description: 'x'.repeat(410_000) });
  const { faults } = await read();
  const expected: readonly RegExp[] = [
    /^1.json:4:3: apiId: expected in place of \$\{apiId.order\} an output OrderApiId of the stack, which has OrdersApiId$/,
    /^2.yaml:7:1: Tenants, acme \/ userstore#DIR, bindPassword: expected no secret in an entry: it belongs in Secrets Manager/,
    /^3.json:1:39: expected a name in quotation marks$/,
    /^4.json:1:\d+: Tenants, acme \/ role#x, permissions.0: expected /,
    /^4.json:1:\d+: tenant: expected a tenant name/,
    /^4.json:1:\d+: expected a map$/,
    /^5.yaml:3:1: Clients, app, secret: expected no secret in an entry: secrets holds the SHA-256 of it/,
    /^6.yaml:3:1: x-n: expected a number of at most 9007199254740991, or a text$/,
    /^7.json:1:1: Tenants, acme \/ role#x: expected once, and stands in 4.json:1:\d+ too$/,
    /^8.json: expected UTF-8/,
    /^9.json:1:1: Tenants, acme \/ role#y: expected at most 400 KiB$/,
  ];
  assert.equal(faults.length, expected.length, faults.join('\n'));
  for (const [at, pattern] of expected.entries()) assert.match(faults[at] ?? '', pattern);
  assert.ok(!faults.join('\n').includes('hunter2'));
});

test('A80 a name such as __proto__ is one that nobody knows, and changes nothing else', async () => {
  write('a.json', '{"tenant": "acme", "entry": "tenant", "__proto__": {"status": "suspended"}}');
  write('b.yaml', 'tenant: acme\nentry: role#x\n__proto__: {permissions: [/all]}\n');
  write('c.yaml', '__proto__: {tenant: acme, entry: role#y}\n');
  write('d.json', '{"clientId": "app", "tenant": "acme", "subscriptions": {"constructor": "Gold"}}');
  const { items, faults } = await read();
  assert.deepEqual(faults, [
    'a.json:1:39: Tenants, acme / tenant, __proto__: expected no attribute of this name',
    'b.yaml:3:1: Tenants, acme / role#x, __proto__: expected no attribute of this name',
    'c.yaml:1:1: expected clientId, or tenant and entry, or tenant and username',
  ]);
  assert.deepEqual(items.at(-1)?.item.subscriptions, { constructor: 'Gold' });
  assert.equal(({} as Record<string, unknown>).permissions, undefined);
});

test('a zero is a zero, whatever its sign', async () => {
  write('a.json', '{"tenant": "acme", "entry": "tenant", "x-n": [-0, -0.0, 0]}');
  assert.deepEqual((await read()).items[0]?.item['x-n'], [0, 0, 0]);
});

test('outputs of the stack are asked for where a file speaks of them alone', async () => {
  asked.length = 0;
  write('a.yaml', 'tenant: acme\nentry: tenant\ndisplayName: ${stack}\n');
  await read();
  write('b.yaml', 'tenant: acme\nentry: api#orders\napiId: ${apiId.orders}\nstage: prod\n');
  const { items } = await read();
  assert.deepEqual(asked, [false, true]);
  assert.deepEqual([items[0]?.item.displayName, items[1]?.item.apiId], ['Gatehouse', 'abc']);
});

test('what is no folder is said to be none', async () => {
  const at = (path: string) => readFolder(path, { openVariables });
  write('file.json', '{}');
  await assert.rejects(at(join(folder, 'nowhere')), { name: 'FolderNotReadable', message: /there is no such folder/ });
  await assert.rejects(at(join(folder, 'file.json')), { name: 'FolderNotReadable', message: /is a file/ });
});
