// The examples in the pages are what operators copy: each must be an entry that the parsers take without a word.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryKind } from '../../functions/configuration/entries/index.ts';
import { parseEntry, parseEntryKey } from '../../functions/configuration/entries/parse-entry.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';

/** Every block of JSON in every page, with the page. */
const examples = repositoryFiles('.md').flatMap((page) =>
  [...readText(page).matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => ({
    page,
    example: JSON.parse(text) as Record<string, unknown>,
  })),
);

function kindOf(example: Record<string, unknown>): EntryKind {
  if (typeof example.entry === 'string') {
    const key = parseEntryKey(example.entry);
    assert.ok('kind' in key, example.entry);
    return key.kind;
  }
  return 'clientId' in example ? 'client' : 'user';
}

for (const { page, example } of examples) {
  const name = String(example.entry ?? example.clientId ?? example.username);
  test(`${page}: ${name} is a right entry`, () => {
    const parsed = parseEntry(kindOf(example), example);
    assert.deepEqual('faults' in parsed ? parsed.faults : parsed.warnings, []);
  });
}

test('the pages show every kind of entry', () => {
  const kinds = new Set(examples.map(({ example }) => kindOf(example)));
  for (const kind of ['tenant', 'userstore', 'issuer', 'role', 'scope', 'api', 'tier', 'handler', 'client', 'user'] as const)
    assert.ok(kinds.has(kind), kind);
});
