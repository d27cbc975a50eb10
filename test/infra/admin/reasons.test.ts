// Every reason that the functions can give: explained once, and on the page as in the table.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { REASON_AREAS, REASONS } from '../../../infra/admin/reasons/index.ts';
import { reasonsPage } from '../../../infra/admin/reasons-page.ts';

const WORDS = Object.keys(REASONS);

test('the page in the repository is made from the table', () => {
  const page = readFileSync(new URL('../../../infra/admin/REASONS.md', import.meta.url), 'utf8');
  assert.equal(page, reasonsPage(), 'run `npm run reasons`');
});

test('each reason stands in one area, and in no other', () => {
  const inAreas = REASON_AREAS.flatMap(({ reasons }) => Object.keys(reasons));
  assert.deepEqual(inAreas.toSorted(), WORDS.toSorted());
});

test('every explanation says in whole sentences what happened and what to change', () => {
  for (const [reason, { meaning, change }] of Object.entries(REASONS)) {
    for (const sentence of [meaning, change]) assert.match(sentence, /^\S.{14,}\.$/, reason);
    assert.notEqual(meaning, change, reason);
  }
});
