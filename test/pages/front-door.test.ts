// The README is the front door: short, and it leads to every other page.

import assert from 'node:assert/strict';
import { dirname, join, normalize } from 'node:path/posix';
import { test } from 'node:test';
import { readText, repositoryFiles } from '../support/repository-files.ts';

test('the README has at most 250 lines', () => {
  assert.ok(readText('README.md').split('\n').length <= 250);
});

test('every page can be reached from the README', () => {
  const reached = new Set<string>();
  const visit = (page: string): void => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const [, link = ''] of readText(page).matchAll(/\]\(((?!https?:)[^)#\s]+)[^)\s]*\)/g)) {
      const target = normalize(join(dirname(page), link));
      if (target.endsWith('.md')) visit(target);
    }
  };
  visit('README.md');
  assert.deepEqual(
    repositoryFiles('.md').filter((page) => !reached.has(page)),
    [],
  );
});
