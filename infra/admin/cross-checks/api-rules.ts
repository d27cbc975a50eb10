// Rules of an API that can't mean what they say: none at all, or one that no request ever comes to.

import type { Entry } from '../../../functions/configuration/entries/index.ts';
import { type PathTemplate, parseRuleTemplate } from '../../../functions/configuration/path-template.ts';
import type { EntryIndex } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

type Rule = Entry<'api'>['resources'][number];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export function findOddRules(index: EntryIndex): Finding[] {
  return index.all('api').flatMap(({ label, entry }) => {
    const { resources, caseSensitivePaths } = entry;
    if (resources.length === 0) return [doubtful(label, 'resources', 'at least one rule: without one nobody gets in')];
    return resources.flatMap((rule, at) => {
      const hidden = resources.slice(0, at).filter((earlier) => isCovered(rule.path, earlier.path, caseSensitivePaths));
      const isReached = methodsOf(rule).some((method) => !hidden.some((earlier) => methodsOf(earlier).includes(method)));
      if (isReached) return [];
      const isByCase = hidden.every((earlier) => !isCovered(rule.path, earlier.path, true));
      const expected = isByCase
        ? `another path than ${hidden[0]?.path}, from which it differs in case alone, or caseSensitivePaths: true`
        : `a place before ${hidden.map(({ path }) => path).join(' and ')}: the first rule that matches decides, so that this one never does`;
      return [doubtful(label, `resources.${at}`, expected)];
    });
  });
}

const methodsOf = ({ methods }: Rule): readonly string[] => (methods === 'all' ? METHODS : methods);

/** Whether every path that `path` takes is taken by `other` too. */
function isCovered(path: string, other: string, isCaseSensitive: boolean): boolean {
  const of = (text: string): PathTemplate => parseRuleTemplate(isCaseSensitive ? text : text.toLowerCase());
  const [inner, outer] = [of(path), of(other)];
  if (outer.rest === 'none' && (inner.rest !== 'none' || inner.segments.length !== outer.segments.length)) return false;
  if (inner.segments.length < outer.segments.length) return false;
  return outer.segments.every((segment, at) => segment === undefined || segment === inner.segments[at]);
}
