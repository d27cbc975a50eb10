// `entry = "userstore#<DOMAIN>"`: a directory or service that knows some of the tenant's users.

import * as v from 'valibot';
import { functionArn, onByDefault, text, whole } from './fields.ts';
import { ldapAttributes } from './ldap-userstore-entry.ts';
import { restAttributes } from './rest-userstore-entry.ts';
import { lookupAttributes, templatedAttributes } from './templated-userstore-entry.ts';

const common = {
  priority: v.optional(whole(0, 1_000_000), 100),
  enabled: onByDefault,
  timeoutMs: v.optional(whole(50, 10_000), 3000),
  secretId: v.optional(text(512)),
};

const rest = v.object({ type: v.literal('rest'), ...common, ...restAttributes });

const ldap = v.object({ type: v.literal('ldap'), ...common, ...ldapAttributes });

const lambda = v.object({
  type: v.literal('lambda'),
  ...common,
  functionArn,
  ...templatedAttributes,
  lookup: v.optional(v.object(lookupAttributes)),
});

export const userstoreEntry = v.variant('type', [rest, ldap, lambda], 'rest, ldap or lambda');

export type UserstoreEntry = v.InferOutput<typeof userstoreEntry>;
export type RestUserstoreEntry = v.InferOutput<typeof rest>;
export type LdapUserstoreEntry = v.InferOutput<typeof ldap>;
export type LambdaUserstoreEntry = v.InferOutput<typeof lambda>;
