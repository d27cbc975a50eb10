// The README's examples are what operators copy: each must be an entry that the parsers take without a word.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { EntryKind } from '../../functions/configuration/entries/index.ts';
import { parseEntry, parseEntryKey } from '../../functions/configuration/entries/parse-entry.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map((match): Record<string, unknown> => JSON.parse(match[1] ?? ''));

function kindOf(example: Record<string, unknown>): EntryKind {
  if (typeof example.entry === 'string') {
    const key = parseEntryKey(example.entry);
    assert.ok('kind' in key, example.entry);
    return key.kind;
  }
  return 'clientId' in example ? 'client' : 'user';
}

for (const example of examples) {
  const name = String(example.entry ?? example.clientId ?? example.username);
  test(`the README's example ${name} is a right entry`, () => {
    const parsed = parseEntry(kindOf(example), example);
    assert.deepEqual('faults' in parsed ? parsed.faults : parsed.warnings, []);
  });
}

test('the README shows every kind of entry', () => {
  const kinds = new Set(examples.map(kindOf));
  for (const kind of ['tenant', 'userstore', 'issuer', 'role', 'scope', 'api', 'tier', 'handler', 'client', 'user'] as const)
    assert.ok(kinds.has(kind), kind);
});
