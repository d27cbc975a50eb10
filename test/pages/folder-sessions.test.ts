// The recorded sessions of the page of the command line: run again, they write what stands there.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TenantSecrets } from '../../infra/admin/tenants/tenant-secrets.ts';
import { createRun } from '../infra/admin/support/run-gatehouse.ts';
import { adminPageFolder, adminPageSession } from '../support/admin-page.ts';
import { TEST_CA } from '../support/certificates/index.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../support/tables-and-folder.ts';

let opened: TablesAndFolder;
let folder: string;
before(async () => {
  opened = await openTablesAndFolder();
  ({ folder } = opened);
});
after(() => opened?.close());

const secretNames = ['Gatehouse/tenants/acme/ldap'];
const tenantSecrets: TenantSecrets = {
  read: async () => undefined,
  create: async () => false,
  list: async () => [...secretNames],
  delete: async (name) => secretNames.splice(secretNames.indexOf(name), 1).length === 1,
};
const gatehouse = createRun({
  environment: { LDAP_URL: 'ldaps://ldap.example.org', LDAP_CA_PEM: TEST_CA, APP_SECRET_SHA256: 'a'.repeat(64) },
  findStackOutputs: async () => ({ OrdersApiId: 'a1b2c3d4e5' }),
  wait: async () => {},
  adapt: (operator) => ({ ...operator, tenantSecrets, findSecret: async () => true }),
});

/** Runs a session in the folder, and answers its questions with yes. */
async function replay(mark: string): Promise<void> {
  for (const { command, lines } of adminPageSession(mark)) {
    const words = command
      .split(' ')
      .map((word) => (word.startsWith('acme-kept') || (word === 'acme' && /^(plan|apply) /.test(command)) ? join(folder, word) : word));
    const ran = await gatehouse(words, { answers: ['y'] });
    const written = [...ran.asked.map((prompt) => `${prompt}y`), ...ran.text.replaceAll(`${folder}/`, '').split('\n')];
    assert.deepEqual(
      withoutElided(written, lines),
      lines.filter((line) => line !== '…'),
      `${command}\n${ran.text}`,
    );
  }
}

/** What stands where the page has `…` is any. */
function withoutElided(written: readonly string[], lines: readonly string[]): readonly string[] {
  if (!lines.includes('…')) return written;
  return lines.filter((line) => line !== '…' && written.includes(line));
}

test('a change of a folder is planned and applied as the page shows it', async () => {
  mkdirSync(join(folder, 'acme'));
  const whole = adminPageFolder();
  // As it was before: without one role, and with wider rules.
  const earlier = whole
    .replace(/---\ntenant: acme\nentry: role#manager\n[\s\S]*?(?=---)/, '')
    .replace(', scopes: ["orders:read"] }', ' }\n  - { path: /*, methods: [GET] }');
  assert.notEqual(earlier.length, whole.length);
  writeFileSync(join(folder, 'acme/acme.yaml'), earlier);
  assert.equal((await gatehouse(['apply', join(folder, 'acme')])).code, 0);
  writeFileSync(join(folder, 'acme/acme.yaml'), whole);
  await replay('folder');
});

test('a tenant goes out and comes back as the page shows it', async () => {
  await gatehouse(['apply', join(folder, 'acme')]);
  await replay('tenant');
});
