// Attributes of a templated call, which asks a web service or a function for a user: request templates, conditions on the
// reply, and where in the reply the user's data are.

import * as v from 'valibot';
import { CONTROL_CHARACTERS } from '../../shared/control-characters.ts';
import type { EntryFault } from './entry-fault.ts';
import { listOf, mapOf, someString, text, whole } from './fields.ts';

/** A value of a request template: placeholders are filled inside strings, all else is sent as written. */
const template = v.custom<unknown>((value) => isTemplate(value, 8), 'a JSON value, at most 8 deep, of strings of at most 4,096 characters');

function isTemplate(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return true;
  if (typeof value === 'string') return value.length <= 4096;
  return depth > 0 && typeof value === 'object' && Object.values(value).every((inner) => isTemplate(inner, depth - 1));
}

const step = `[^.${CONTROL_CHARACTERS}]{1,128}`;

/** A dotted path into a JSON reply; of a list an item by its index, or all by `*`: `response.user.groups.*.name`. */
const replyPath = v.pipe(someString, v.regex(new RegExp(`^${step}(\\.${step}){0,15}$`, 'u'), 'a dotted path such as response.status'));

/** A path; with a separator, what stands there in one text is a list. */
const replyValue = v.union(
  [replyPath, v.object({ path: replyPath, separator: text(8) })],
  'a dotted path such as response.user.mail, or a path and a separator',
);

export type ReplyValue = v.InferOutput<typeof replyValue>;

const scalar = v.union([v.string(), v.number(), v.boolean()], 'a string, a number or a boolean');

/** What a reply must be: of one of these statuses (absent: any 2xx), and its value at `path` equal to `equals` in type and value. */
const replyCondition = v.pipe(
  v.object({
    status: v.optional(v.pipe(listOf(whole(200, 599), 20), v.minLength(1, 'at least one status'))),
    path: v.optional(replyPath),
    equals: v.optional(v.union([scalar, listOf(scalar, 50)], 'a string, a number, a boolean, or a list of them')),
  }),
  v.check(({ path, equals }) => (path === undefined) === (equals === undefined), 'path and equals together'),
  v.check(({ status, path }) => status !== undefined || path !== undefined, 'a status, or path and equals'),
);

export type ReplyCondition = v.InferOutput<typeof replyCondition>;

/** Where the reply says who the user is. */
const userAttributes = {
  /** Where the reply names the user; it must be the one that was asked for. */
  username: v.optional(replyPath),
  /** Where the reply says what the user is known by for ever. */
  uniqueId: v.optional(replyPath),
  /** Where the reply says when the password was changed, in whatever form: another value ends what began before. */
  passwordChanged: v.optional(replyPath),
  claims: v.optional(mapOf(replyValue)),
  roles: v.optional(replyValue),
};

/** Strings may hold `{username}`, `{password}`, `{tenant}` and `{secret.NAME}`. */
const requestTemplate = mapOf(template);

/** How a user is asked after without a password. */
export const lookupAttributes = {
  request: v.optional(requestTemplate, { username: '{username}' }),
  /** The user is there and may log in. */
  success: replyCondition,
  /** The user is gone, or may no longer log in. Without it any reply in JSON that is no success says so. */
  gone: v.optional(replyCondition),
  ...userAttributes,
};

/** What a web service and a function have in common. */
export const templatedAttributes = {
  request: v.optional(requestTemplate, { credentials: { username: '{username}', password: '{password}' } }),
  success: v.optional(replyCondition, { path: 'response.status', equals: 'true' }),
  /** The store knows the user and says no: no later store is asked. */
  wrongPassword: v.optional(replyCondition),
  /** The store does not know the user. With it, any other no is a wrong password; without it, any no goes on to the next store. */
  unknownUser: v.optional(replyCondition),
  ...userAttributes,
  claims: v.optional(mapOf(replyValue), {}),
};

/** What no template of a look-up may hold, which has no password to fill in. */
export function lookupCrossFieldFaults(entry: {
  readonly lookup?: { readonly request: unknown } | undefined;
}): readonly (EntryFault | false)[] {
  const hasPassword = JSON.stringify(entry.lookup?.request ?? {}).includes('{password}');
  return [hasPassword && { path: 'lookup.request', expected: 'no {password}: there is none when a user is looked up' }];
}
