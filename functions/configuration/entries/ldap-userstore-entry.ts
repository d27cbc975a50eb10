// The attributes of a userstore of type `ldap`, and what must hold between them.

import * as v from 'valibot';
import type { EntryFault } from './entry-fault.ts';
import { listOf, mapOf, multilineText, offByDefault, someString, text, whole } from './fields.ts';
import { FilterFault, hasPlaceholder, listFilters, parseLdapFilter } from './ldap-filter.ts';

const attributeName = v.pipe(
  someString,
  v.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,126}(;[A-Za-z0-9-]{1,63})?$/, 'the name of an attribute of the directory'),
);

const serverUrl = v.pipe(
  text(2048),
  v.regex(
    /^ldaps?:\/\/(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)(:[1-9]\d{0,4})?\/?$/,
    'a URL such as ldaps://dc1.example.org or ldap://10.0.0.5:389, with nothing after it',
  ),
);

export const ldapAttributes = {
  passwordChange: offByDefault,
  urls: v.pipe(listOf(serverUrl, 8), v.minLength(1, 'at least one URL')),
  startTls: offByDefault,
  allowPlaintext: offByDefault,
  caPem: v.optional(multilineText(65_536)),
  preset: v.optional(v.picklist(['openldap', 'active-directory'], 'openldap or active-directory')),
  userSearchBase: v.union([v.literal(''), text(1024)], 'a DN, or an empty string'),
  userSearchFilter: v.optional(text(2048)),
  usernameAttribute: v.optional(attributeName),
  uniqueIdAttribute: v.optional(attributeName),
  /**
   * DN of the password policy of users who name none (`pwdPolicySubentry`), such as the `ppolicy_default` of OpenLDAP: how
   * long a lock lasts and how old a password may be, which a renewal must know. Absent: neither is known without a bind.
   */
  passwordPolicy: v.optional(text(1024)),
  lockSeconds: v.optional(whole(1, 31_536_000)),
  /** Of the Windows domain: with it `CORP\\kai` is a name too, and this store's alone. */
  netbiosName: v.optional(
    v.pipe(someString, v.regex(/^[A-Za-z0-9][A-Za-z0-9!#$%^&'._{}~()-]{0,14}$/, 'a NetBIOS name of a domain, at most 15 characters')),
  ),
  claims: v.optional(mapOf(attributeName), {}),
  groups: v.optional(
    v.object({
      mode: v.optional(v.picklist(['none', 'memberOf', 'search', 'nested'], 'none, memberOf, search or nested')),
      base: v.optional(text(1024)),
      filter: v.optional(text(2048)),
      nameAttribute: v.optional(attributeName),
    }),
    {},
  ),
  roles: v.pipe(
    v.optional(v.record(text(1024), text(128), 'a map'), {}),
    v.check((map) => Object.keys(map).length <= 500, 'at most 500 groups'),
  ),
};

const schema = v.object(ldapAttributes);
type LdapAttributes = v.InferOutput<typeof schema>;

/** What is wrong between attributes that are each well formed. */
export function ldapCrossFieldFaults(entry: LdapAttributes): readonly EntryFault[] {
  return [...transportFaults(entry), ...filterFaults(entry), ...groupFaults(entry)];
}

/** Credentials never leave in clear unless it was written out that they may. */
function transportFaults({ urls, startTls, allowPlaintext, caPem }: LdapAttributes): readonly EntryFault[] {
  const isPlain = urls.some((url) => url.startsWith('ldap:'));
  return [
    ...(isPlain && !startTls && !allowPlaintext
      ? [{ path: 'urls', expected: 'ldaps://, or startTls: true for ldap://, or allowPlaintext: true for passwords in clear' }]
      : []),
    ...(startTls && urls.some((url) => url.startsWith('ldaps:'))
      ? [{ path: 'startTls', expected: 'false with an ldaps:// URL, which is TLS from the first byte' }]
      : []),
    ...(startTls && allowPlaintext ? [{ path: 'allowPlaintext', expected: 'false with startTls, which must not fall back' }] : []),
    ...(allowPlaintext && !isPlain ? [{ path: 'allowPlaintext', expected: 'false where no URL is ldap://' }] : []),
    ...(caPem !== undefined && !/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(caPem)
      ? [{ path: 'caPem', expected: 'certificates as PEM' }]
      : []),
  ];
}

function filterFaults({ preset, userSearchFilter, groups }: LdapAttributes): readonly EntryFault[] {
  const missing =
    preset === undefined && userSearchFilter === undefined ? [{ path: 'userSearchFilter', expected: 'this attribute, or a preset' }] : [];
  return [
    ...missing,
    ...filterFault('userSearchFilter', userSearchFilter, ['username']),
    ...filterFault('groups.filter', groups.filter, ['dn', 'username']),
  ];
}

function filterFault(path: string, text: string | undefined, placeholders: readonly string[]): readonly EntryFault[] {
  if (text === undefined) return [];
  try {
    const found = listFilters(parseLdapFilter(text, placeholders)).filter(({ filter }) =>
      placeholders.some((name) => hasPlaceholder(filter, name)),
    );
    const names = placeholders.map((name) => `{${name}}`).join(' or ');
    if (found.length === 0) return [{ path, expected: `a filter with ${names} in it` }];
    const isGroup = placeholders.length > 1;
    const isWrong = found.some(({ filter, negated }) => negated || (filter.kind !== 'equal' && !(isGroup && filter.kind === 'extensible')));
    return isWrong ? [{ path, expected: `${names} in a condition such as (attribute=${names.split(' ')[0]}), and not below !` }] : [];
  } catch (error) {
    return [{ path, expected: error instanceof FilterFault ? error.message : 'a filter as in RFC 4515' }];
  }
}

function groupFaults({ preset, groups, roles }: LdapAttributes): readonly EntryFault[] {
  const hasRoles = Object.keys(roles).length > 0;
  return [
    ...(hasRoles && (groups.mode === 'none' || (groups.mode === undefined && preset === undefined))
      ? [{ path: 'groups.mode', expected: 'memberOf, search or nested where there are roles' }]
      : []),
    ...(preset === 'openldap' && groups.mode === 'nested'
      ? [{ path: 'groups.mode', expected: 'another mode: OpenLDAP has no rule for nested groups, and would find none' }]
      : []),
  ];
}
