// `entry = "userstore#<DOMAIN>"`: a directory or service that knows some of the tenant's users (DESIGN sections 3 and 4).

import * as v from 'valibot';
import { listOf, mapOf, multilineText, offByDefault, onByDefault, text, whole } from './fields.ts';

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

const rest = v.object({
  type: v.literal('rest'),
  ...common,
  /** https, unless `allowPlaintext`. */
  url: text(2048),
  allowPlaintext: offByDefault,
  /** Loopback, link-local and private addresses are refused without it. */
  allowPrivateAddress: offByDefault,
  request: v.optional(mapOf(template), { credentials: { username: '{username}', password: '{password}' } }),
  headers: v.optional(mapOf(text(1024)), {}),
  /** The reply says yes when the value at `path` equals `equals`, in type and value. */
  success: v.optional(v.object({ path: replyPath, equals: scalar }), { path: 'response.status', equals: 'true' }),
  claims: v.optional(mapOf(replyPath), {}),
  roles: v.optional(replyPath),
});

const ldap = v.object({
  type: v.literal('ldap'),
  ...common,
  urls: v.pipe(listOf(text(2048), 8), v.minLength(1, 'at least one URL')),
  startTls: offByDefault,
  allowPlaintext: offByDefault,
  caPem: v.optional(multilineText(65_536)),
  preset: v.optional(v.picklist(['openldap', 'active-directory'], 'openldap or active-directory')),
  userSearchBase: text(1024),
  userSearchFilter: v.optional(text(1024)),
  uniqueIdAttribute: v.optional(text(128)),
  claims: v.optional(mapOf(text(128)), {}),
  groups: v.optional(
    v.object({
      mode: v.optional(v.picklist(['none', 'memberOf', 'search', 'nested'], 'none, memberOf, search or nested'), 'none'),
      base: v.optional(text(1024)),
      filter: v.optional(text(1024)),
      nameAttribute: v.optional(text(128)),
    }),
    {},
  ),
  /** Group name or DN to role. A group that is not listed gives none. */
  roles: v.optional(mapOf(text(128)), {}),
});

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
  request: v.optional(mapOf(template), { credentials: { username: '{username}', password: '{password}' } }),
  success: v.optional(v.object({ path: replyPath, equals: scalar }), { path: 'response.status', equals: 'true' }),
  claims: v.optional(mapOf(replyPath), {}),
  roles: v.optional(replyPath),
});

export const userstoreEntry = v.variant('type', [rest, ldap, lambda], 'rest, ldap or lambda');

export type UserstoreEntry = v.InferOutput<typeof userstoreEntry>;
export type RestUserstoreEntry = v.InferOutput<typeof rest>;
export type LdapUserstoreEntry = v.InferOutput<typeof ldap>;
export type LambdaUserstoreEntry = v.InferOutput<typeof lambda>;
