// Files of a folder: what is read, where a fault is said to be, and that no fault repeats what stands there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJsonDocument } from '../../../../infra/admin/folders/parse-json-document.ts';
import { parseYamlDocuments } from '../../../../infra/admin/folders/parse-yaml-document.ts';

const faultOf = (parsed: ReturnType<typeof parseJsonDocument>): string => {
  assert.ok('faults' in parsed, 'it was read');
  const [{ position, expected } = { position: undefined, expected: '' }] = parsed.faults;
  return `${position?.line}:${position?.column} ${expected}`;
};

test('JSON is read as JSON.parse reads it, each value has its place, and all else has a fault', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const parsed = parseJsonDocument(`\n ${text}\r\n`);
      assert.ok('documents' in parsed, text);
      assert.deepEqual(parsed.documents[0]?.value, JSON.parse(text));
      assert.deepEqual(parsed.documents[0]?.positionOf([]), { line: 2, column: 2 });
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0-1.eE tfn\n\u0001a') }), (text) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        assert.ok('faults' in parseJsonDocument(text), text);
        return;
      }
      const parsed = parseJsonDocument(text);
      if ('documents' in parsed) assert.deepEqual(parsed.documents[0]?.value, value);
      else assert.equal(parsed.faults[0]?.expected, 'each name once');
    }),
    { numRuns: 2000 },
  );
});

test('a fault of JSON says where, and never what', () => {
  const faults: readonly (readonly [string, string])[] = [
    ['', '1:1 a value'],
    ['{\n  "a": hunter2\n}', '2:8 a value'],
    ['{"a": "hunter2\n"}', '1:7 a string that ends in its line'],
    ['{"a": 1,}', '1:9 a name in quotation marks'],
    ["{'a': 1}", '1:2 a name in quotation marks'],
    ['{"a" 1}', '1:6 ":"'],
    ['{"a": 1 "b": 2}', '1:9 "," or "}"'],
    ['[1 2]', '1:4 "," or "]"'],
    ['{} {}', '1:4 nothing after the value'],
    ['{"a": 1,\n "b": 2,\n "a": 3}', '3:2 each name once'],
    [`${'['.repeat(60_000)}`, '1:42 at most 40 levels'],
    ['{"a": 01}', '1:8 "," or "}"'],
  ];
  for (const [text, expected] of faults) assert.equal(faultOf(parseJsonDocument(text)), expected, text.slice(0, 40));
  const parsed = parseJsonDocument('{\n "a": [1,\n  {"b": "x"}]}');
  assert.ok('documents' in parsed);
  assert.deepEqual(parsed.documents[0]?.positionOf(['a', '1', 'b']), { line: 3, column: 4 });
  assert.deepEqual(parsed.documents[0]?.positionOf(['a', '1', 'missing', 'deeper']), { line: 3, column: 3 });
});

test('YAML is read as 1.2 says, by several documents of a file, and each value has its place', () => {
  const text =
    '# ours\ntenant: acme\nentry: role#x\npermissions: &all\n  - /a\n  - "no"\nx-same: *all\nx-no: no\nx-day: 2026-01-02\n---\na: 1\n---\n';
  const parsed = parseYamlDocuments(text);
  assert.ok('documents' in parsed);
  assert.deepEqual(
    parsed.documents.map(({ value }) => value),
    [{ tenant: 'acme', entry: 'role#x', permissions: ['/a', 'no'], 'x-same': ['/a', 'no'], 'x-no': 'no', 'x-day': '2026-01-02' }, { a: 1 }],
  );
  assert.deepEqual(parsed.documents[0]?.positionOf(['permissions', '1']), { line: 6, column: 5 });
  assert.deepEqual(parsed.documents[1]?.positionOf(['a', 'b']), { line: 11, column: 1 });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const read = parseYamlDocuments(JSON.stringify(value));
      assert.ok('documents' in read, JSON.stringify(value));
      if (value !== null) assert.deepEqual(read.documents[0]?.value, JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a fault of YAML says where, and never what; tags, other versions, and aliases without end are none', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['a: 1\na: hunter2', /^2:1 each name once$/],
    ['a: !!js/function hunter2', /^1:4 no tag of this name/],
    ['a: !secret hunter2', /^1:4 no tag of this name/],
    ['%YAML 1.1\n---\na: yes', /^1:1 YAML 1.2$/],
    ['a: [1, 2', /^1:9 another indentation, or a bracket/],
    ['a: "hunter2', /^1:12 a character that is missing/],
    ['a:\n\t- hunter2', /^2:1 /],
    ['a: *hunter2', /^undefined:undefined aliases of anchors|^1:4 /],
    ['a: b: hunter2', /^1:\d /],
    ['@hunter2', /^1:1 /],
    [`a: ${'['.repeat(60_000)}`, /levels|missing/],
    [`a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join('\n')}`, /aliases/],
  ];
  for (const [text, expected] of faults) {
    const fault = faultOf(parseYamlDocuments(text));
    assert.match(fault, expected, text.slice(0, 40));
    assert.ok(!fault.includes('hunter2'), fault);
  }
});

test('the parser of YAML is total', () => {
  const unit = fc.constantFrom(...'{}[]",:\\-?!&*#|>%@` \n\ta1~\u0000\u0085'.split(''), '---', '<<');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      parseYamlDocuments(text);
    }),
    { numRuns: 2000 },
  );
});

test('YAML that JSON could not say is a fault, and takes no time', () => {
  const manyAliases = Array.from({ length: 20_000 }, (_, at) => `k${at}: &a${at} v\nl${at}: *a${at}`).join('\n');
  for (const [text, expected] of [
    ['a: &a [*a]', 'at most 40 levels'],
    ['a: &a {b: {c: [1, *a, *a]}}', 'at most 40 levels'],
    ['? [a, b]\n: 1', 'names that are texts'],
    ['a: !!binary aGk=', 'no bytes and no sets: what JSON can say'],
    ['a: !!set {x}', 'no bytes and no sets: what JSON can say'],
    [manyAliases, 'at most 1000 aliases'],
  ] as const) {
    const parsed = parseYamlDocuments(text);
    assert.ok('faults' in parsed, text.slice(0, 40));
    assert.deepEqual(parsed.faults, [{ position: undefined, expected }], text.slice(0, 40));
  }
});
