// What differs between two values of an attribute, one line for each place: the rule that was added, not both whole lists.

import { isDeepStrictEqual } from 'node:util';

/** `+` is new, `-` goes, `~` changes. */
export interface Difference {
  readonly sign: '+' | '-' | '~';
  /** `resources[2].scopes` */
  readonly path: string;
  readonly text: string;
}

/** Longer values are cut: a line is for reading. */
const MAX_SHOWN = 160;
/** Lists that are longer on both sides are compared place by place: an alignment costs the product of their lengths. */
const MAX_ALIGNED = 400;

/** @param before undefined where it is not there, like `after` */
export function describeDifference(path: string, before: unknown, after: unknown): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [{ sign: '+', path, text: shown(after) }];
  if (after === undefined) return [{ sign: '-', path, text: shown(before) }];
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(path, before, after);
  if (isMap(before) && isMap(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => describeDifference(`${path}.${name}`, before[name], after[name]));
  }
  return [{ sign: '~', path, text: changed(before, after) }];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stays in its order is found first; between it, what went and what came in one place is one that changed. */
function ofLists(path: string, before: readonly unknown[], after: readonly unknown[]): Difference[] {
  const differences: Difference[] = [];
  const kept = [...alignedPairs(before, after), [before.length, after.length] as const];
  let [from, to] = [0, 0];
  for (const [oldAt, newAt] of kept) {
    const paired = before[from] !== undefined && isMap(before[from]) ? Math.min(oldAt - from, newAt - to) : 0;
    for (let step = 0; step < paired; step++)
      differences.push(...describeDifference(`${path}[${to + step}]`, before[from + step], after[to + step]));
    for (let at = from + paired; at < oldAt; at++) differences.push({ sign: '-', path: `${path}[${at}]`, text: shown(before[at]) });
    for (let at = to + paired; at < newAt; at++) differences.push({ sign: '+', path: `${path}[${at}]`, text: shown(after[at]) });
    [from, to] = [oldAt + 1, newAt + 1];
  }
  return differences;
}

/** The longest row of items that both lists have, as places in both. */
function alignedPairs(before: readonly unknown[], after: readonly unknown[]): (readonly [number, number])[] {
  if (before.length > MAX_ALIGNED && after.length > MAX_ALIGNED)
    return before.flatMap((item, at) => (isDeepStrictEqual(item, after[at]) && at < after.length ? [[at, at] as const] : []));
  const [olds, news] = [before, after].map((list) => list.map((item) => JSON.stringify(sorted(item))));
  if (olds === undefined || news === undefined) return [];
  const lengths = olds.map(() => new Array<number>(news.length + 1).fill(0));
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = olds.length - 1; i >= 0; i--) {
    for (let j = news.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row !== undefined) row[j] = olds[i] === news[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < olds.length && j < news.length; ) {
    if (olds[i] === news[j]) pairs.push([i++, j++]);
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Two maps are the same whatever the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return isMap(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort()
          .map(([name, inner]) => [name, sorted(inner)]),
      )
    : value;
}

/** Of two long texts what is around the first difference. */
function changed(before: unknown, after: unknown): string {
  const [old, next] = [json(before), json(after)];
  if (old.length <= MAX_SHOWN && next.length <= MAX_SHOWN) return `${old} → ${next}`;
  let same = 0;
  while (same < old.length && old[same] === next[same]) same++;
  const start = Math.max(0, same - 20);
  const part = (text: string): string => `${start === 0 ? '' : '…'}${cut(text.slice(start))}`;
  return `${part(old)} → ${part(next)}`;
}

const shown = (value: unknown): string => cut(json(value));

const cut = (text: string): string => (text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`);

/** JSON, with whatever a terminal would obey or not show written out. */
const json = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replaceAll(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
