// Whether a file has the test that a row names: a test, a group of tests, or a row of a table of them.

import { readFileSync } from 'node:fs';

const sourceOf = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** @param name what the test is called, or how that begins; behind a placeholder, where it begins with one */
export function hasTest(file: string, name: string): boolean {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const call = `(?:test|describe)\\(\\s*['"\`](?:\\$\\{\\w+\\} )?${literal}`;
  // Not just anywhere: `GET` and `no client` are also what tests send.
  const member = `name: (?:['"]${literal}['"]|\`${literal})`;
  const first = `^ +\\[\\s*['"]${literal}['"],`;
  const key = `^ +['"]${literal}['"]: \\(`;
  return new RegExp([call, member, first, key].join('|'), 'm').test(sourceOf(file));
}
