// `plan`, `apply` and `export` on real tables, as an operator types them.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of folders are written so.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import type { TenantSecrets } from '../../../infra/admin/tenants/tenant-secrets.ts';
import { CHEAP_PUBLISHER_HASH } from '../../support/login-fixture.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../../support/tables-and-folder.ts';
import { createRun } from './support/run-gatehouse.ts';

let opened: TablesAndFolder;
let folder: string;
const clock = () => 1_900_000_000_000;

beforeEach(async () => {
  opened = await openTablesAndFolder();
  ({ folder } = opened);
});
afterEach(() => opened?.close());

/** Stacks by name, with their outputs. */
const STACKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Gatehouse: { OrdersApiId: 'a1b2' },
  Shop: { ShopApiId: 'c3d4', OrdersApiId: 'a1b2' },
  Other: { OrdersApiId: 'other' },
};

const run = createRun({
  clock,
  environment: { COMPANY: 'ACME Ltd.' },
  findStackOutputs: async (stack = 'Gatehouse') => STACKS[stack],
  adapt: (operator) => ({ ...operator, findSecret: async (secretId) => !secretId.includes('missing') }),
});

function write(file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

const COMPANY = [
  { tenant: 't', entry: 'tenant', accessTokenSeconds: 600 },
  { tenant: 't', entry: 'role#customer', permissions: ['/order'] },
];

const nothingIsThere = async () => assert.match((await run('check')).text, /^0 entries/);

suite('plan and apply', () => {
  test('say what would change, change it, and then find nothing; plan tells it by its exit code', async () => {
    write('t/entries.json', COMPANY);
    write('t/clients/app.yaml', 'clientId: app\ntenant: t\n');
    write('README.md', 'no entry');
    const planned = await run(['plan', folder]);
    assert.equal(planned.code, 2);
    assert.match(planned.out, /^would create: Tenants, t \/ role#customer\n {2}\+ entry: "role#customer"\n/);
    assert.equal(planned.err, '3 to create, 0 to change, 0 to delete, 0 unchanged\n');
    await nothingIsThere();
    const applied = await run(['apply', folder]);
    assert.deepEqual([applied.code, applied.err], [0, '3 created, 0 changed, 0 deleted, 0 unchanged\n']);
    assert.deepEqual(await run(['plan', folder]).then(({ code, out, err }) => [code, out, err]), [
      0,
      '',
      '0 to create, 0 to change, 0 to delete, 3 unchanged\n',
    ]);
    write('t/entries.json', [{ ...COMPANY[0], accessTokenSeconds: 900 }]);
    assert.equal(
      (await run(['plan', folder, '--prune'])).out,
      'would change: Tenants, t / tenant\n  ~ accessTokenSeconds: 600 → 900\nwould delete: Tenants, t / role#customer\n',
    );
    const { code, out } = await run(['plan', folder, '--prune', '--json']);
    assert.deepEqual(
      [code, JSON.parse(out)],
      [
        2,
        {
          create: [],
          change: [{ entry: 'Tenants, t / tenant', changes: [{ sign: '~', path: 'accessTokenSeconds', text: '600 → 900' }] }],
          delete: ['Tenants, t / role#customer'],
          unchanged: 1,
          keptByDeployments: [],
        },
      ],
    );
  });

  test('delete with --prune alone, and ask before it with all that goes', async () => {
    write('t/entries.json', COMPANY);
    write('t/app.json', { clientId: 'app', tenant: 't' });
    await run(['apply', folder]);
    write('t/entries.json', [COMPANY[0]]);
    await run(['apply', folder]);
    assert.equal((await run('role get t customer')).code, 0, 'without --prune nothing is deleted');
    const refused = await run(['apply', folder, '--prune'], { answers: ['n'] });
    assert.deepEqual([refused.code, refused.asked], [1, ['Delete 1 entry that the folder has not, and write 0 entries? [y/N] ']]);
    assert.match(refused.err, /^to be deleted: Tenants, t \/ role#customer$/m);
    const nobody = await run(['apply', folder, '--prune'], { isYes: false });
    assert.equal(nobody.code, 2, 'nobody can be asked');
    assert.equal((await run('role get t customer')).code, 0);
    const done = await run(['apply', folder, '--prune', '--yes']);
    assert.deepEqual([done.code, done.out], [0, 'deleted: Tenants, t / role#customer\n']);
    assert.equal((await run('role get t customer')).code, 1);
    assert.equal((await run('client get app')).code, 0);
  });

  test('of a folder with five faults list all five, and write nothing', async () => {
    write('a.json', COMPANY);
    write('b.json', { tenant: 't', entry: 'tier#x', requests: 0, seconds: 1 });
    write('c.json', '{\n  "tenant": "t",\n}');
    write('d.json', COMPANY[0]);
    write('e.yaml', 'name: no key\n');
    write('f.yaml', 'tenant: t\nentry: scope#x\ndescription: ${env.NOBODY}\n');
    for (const words of ['plan', 'apply']) {
      const { code, out, err } = await run([words, folder]);
      assert.deepEqual([code, out], [1, '']);
      assert.deepEqual(err.split('\n'), [
        'b.json:1:32: Tenants, t / tier#x, requests: expected at least 1',
        'c.json:3:1: expected a name in quotation marks',
        'd.json:1:1: Tenants, t / tenant: expected once, and stands in a.json:1:2 too',
        'e.yaml:1:1: expected clientId, or tenant and entry, or tenant and username',
        'f.yaml:3:1: description: expected in place of ${env.NOBODY} the variable NOBODY in the environment, which is not set',
        '5 faults. Nothing was written.',
        '',
      ]);
    }
    await nothingIsThere();
  });

  test('A88 do not bring back the tokens that a revocation has declared dead', async () => {
    write('t.json', COMPANY);
    await run(['apply', folder]);
    await run('revoke tenant t');
    assert.equal((await run(['plan', folder])).code, 0);
    write('t.json', [{ ...COMPANY[0], accessTokenSeconds: 60, tokensNotBefore: 7 }]);
    await run(['apply', folder]);
    const item = JSON.parse((await run('tenant get t')).out);
    assert.deepEqual([item.accessTokenSeconds, item.tokensNotBefore], [60, 1_900_000_001]);
    await run('tenant put t -', '{}');
    assert.equal(JSON.parse((await run('tenant get t')).out).tokensNotBefore, 1_900_000_001);
  });

  test('let nobody in again who was suspended or disabled, unless a file says so', async () => {
    const entries = [
      COMPANY[0],
      { clientId: 'app', tenant: 't' },
      { tenant: 't', username: 'ann', id: 'i', passwordHash: CHEAP_PUBLISHER_HASH },
    ];
    write('t.json', entries);
    await run(['apply', folder]);
    const gets = ['tenant get t', 'client get app', 'user get t ann'];
    const statuses = async () => Promise.all(gets.map(async (words) => JSON.parse((await run(words)).out).status));
    assert.equal((await run('tenant suspend t --yes')).code, 0);
    await run('client put app -', '{"tenant": "t", "status": "suspended"}');
    assert.equal((await run('user disable t ann --yes')).code, 0);
    const stopped = ['suspended', 'suspended', 'disabled'];
    assert.deepEqual(await statuses(), stopped);

    const planned = await run(['plan', folder]);
    assert.equal(planned.code, 0, planned.text);
    for (const label of ['Tenants, t / tenant: stays suspended', 'Clients, app: stays suspended', 'Users, t / ann: stays disabled'])
      assert.ok(planned.err.includes(`${label}, since the file does not say "status": "active"\n`), planned.err);
    write(
      't.json',
      entries.map((entry) => ({ ...entry, description: 'new' })),
    );
    assert.equal((await run(['apply', folder])).code, 0);
    assert.deepEqual(await statuses(), stopped);
    const put = await run('client put app -', '{"tenant": "t"}');
    assert.match(put.err, /^Clients, app: stays suspended, since/m);
    assert.deepEqual(await statuses(), stopped);

    write(
      't.json',
      entries.map((entry) => ({ ...entry, status: 'active' })),
    );
    const shown = await run(['plan', folder]);
    assert.match(shown.out, /^ {2}~ status: "suspended" → "active"$/m);
    assert.match(shown.err, /^warning: Users, t \/ ann: is disabled, and the file lets it in again, by "status": "active"$/m);
    assert.equal((await run(['apply', folder])).code, 0);
    assert.deepEqual(await statuses(), ['active', 'active', 'active']);
  });

  test('leave what somebody else changes between the look and the write, and say so', async () => {
    write('t.json', COMPANY);
    await run(['apply', folder]);
    write('t.json', [COMPANY[1], { ...COMPANY[0], accessTokenSeconds: 60 }, { tenant: 't', entry: 'role#new' }]);
    const racing = createRun({
      clock,
      adapt: (operator) => ({
        ...operator,
        tables: {
          ...operator.tables,
          async replaceAsRead(table, kind, item, read) {
            if (kind === 'tenant') await operator.tables.replace(table, { tenant: 't', entry: 'tenant', status: 'suspended' });
            return operator.tables.replaceAsRead(table, kind, item, read);
          },
        },
      }),
    });
    const { code, out, err } = await racing(['apply', folder]);
    assert.equal(code, 1);
    assert.match(out, /^created: Tenants, t \/ role#new\n/);
    assert.match(err, /^Tenants, t \/ tenant: has been changed by somebody else since it was looked at\./);
    assert.equal(JSON.parse((await run('tenant get t')).out).status, 'suspended');
  });

  test('one folder serves several stages: outputs of stacks, the environment, the stack’s name, and a file', async () => {
    write('t.yaml', 'tenant: t\nentry: tenant\ndisplayName: ${env.COMPANY} on ${stack}\n');
    write('api.yaml', 'tenant: t\nentry: api#orders\napiId: ${apiId.orders}\nstage: prod\nresources: [{path: /*}]\n');
    assert.equal((await run(['apply', folder])).code, 0);
    assert.equal(JSON.parse((await run('api get t orders')).out).apiId, 'a1b2');
    assert.equal(JSON.parse((await run('tenant get t')).out).displayName, 'ACME Ltd. on Gatehouse');
    write('shop.yaml', 'tenant: t\nentry: api#shop\napiId: ${apiId.shop}\nstage: ${env.STAGE}\nresources: [{path: /*}]\n');
    const refused = await run(['plan', folder]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /^shop.yaml:3:1: apiId: expected in place of \$\{apiId.shop\} an output ShopApiId of the stack, which has OrdersApiId$/m,
    );
    assert.match(refused.err, /^shop.yaml:4:1: stage: .*the variable STAGE in the environment, which is not set$/m);
    write('values.json', { 'env.STAGE': 'test' });
    const values = join(folder, 'values.json');
    assert.equal((await run(['plan', folder, '--outputs', 'Shop', '--values', values])).code, 2);
    assert.match((await run(['plan', folder, '--outputs', 'Other', '--values', values])).err, /^OrdersApiId is an output of two stacks/);
    assert.match(
      (await run(['plan', folder, '--outputs', 'Nope', '--values', values])).err,
      /^The outputs of the stack Nope can't be read/,
    );
    assert.match((await run(['plan', folder, '--stack', 'Absent', '--values', values])).err, /an output ShopApiId of the stack/);
    const faults: readonly (readonly [string, RegExp])[] = [
      ['{"env.STAGE": 7}', /values.json:1:2: env.STAGE: expected a text/],
      ['{"stage": "x"}', /values.json:1:2: expected a name such as apiId.orders/],
      ['[]', /values.json: expected a map/],
      ['{', /values.json:1:2: expected a name in quotation marks/],
    ];
    for (const [text, expected] of faults) {
      write('values.json', text);
      assert.match((await run(['plan', folder, '--values', values])).err, expected);
    }
    assert.match((await run(['plan', folder, '--values', join(folder, 'none.json')])).err, /none.json: there is no such file/);
  });

  test('refuse secrets by name, say where they belong, and warn of those that are not there yet', async () => {
    const store = {
      tenant: 't',
      entry: 'userstore#DIR',
      type: 'ldap',
      preset: 'openldap',
      urls: ['ldaps://x.example'],
      userSearchBase: 'dc=x',
    };
    write('t.json', [
      COMPANY[0],
      { ...store, bindDn: 'cn=x', bindPassword: 'hunter2' },
      { clientId: 'app', tenant: 't', secret: 'hunter2' },
    ]);
    const refused = await run(['apply', folder]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /bindPassword: expected no secret in an entry: it belongs in Secrets Manager, in the secret that secretId names/,
    );
    assert.match(refused.err, /secret: expected no secret in an entry: secrets holds the SHA-256 of it/);
    assert.ok(!refused.text.includes('hunter2'));
    write('t.json', [COMPANY[0], { ...store, secretId: '${stack}/tenants/t/missing' }]);
    const planned = await run(['plan', folder]);
    assert.match(planned.err, /^warning: Tenants, t \/ userstore#DIR, secretId: .*Gatehouse\/tenants\/t\/missing is not yet$/m);
  });

  test('say what is no folder, or has nothing', async () => {
    assert.deepEqual(await run(['plan', join(folder, 'x')]).then(({ code, err }) => [code, err]), [
      1,
      `${join(folder, 'x')}: there is no such folder.\n`,
    ]);
    assert.match((await run(['plan', folder])).err, /has no .json or .yaml file with an entry\.\n$/);
  });
});

suite('export', () => {
  const ENTRIES = [
    ...COMPANY,
    { tenant: 't', entry: 'api#orders', apiId: 'a1b2', stage: 'prod', resources: [{ path: '/*', scopes: [] }] },
    { tenant: 't', entry: 'userstore#X', type: 'rest', url: 'https://x.example/', secretId: 'Gatehouse/tenants/t/x' },
    { clientId: 'app', tenant: 't', secrets: [{ sha256: 'a'.repeat(64) }] },
    { tenant: 't', username: 'anna', id: 'u-1', passwordHash: '$argon2id$x' },
  ];

  test('prints one JSON document that plan finds nothing to change in, and names secrets without their values', async () => {
    write('in/t.json', ENTRIES);
    await run(['apply', join(folder, 'in')]);
    const { code, out, err } = await run('export t');
    assert.equal(code, 0);
    const document = JSON.parse(out);
    assert.deepEqual([document.tenant, document.entries.length, document.secrets], ['t', 6, ['${stack}/tenants/t/x']]);
    assert.equal(
      err,
      'not in it: the value of the secret ${stack}/tenants/t/x\nin it: the password hashes of 1 user; keep it as you keep the table\n',
    );
    write('out/t.json', out);
    assert.equal((await run(['plan', join(folder, 'out'), '--prune'])).code, 0);
    assert.equal((await run(['export', 't', '--json'])).out, out);
  });

  for (const format of ['json', 'yaml']) {
    test(`writes a folder of ${format} that plan finds nothing to change in`, async () => {
      write('in/t.json', ENTRIES);
      await run(['apply', join(folder, 'in')]);
      const out = join(folder, 'out');
      const exported = await run(['export', 't', '--out', out, '--format', format]);
      assert.equal(exported.code, 0);
      assert.equal(
        exported.out,
        ['tenant', 'userstores', 'roles', 'apis', 'clients', 'users'].map((name) => `${name}.${format}\n`).join(''),
      );
      assert.match(exported.err, /6 entries in 6 files of /);
      assert.match(readFileSync(join(out, `apis.${format}`), 'utf8'), /\$\{apiId\.orders\}/);
      assert.equal((await run(['plan', out, '--prune'])).code, 0);
      assert.match((await run(['export', 't', '--out', out])).err, /is not empty/);
    });
  }

  test('writes the values of secrets where it is asked to, to a file of its own, which apply takes', async () => {
    const values = new Map([['Gatehouse/tenants/t/x', 'hunter2']]);
    const tenantSecrets: TenantSecrets = {
      read: async (name) => values.get(name),
      create: async (name, value) => !values.has(name) && values.set(name, value).has(name),
      list: async () => [...values.keys()],
      delete: async (name) => values.delete(name),
    };
    const withSecrets = createRun({
      clock,
      adapt: (operator) => ({ ...operator, tenantSecrets, findSecret: async (name) => values.has(name) }),
    });
    write('in/t.json', ENTRIES);
    await run(['apply', join(folder, 'in')]);
    const file = join(folder, 'secrets.json');
    const exported = await withSecrets(['export', 't', '--out', join(folder, 'out'), '--with-secrets', file]);
    assert.equal(exported.code, 0);
    assert.ok(!exported.text.includes('hunter2') && exported.err.includes(`1 secret in clear in ${file}`), exported.text);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { '${stack}/tenants/t/x': 'hunter2' });
    assert.match((await withSecrets(['export', 't', '--with-secrets', file])).err, /secrets.json: is there already\. Name a new file\./);
    const apply = () => withSecrets(['apply', join(folder, 'out'), '--secrets', file]);
    assert.match((await apply()).err, /left as it is: the secret Gatehouse\/tenants\/t\/x/);
    values.clear();
    const applied = await apply();
    assert.deepEqual([applied.code, applied.out], [0, 'created: the secret Gatehouse/tenants/t/x\n'], applied.text);
    assert.equal(values.get('Gatehouse/tenants/t/x'), 'hunter2');
    values.clear();
    const missing = await withSecrets(['export', 't', '--with-secrets', join(folder, 'none.json')]);
    assert.deepEqual([missing.code, missing.err.includes('which is not there, is no text, or may not be read by you')], [1, true]);
    chmodSync(file, 0o644);
    assert.match((await apply()).err, /holds secrets, and others may read it: chmod 600/);
    for (const [text, expected] of [
      [
        '{"Gatehouse/tenants/other/x": "hunter2"}',
        /Gatehouse\/tenants\/other\/x: expected a secret below Gatehouse\/tenants\/t\/\nNothing was written/,
      ],
      ['{"${stack}/tenants/t/x": {"a": "hunter2"}}', /expected a map from names of secrets to their values/],
      ['{"a": "hunter2', /secrets.json:1:7: expected a string that ends in its line/],
    ] as const) {
      writeFileSync(file, text);
      chmodSync(file, 0o600);
      const refused = await apply();
      assert.equal(refused.code, 1);
      assert.match(refused.err, expected);
      assert.ok(!refused.text.includes('hunter2'));
    }
    assert.equal(values.size, 0);
  });

  test('says what there is not, and leaves out what is wrong', async () => {
    assert.deepEqual(await run('export nobody').then(({ code, out, err }) => [code, out, err]), [
      1,
      '',
      'nobody: there is no such tenant.\n',
    ]);
  });
});
