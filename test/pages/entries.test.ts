// The examples in the pages are what operators copy: each must be an entry that the parsers take without a word.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENTRY_SCHEMAS } from '../../functions/configuration/entries/index.ts';
import { parseOperatorItem } from '../../infra/admin/operator-item.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';

/** Every block of JSON in every page, with the page. */
const examples = repositoryFiles('.md').flatMap((page) =>
  [...readText(page).matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => ({
    page,
    example: JSON.parse(text) as Record<string, unknown>,
  })),
);

for (const { page, example } of examples) {
  const name = String(example.entry ?? example.clientId ?? example.username);
  test(`${page}: ${name} is a right entry`, () => {
    const parsed = parseOperatorItem(example);
    assert.ok('key' in parsed, JSON.stringify(parsed));
    assert.deepEqual([...parsed.faults, ...parsed.warnings], []);
  });
}

test('the pages show every kind of entry', () => {
  const kinds = new Set<string>(examples.map(({ example }) => Object(parseOperatorItem(example)).kind));
  assert.deepEqual(
    Object.keys(ENTRY_SCHEMAS).filter((kind) => !kinds.has(kind)),
    [],
  );
});
