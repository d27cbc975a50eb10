// Users of other systems: they log in by the hashes that they had, and what can't be kept of them is said.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { parsePasswordHash } from '../../../../functions/userstores/password-hashes/index.ts';
import type { Imported } from '../../../../infra/admin/import/imported.ts';
import { importCsv } from '../../../../infra/admin/import/users/import-csv.ts';
import { importLdif } from '../../../../infra/admin/import/users/import-ldif.ts';
import { importUserTable } from '../../../../infra/admin/import/wso2/import-user-table.ts';
import { findItem, foreignText, IMPORT_OPTIONS, linesOf } from '../support/foreign-files.ts';

async function verifies(imported: Imported, username: string, password: string): Promise<boolean> {
  const hash = parsePasswordHash(String(findItem(imported, { username }).passwordHash));
  return hash !== 'unreadable' && (await hash.verify(password)) && !(await hash.verify(`${password}x`));
}

suite('users', () => {
  test('of LDIF log in as they did, by every hash that can stay', async () => {
    const imported = await importLdif(foreignText('users/people.ldif'), { ...IMPORT_OPTIONS, usernameAttribute: undefined });
    for (const [name, password] of [
      ['anna', 'anna-pass'],
      ['jürgen', 'pässwörd'],
      ['ben', 'ben-pass'],
      ['pb', 'pb-pass'],
      ['gina', 'gina-pass'],
      ['clear', 'a clear password'],
    ] as const)
      assert.ok(await verifies(imported, name, password), name);
    const { id, roles, claims } = findItem(imported, { username: 'anna' });
    assert.deepEqual([id, roles], ['3d6f0c2e-1b5c-4b5e-9a57-3c1b2a4d5e6f', ['customers']]);
    assert.deepEqual(claims, {
      fullname: 'Anna Koch',
      lastname: 'Koch',
      givenname: 'Anna',
      emailaddress: ['anna@example.org', 'a.koch@example.org'],
    });
    assert.deepEqual(
      [findItem(imported, { username: 'ben' }).status, findItem(imported, { username: 'ben' }).roles],
      ['disabled', ['customers', 'staff']],
    );
    assert.equal(findItem(imported, { username: 'jürgen' }).mustChangePassword, true);
    const lines = linesOf(imported);
    for (const says of [
      '{CRYPT} of DES',
      'of the kind {MD5}',
      'no userPassword',
      'line 86: left out: another entry',
      'attribute roomnumber: of 1 users',
      'kind delete',
    ])
      assert.ok(lines.includes(says), says);
    for (const secret of ['ab3uLf0P6sLEQ', 'X03MO1qn', 'a clear password', 'saltsalt']) assert.ok(!lines.includes(secret), secret);
  });

  test('have the same id at each import, and another in another tenant', async () => {
    const idOf = async (tenant: string) =>
      findItem(await importLdif(foreignText('users/people.ldif'), { ...IMPORT_OPTIONS, tenant, usernameAttribute: undefined }), {
        username: 'ben',
      }).id;
    assert.equal(await idOf('t'), await idOf('t'));
    assert.notEqual(await idOf('t'), await idOf('other'));
  });

  test('of CSV log in as they did; a claim that can not stay costs its user nothing else', async () => {
    const imported = await importCsv(foreignText('users/people.csv'), IMPORT_OPTIONS);
    assert.ok((await verifies(imported, 'anna', 'anna-pass')) && (await verifies(imported, 'ben "the cook"', 'ben-pass')));
    assert.deepEqual(findItem(imported, { username: 'anna' }).claims, {
      emailaddress: 'anna@example.org',
      givenname: 'Anna',
      'cost centre': '4711',
    });
    assert.match(linesOf(imported), /lost user Ben "the cook": claim givenname: expected no control characters/);
    assert.match(linesOf(imported), /lost user carl: left out: has neither/);
    await assert.rejects(
      importCsv('username,passwordHash,status\na,x,suspendet', IMPORT_OPTIONS),
      /line 2: status: expected active or disabled/,
    );
    await assert.rejects(importCsv('name,password\na,b', IMPORT_OPTIONS), /line 1: expected a column username/);
  });

  test('of WSO2’s tables log in as they did, with roles, claims, and what the roles permit', async () => {
    const tables = ['UM_USER', 'UM_ROLE', 'UM_USER_ROLE', 'UM_USER_ATTRIBUTE', 'UM_PERMISSION', 'UM_ROLE_PERMISSION'];
    const files = new Map(tables.map((table) => [table, foreignText(`wso2/user-table/${table}.csv`)]));
    const imported = await importUserTable(files, { ...IMPORT_OPTIONS, tenantId: undefined, digest: 'SHA-256' });
    assert.ok((await verifies(imported, 'pia', 'pia-pass')) && (await verifies(imported, 'kai, the cook', 'pässwörd')));
    const pia = findItem(imported, { username: 'pia' });
    assert.deepEqual(
      [pia.id, pia.roles, pia.claims],
      ['6b1f0c1e-5a0e-4b8d-9d8b-8b1de6f0a001', ['customer'], { emailaddress: 'pia@example.org', givenname: 'Pia' }],
    );
    assert.deepEqual(findItem(imported, { entry: 'role#customer' }).permissions, ['/permission/pizzashack/order']);
    const lines = linesOf(imported);
    assert.match(lines, /lost role customer: 1 permission that it is denied/);
    assert.match(lines, /lost user broken: left out: UM_USER_PASSWORD is no base64/);
    assert.match(lines, /lost attribute shoeSize/);
  });

  test('of other digests of WSO2 log in too; of several tenants one must be named', async () => {
    const header = 'UM_ID,UM_USER_NAME,UM_USER_PASSWORD,UM_SALT_VALUE,UM_TENANT_ID';
    const importOne = (digest: string, password: string, salt: string) =>
      importUserTable(new Map([['UM_USER', `${header}\n1,pia,${password},${salt},1`]]), { ...IMPORT_OPTIONS, tenantId: undefined, digest });
    const pbkdf2 = 'CpDoBB7ZVpn1o3wXy6RMGzV0Yd0W7RUGsJxNyK7M0eA=';
    assert.match(linesOf(await importOne('PBKDF2:10000', pbkdf2, 'c2FsdHNhbHQ=')), /kept user pia: hash \{PBKDF2-SHA256\}/);
    assert.ok(
      await verifies(await importOne('SHA-512', createHash('sha512').update('pia-passsalt').digest('base64'), 'salt'), 'pia', 'pia-pass'),
    );
    assert.ok(await verifies(await importOne('SHA', createHash('sha1').update('pia-pass').digest('base64'), ''), 'pia', 'pia-pass'));
    assert.ok(await verifies(await importOne('PLAIN_TEXT', 'pia-pass', ''), 'pia', 'pia-pass'));
    await assert.rejects(importOne('MD5', 'x', 'y'), /--digest: expected SHA, SHA-256/);
    const two = new Map([['UM_USER', `${header}\n1,pia,x,y,1\n1,pia,x,y,2`]]);
    await assert.rejects(
      importUserTable(two, { ...IMPORT_OPTIONS, tenantId: undefined, digest: 'SHA-256' }),
      /rows of the tenants 1, 2: say which/,
    );
  });
});
