// Links between the pages of the repository lead somewhere: to a file, and to a heading where they name one.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readText, repositoryFiles } from '../support/repository-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The fragment that GitHub gives a heading. */
const fragmentOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (page: string): string => page.replaceAll(/^```[\s\S]*?^```$/gm, '');

test('every link of every page leads to a file, and to a heading of it', () => {
  const links = repositoryFiles('.md').flatMap((page) =>
    [...withoutCode(readText(page)).matchAll(/\]\(((?!https?:|mailto:)[^)\s]*)\)/g)].map(([, link = '']) => ({ page, link })),
  );
  assert.ok(links.length > 100);
  assert.deepEqual(
    links.filter(({ page, link }) => {
      const [path = '', fragment] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (target.startsWith('..') || !existsSync(join(ROOT, target))) return true;
      const headings = fragment === undefined ? [] : [...withoutCode(readText(target)).matchAll(/^#+ (.+)$/gm)];
      return fragment !== undefined && !headings.some(([, heading = '']) => fragmentOf(heading) === fragment);
    }),
    [],
  );
});
