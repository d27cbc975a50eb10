// Every reason that the functions can give: explained once, on the page as in the table, and provoked by a test.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { REASON_AREAS, REASONS } from '../../../infra/admin/reasons/index.ts';
import { reasonsPage } from '../../../infra/admin/reasons-page.ts';

const WORDS = Object.keys(REASONS);

test('the page in the repository is made from the table', () => {
  const page = readFileSync(new URL('../../../infra/admin/REASONS.md', import.meta.url), 'utf8');
  // Line by line: the whole page would be printed.
  const shown = new Set(page.split('\n'));
  assert.deepEqual(
    reasonsPage()
      .split('\n')
      .filter((line) => !shown.has(line)),
    [],
    'run `npm run reasons`',
  );
  assert.ok(page === reasonsPage(), 'run `npm run reasons`');
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

test('every reason is provoked by a test that names it', () => {
  const folder = new URL('../../', import.meta.url);
  const own = basename(import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && basename(file) !== own);
  const source = files.map((file) => withoutComments(readFileSync(new URL(file, folder), 'utf8'))).join('\n');
  assert.deepEqual(
    WORDS.filter((reason) => !isNamed(source, reason)),
    [],
  );
});

/** A word with a hyphen is nothing else; one without may be any word of English, unless it stands in quotes alone. */
function isNamed(source: string, reason: string): boolean {
  return (reason.includes('-') ? new RegExp(`(?<![\\w-])${reason}(?![\\w-])`) : new RegExp(`['"\`]${reason}['"\`]`)).test(source);
}

function withoutComments(source: string): string {
  return source.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
}
