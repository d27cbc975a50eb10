// Places of a reply that the entry names and the reply does not have, and those that it has.

import type { ReplyValue } from '../../configuration/entries/templated-userstore-entry.ts';
import { findAtPath } from '../../userstores/templated-calls/read-reply.ts';
import type { ReplyMapping } from '../../userstores/templated-calls/user-of-reply.ts';
import { quote } from '../quoted-text.ts';

/** `roles at response.user.roles`, of each that is missing. */
export function missingPlaces(mapping: ReplyMapping, json: unknown): readonly string[] {
  const { username, uniqueId, passwordChanged, roles, claims = {} } = mapping;
  const places: readonly (readonly [string, ReplyValue | undefined])[] = [
    ['username', username],
    ['uniqueId', uniqueId],
    ['passwordChanged', passwordChanged],
    ['roles', roles],
    ...Object.entries(claims).map(([claim, place]) => [`claim ${claim}`, place] as const),
  ];
  return places.flatMap(([what, place]) => {
    if (place === undefined) return [];
    const path = typeof place === 'string' ? place : place.path;
    return isThere(json, path) ? [] : [`${what} at ${path}`];
  });
}

/** A path through a list (`groups.*.name`) is there where any of its items has it. */
export function isThere(json: unknown, path: string): boolean {
  const value = findAtPath(json, path);
  return Array.isArray(value) && path.includes('*') ? value.flat(8).some((item) => item !== undefined) : value !== undefined;
}

const MAX_DEPTH = 5;
const MAX_SHOWN = 20;

/** The paths that the reply does have, names alone: what stands there may be anybody's data. */
export function pathsOf(json: unknown): string {
  const paths: string[] = [];
  const walk = (value: unknown, path: string, depth: number): void => {
    if (paths.length > MAX_SHOWN) return;
    if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) paths.push(path);
    else if (Array.isArray(value)) walk(value[0], `${path}.0`, depth + 1);
    else for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`, depth + 1);
  };
  walk(json, '', 0);
  const shown = paths.filter((path) => path !== '').slice(0, MAX_SHOWN);
  if (shown.length === 0) return 'nothing by a name';
  return quote(`${shown.join(', ')}${paths.length > MAX_SHOWN ? ', …' : ''}`);
}
