// Reads a reply: as JSON, and values out of it by dotted path: own members only (A80), exact types, nothing guessed (A18).

import type { ReplyValue } from '../../configuration/entries/templated-userstore-entry.ts';
import type { ClaimValue } from '../../configuration/model.ts';
import { splitValues } from '../../configuration/split-values.ts';
import { parseJsonBody } from '../../outbound/parse-json-body.ts';

const MAX_ITEMS = 200;
const MAX_VALUE_CHARACTERS = 2048;
const MAX_ROLE_CHARACTERS = 128;

/** Digits that may be rounded; nothing shorter is, and a reviver goes less deep than a reply may. */
const HAS_LONG_NUMBER = /\d{16}/;

/** Keeps an integer beyond 2^53 exact; the third argument is of ECMAScript's JSON.parse source text access. */
function exactInteger(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded ? (context?.source ?? value) : value;
}

/** Undefined for what is no JSON. A 64-bit id is read as its digits: rounded, it would be that of somebody else as well (A19). */
export function parseJson(text: string): unknown {
  return parseJsonBody(text, HAS_LONG_NUMBER.test(text) ? exactInteger : undefined);
}

/** The value at `response.user.id`; of a list by index, `users.0.id`. Undefined where there is none. */
export function findAtPath(reply: unknown, path: string): unknown {
  return walk(reply, path.split('.'));
}

function walk(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) && name === '*') return value.slice(0, MAX_ITEMS + 1).map((item) => walk(item, rest));
  if (Array.isArray(value) && !/^(0|[1-9]\d{0,3})$/.test(name)) return undefined;
  if (!Object.hasOwn(value, name)) return undefined;
  return walk(Reflect.get(value, name), rest);
}

/** What stands at a place; a text with a separator is the list of its parts, blanks at their ends and empty ones left out. */
function findValue(reply: unknown, place: ReplyValue): unknown {
  if (typeof place === 'string') return findAtPath(reply, place);
  const value = findAtPath(reply, place.path);
  if (!Array.isArray(value) && typeof value !== 'string') return value;
  const items: readonly unknown[] = [value].flat();
  return items.flatMap((item): readonly unknown[] => (typeof item === 'string' ? splitValues(item, place.separator) : [item]));
}

/**
 * A string, or a number or boolean written as one; a list of them. Undefined for anything else; `too-much` where part of it
 * would have to be left out, which would then be taken for all.
 */
export function findClaim(reply: unknown, place: ReplyValue): { readonly value: ClaimValue | undefined } | 'too-much' {
  const value = findValue(reply, place);
  if (!Array.isArray(value)) return isTooLong(value) ? 'too-much' : { value: textOf(value) };
  if (value.length > MAX_ITEMS || value.some(isTooLong)) return 'too-much';
  const items = value.map(textOf).filter((item) => item !== undefined);
  return { value: items.length === 0 ? undefined : items };
}

/** Roles: a list of strings, or one string. Anything else gives none: a role is never guessed. `too-much` gives none either. */
export function findRoles(reply: unknown, place: ReplyValue): readonly string[] | 'too-much' {
  const value = findValue(reply, place);
  const roles: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (roles.length > MAX_ITEMS) return 'too-much';
  return [...new Set(roles.filter((role) => typeof role === 'string' && role !== '' && role.length <= MAX_ROLE_CHARACTERS))].map(String);
}

const isTooLong = (value: unknown): boolean => typeof value === 'string' && value.length > MAX_VALUE_CHARACTERS;

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}
