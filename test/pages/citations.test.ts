// What a comment cites is there: pages of the repository with their headings, and the AWS pages that the emulator obeys,
// which its README lists. Attack numbers are looked at in test/attacks/attack-list.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commentsOf } from '../support/comments.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';

const pages = new Map(repositoryFiles('.md').map((path) => [path, readText(path)]));
const comments = ['.ts', '.yaml', '.tf', '.py']
  .flatMap(repositoryFiles)
  .flatMap((path) => commentsOf(readText(path).replace(/^(\s*)#\s/gm, '$1// ')).map((text) => ({ path, text })));

/** `functions/README.md, "Cold start"`: a page, and maybe a heading. */
const PAGE = /([\w./-]+\.md)(?:, "([^"]+)")?/g;
/** `"Lambda quotas" of the Lambda guide` */
const AWS_PAGE = /"([^"]+)" of the ([\w ]+? (?:guide|API reference))/g;

const headingsOf = (page: string): readonly string[] => [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);

test('each page that a comment cites is there, and has the heading', () => {
  const cited = comments.flatMap(({ path, text }) => [...text.matchAll(PAGE)].map(([, page = '', heading]) => ({ path, page, heading })));
  assert.ok(cited.length > 30);
  assert.deepEqual(
    cited.filter(({ page, heading }) => {
      const text = pages.get(page);
      return text === undefined || (heading !== undefined && !headingsOf(text).includes(heading));
    }),
    [],
  );
});

test('each AWS page that the emulator cites is listed in its README', () => {
  const cited = comments
    .filter(({ path }) => path.startsWith('infra/emulator/'))
    .flatMap(({ path, text }) => [...text.matchAll(AWS_PAGE)].map(([, title = '', book]) => ({ path, title, book })));
  assert.ok(cited.length >= 5);
  const listed = pages.get('infra/emulator/README.md') ?? '';
  assert.deepEqual(
    cited.filter(({ title }) => !listed.includes(`"${title}"`)),
    [],
  );
});

test('no comment cites a paper that is not in the repository', () => {
  const elsewhere =
    /\bDESIGN\b|\bSTYLE\b|\bU\d\d\b|\bfindings?\/|\bissue \d|\b(?:aws|wso2|peers|performance|security|interop|adoption)\.md\b/;
  assert.deepEqual(
    comments.filter(({ path, text }) => path !== 'test/pages/citations.test.ts' && elsewhere.test(text)),
    [],
  );
});

test('each RFC that a comment cites is one: the newest of this year have five digits', () => {
  const cited = comments.flatMap(({ path, text }) =>
    [...text.matchAll(/\bRFC (\d+)/g)].map(([, number]) => ({ path, number: Number(number) })),
  );
  assert.ok(cited.length > 200);
  assert.deepEqual(
    cited.filter(({ number }) => number < 100 || number > 10_100),
    [],
  );
});
