// `entry = "userstore#<DOMAIN>"`: a directory or service that knows some of the tenant's users (DESIGN sections 3 and 4).

import * as v from 'valibot';
import { listOf, mapOf, offByDefault, onByDefault, text, whole } from './fields.ts';
import { ldapAttributes } from './ldap-userstore-entry.ts';

const common = {
  /** Lower is asked first; stores of equal priority go by domain. */
  priority: v.optional(whole(0, 1_000_000), 100),
  enabled: onByDefault,
  /** For all that one login asks of this store. */
  timeoutMs: v.optional(whole(50, 10_000), 3000),
  /** Name or ARN, below `<stack>/tenants/<tenant>/`. */
  secretId: v.optional(text(512)),
};

/** A value of a request template: placeholders are filled inside strings, all else is sent as written. */
const template = v.custom<unknown>((value) => isTemplate(value, 8), 'a JSON value, at most 8 deep, of strings of at most 4,096 characters');

function isTemplate(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return true;
  if (typeof value === 'string') return value.length <= 4096;
  return depth > 0 && typeof value === 'object' && Object.values(value).every((inner) => isTemplate(inner, depth - 1));
}

/** A dotted path into a JSON reply: `response.user.roles`. */
const replyPath = v.pipe(
  v.string('a string'),
  v.regex(/^[^.\p{Cc}]{1,128}(\.[^.\p{Cc}]{1,128}){0,15}$/u, 'a dotted path such as response.status'),
);

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

/** What HTTP or the connection itself says is not for an entry to set. */
const FIXED_HEADERS: ReadonlySet<string> = new Set(
  'accept-encoding connection content-length expect host keep-alive proxy-authorization te trailer transfer-encoding upgrade'.split(' '),
);

/** Values may hold `{secret.NAME}`, a member of the store's secret. */
const headers = v.pipe(
  mapOf(v.pipe(text(1024), v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'characters that a header can carry'))),
  v.check((map) => Object.keys(map).every((name) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name)), 'names of headers'),
  v.check((map) => !Object.keys(map).some((name) => FIXED_HEADERS.has(name.toLowerCase())), 'no header that the connection itself needs'),
);

/** What a web service and a function have in common. */
const exchange = {
  /** Strings may hold `{username}`, `{password}`, `{tenant}` and `{secret.NAME}`. */
  request: v.optional(mapOf(template), { credentials: { username: '{username}', password: '{password}' } }),
  success: v.optional(replyCondition, { path: 'response.status', equals: 'true' }),
  /** The store knows the user and says no: no later store is asked. */
  wrongPassword: v.optional(replyCondition),
  /** The store does not know the user. With it, any other no is a wrong password; without it, any no goes on to the next store. */
  unknownUser: v.optional(replyCondition),
  /** Where the reply says which user it is about; it must be the one that was asked for. */
  username: v.optional(replyPath),
  /** Where the reply says what the user is known by for ever. */
  uniqueId: v.optional(replyPath),
  claims: v.optional(mapOf(replyPath), {}),
  roles: v.optional(replyPath),
};

const rest = v.object({
  type: v.literal('rest'),
  ...common,
  /** https, unless `allowPlaintext`. */
  url: text(2048),
  allowPlaintext: offByDefault,
  /** Loopback, link-local and private addresses are refused without it. */
  allowPrivateAddress: offByDefault,
  headers: v.optional(headers, {}),
  ...exchange,
});

const ldap = v.object({ type: v.literal('ldap'), ...common, ...ldapAttributes });

const lambda = v.object({
  type: v.literal('lambda'),
  ...common,
  functionArn: v.pipe(
    v.string('a string'),
    v.regex(
      /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]{1,64}(:[A-Za-z0-9-_$]{1,128})?$/,
      'the ARN of a Lambda function',
    ),
  ),
  ...exchange,
});

export const userstoreEntry = v.variant('type', [rest, ldap, lambda], 'rest, ldap or lambda');

export type UserstoreEntry = v.InferOutput<typeof userstoreEntry>;
export type RestUserstoreEntry = v.InferOutput<typeof rest>;
export type LdapUserstoreEntry = v.InferOutput<typeof ldap>;
export type LambdaUserstoreEntry = v.InferOutput<typeof lambda>;
