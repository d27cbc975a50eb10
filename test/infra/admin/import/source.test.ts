// What an import is given: archives, folders and files, of whatever size and shape.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { NotImportable } from '../../../../infra/admin/import/imported.ts';
import { parseDocument } from '../../../../infra/admin/import/parse-document.ts';
import { readSource } from '../../../../infra/admin/import/read-source.ts';
import { readZip } from '../../../../infra/admin/import/read-zip.ts';
import { parseCsv } from '../../../../infra/admin/import/users/parse-csv.ts';
import { parseLdif } from '../../../../infra/admin/import/users/parse-ldif.ts';
import { readContextPattern } from '../../../../infra/admin/import/wso2/read-context-pattern.ts';
import { writeZip } from '../support/write-zip.ts';

const LIMITS = { maxFiles: 10, maxBytes: 1_000_000 };
const file = (name: string, text: string, isStored = false) => ({ name, bytes: Buffer.from(text), isStored });

/** Whatever comes in, it returns or says that it can't be read. */
function isTotal(read: () => unknown): boolean {
  try {
    read();
  } catch (error) {
    if (!(error instanceof NotImportable)) throw error;
  }
  return true;
}

suite('an archive', () => {
  test('is read, deflated and stored, with a comment behind it', () => {
    const archive = writeZip([file('a/', '', true), file('a/one.json', '{"a":1}'), file('two.yaml', 'b: 2', true)]);
    archive.writeUInt16LE(5, archive.length - 2);
    const names = readZip(Buffer.concat([archive, Buffer.from('hello')]), LIMITS).map(({ name, bytes }) => [name, bytes.toString()]);
    assert.deepEqual(names, [
      ['a/one.json', '{"a":1}'],
      ['two.yaml', 'b: 2'],
    ]);
  });

  test('that becomes too large is refused before it is, whatever it says of its sizes', () => {
    const bomb = writeZip([file('bomb', '\0'.repeat(50_000_000))]);
    assert.ok(bomb.length < 60_000);
    bomb.writeUInt32LE(1, bomb.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
    assert.throws(() => readZip(bomb, LIMITS), { name: 'NotImportable', message: /too large when it is unpacked/ });
    const many = writeZip(Array.from({ length: 3 }, (_, at) => file(String(at), 'x'.repeat(400_000))));
    assert.throws(() => readZip(many, LIMITS), /too large/, 'all files together');
    assert.throws(
      () => readZip(writeZip(Array.from({ length: 11 }, (_, at) => file(String(at), ''))), LIMITS),
      /has 11 files, more than 10/,
    );
  });

  test('that is damaged, cut off, encrypted or packed otherwise is refused', () => {
    const archive = writeZip([file('one', 'x'.repeat(1000))]);
    const changed = (change: (copy: Buffer) => void): Buffer => {
      const copy = Buffer.from(archive);
      change(copy);
      return copy;
    };
    const central = archive.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    for (const [what, broken] of [
      ['empty', Buffer.alloc(0)],
      ['no archive', Buffer.alloc(100)],
      ['cut off', archive.subarray(0, archive.length - 30)],
      ['a wrong checksum', changed((copy) => void copy.writeUInt32LE(7, central + 16))],
      ['encrypted', changed((copy) => void copy.writeUInt16LE(1, central + 8))],
      ['bzip2', changed((copy) => void copy.writeUInt16LE(12, central + 10))],
      ['a list of files elsewhere', changed((copy) => void copy.writeUInt32LE(0xffffff00, copy.length - 6))],
      ['a file elsewhere', changed((copy) => void copy.writeUInt32LE(0xffffff00, central + 42))],
      ['a length beyond', changed((copy) => void copy.writeUInt32LE(0xffffff00, central + 20))],
    ] as const)
      assert.throws(() => readZip(broken, LIMITS), { name: 'NotImportable' }, what);
  });

  test('of any bytes is read or refused', () => {
    const archive = writeZip([file('one', 'some text'), file('two', 'x', true)]);
    const mutated = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(mutated, (changes) => {
        const copy = Buffer.from(archive);
        for (const [at, byte] of changes) copy[at] = byte;
        return isTotal(() => readZip(copy, LIMITS));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => isTotal(() => readZip(Buffer.from(bytes), LIMITS))));
  });
});

test('a folder gives its files, those of its archives, and none that is hidden or not wanted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  try {
    mkdirSync(join(folder, 'sub'));
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, 'sub', 'a.json'), '{}');
    writeFileSync(join(folder, '.git', 'b.json'), '{}');
    writeFileSync(join(folder, 'c.png'), '');
    writeFileSync(join(folder, 'd.zip'), writeZip([file('../../evil/app.json', '[]'), file('x.png', '')]));
    const isWanted = (name: string) => name.endsWith('.json');
    assert.deepEqual(
      readSource(folder, (name) => isWanted(name) || name.endsWith('.zip')).map(({ name }) => name),
      ['d.zip/../../evil/app.json', 'sub/a.json'],
    );
    writeFileSync(join(folder, 'e.json'), Buffer.from([0xff, 0xfe, 0x00]));
    assert.throws(() => readSource(folder, isWanted), /e\.json: expected UTF-8/);
    assert.throws(() => readSource(join(folder, 'nowhere'), isWanted), /there is no such file or folder/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

suite('any text', () => {
  test('is JSON or YAML, or is refused with its place, and never takes more than it should', () => {
    fc.assert(
      fc.property(fc.constantFrom('a.json', 'a.yaml'), fc.string({ unit: 'binary' }), (name, text) =>
        isTotal(() => parseDocument({ name, text })),
      ),
    );
    assert.deepEqual(parseDocument({ name: 'a.json', text: '\uFEFF{"a":1}' }), [{ a: 1 }]);
    const deep = '['.repeat(1_000_000);
    assert.throws(() => parseDocument({ name: 'a.json', text: deep }), { name: 'NotImportable' });
    assert.throws(() => parseDocument({ name: 'a.json', text: ` ${'x'.repeat(5_000_000)}` }), /^NotImportable: a\.json: expected JSON$/);
    assert.throws(() => parseDocument({ name: 'a.yaml', text: `a: ${'x'.repeat(5_000_000)}` }), /at most 4 MiB of YAML/);
    const laughs = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(', ')}]`),
    ];
    assert.throws(() => parseDocument({ name: 'a.yaml', text: laughs.join('\n') }), { name: 'NotImportable' });
    const { password } = JSON.parse('{"password":"hunter2"}');
    assert.throws(
      () => parseDocument({ name: 'a.json', text: `{"password": ${password}}` }),
      (error: Error) => !error.message.includes(password),
    );
  });

  test('is LDIF, or is refused with its line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isTotal(() => parseLdif(text))));
    const line = fc.constantFrom(
      'dn: a',
      'dn:: YQ==',
      'cn: x',
      ' more',
      '',
      '# no',
      'cn:< file:///etc/passwd',
      'cn::: x',
      'version: 1',
      'nothing',
    );
    fc.assert(fc.property(fc.array(line), (lines) => isTotal(() => parseLdif(lines.join('\n')))));
    assert.throws(() => parseLdif(`dn: a\ncn: ${'x'.repeat(1_100_000)}`), /line 2: longer than/);
    assert.throws(() => parseLdif(`dn: a\ncn: x\n${' y\n'.repeat(1_100_000)}`), /longer than/);
    assert.throws(() => parseLdif(`dn: a\n${'cn: x\n'.repeat(20_001)}`), /more than 20000 values/);
    assert.throws(() => parseLdif('dn: a\nuserPassword: x\nthis is no line'), /^NotImportable: line 3: expected NAME: VALUE/);
    assert.throws(() => parseLdif('dn: a\ncn:< file:///etc/passwd'), /line 2: cn is in another file/);
  });

  test('is CSV, or is refused with its line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isTotal(() => parseCsv(text))));
    const cell = fc.constantFrom('a', '"a"', '"', '""', ',', '\n', '\r\n', '\r', ';', '"x\ny"');
    fc.assert(fc.property(fc.array(cell), (cells) => isTotal(() => parseCsv(cells.join('')))));
    const rows = fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 });
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(rows, (values) => {
        const text = ['"one","two"', ...values.map((row) => row.map(quoted).join(','))].join('\r\n');
        assert.deepEqual(
          parseCsv(text).map((row) => [...row.values.values()]),
          values,
        );
      }),
    );
    assert.throws(() => parseCsv('a,b\n1,2\n3'), /line 3: expected 2 values, as line 1 has names, and not 1/);
    assert.throws(() => parseCsv(`a\n"${'x'.repeat(70_000)}"`), /more than 65536 characters/);
    assert.deepEqual(
      [...(parseCsv('\uFEFFa;b\n1;2')[0]?.values ?? [])],
      [
        ['a', '1'],
        ['b', '2'],
      ],
    );
  });
});

test('a pattern of WSO2 becomes a path template that says the same, or none', () => {
  const PATTERNS: readonly (readonly [string, string | undefined])[] = [
    ['(.*)/api/orders/(.*)', '/api/orders/*'],
    ['/api/orders', '/api/orders'],
    ['^/api/orders/$', '/api/orders'],
    ['(.*)/api/orders(.*)', '/api/orders/*'],
    ['(.*)', '/*'],
    ['/(.*)', '/*'],
    ['(.*)/api/(.*)/items', '/api/{part2}/items'],
    ['(.*)/api/users/[^/]+/photo', '/api/users/{part3}/photo'],
    ['/scim2/Users/(.*)', '/scim2/Users/*'],
    ['/v1\\.0/x', '/v1.0/x'],
    ['(.*)/api/(a|b)/x', undefined],
    ['/api/../x', undefined],
    ['no-slash', undefined],
    ['/api/[', undefined],
  ];
  for (const [context, path] of PATTERNS) {
    const read = readContextPattern(context);
    assert.equal('path' in read ? read.path : undefined, path, context);
  }
  fc.assert(fc.property(fc.string(), (context) => Object.keys(readContextPattern(context)).length > 0));
});
