// LDAP settings of an entry, with what its preset adds: the filter, the unique id, the groups.

import { hasPlaceholder, type LdapFilter, listFilters, parseLdapFilter } from '../../configuration/entries/ldap-filter.ts';
import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { parseDistinguishedName } from '../../keys/distinguished-name.ts';
import { STATE_ATTRIBUTES } from './account-state.ts';
import { parseServerAddress, type ServerAddress } from './connect-ldap.ts';
import { PRIMARY_GROUP_ATTRIBUTES } from './primary-group.ts';
import { type MappedGroup, mapGroups } from './role-mapping.ts';

interface GroupSettings {
  readonly mode: 'none' | 'memberOf' | 'search' | 'nested';
  readonly base: string;
  readonly filter: LdapFilter;
  readonly nameAttribute: string;
}

export interface LdapSettings {
  readonly isActiveDirectory: boolean;
  /** Global Catalog, told by its ports: it knows all domains of a forest, and of each user a part. */
  readonly isGlobalCatalog: boolean;
  /** DN of the password policy of users who name none. */
  readonly passwordPolicy: string | undefined;
  /** How long a lock of the directory lasts where no policy says so. */
  readonly lockSeconds: number | undefined;
  readonly servers: readonly ServerAddress[];
  readonly userSearchBase: string;
  readonly userFilter: LdapFilter;
  /** What the filter compares the typed name with. */
  readonly filterAttributes: readonly string[];
  /** The first of them that an entry has holds the user's name: `usernameAttribute`, else those of the filter in order. */
  readonly nameAttributes: readonly string[];
  /** Undefined: the store has none, and its users are known by their names. */
  readonly uniqueIdAttribute: string | undefined;
  /** All that is asked of a user's entry. */
  readonly userAttributes: readonly string[];
  /** The `dc=` end of the search base, below which all of a domain lies. */
  readonly domainBase: string;
  /** Claim → attribute. */
  readonly claims: readonly (readonly [string, string])[];
  readonly groups: GroupSettings;
  readonly roles: readonly MappedGroup[];
}

const AD_USER_FILTER = '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={username})(userPrincipalName={username})))';
/** LDAP_MATCHING_RULE_IN_CHAIN (MS-ADTS 3.1.1.3.4.4.3): the directory walks the nesting, in one search. */
const NESTED_GROUP_FILTER = '(member:1.2.840.113556.1.4.1941:={dn})';
const GROUP_FILTER = '(|(member={dn})(uniqueMember={dn})(memberUid={username}))';

const GLOBAL_CATALOG_PORTS: ReadonlySet<number> = new Set([3268, 3269]);

/** @throws FilterFault where a filter is none, which the schema has ruled out */
export function ldapSettings(entry: LdapUserstoreEntry): LdapSettings {
  const isActiveDirectory = entry.preset === 'active-directory';
  const userFilter = parseLdapFilter(userFilterText(entry), ['username']);
  const filterAttributes = listFilters(userFilter).flatMap(({ filter }) =>
    filter.kind === 'equal' && hasPlaceholder(filter, 'username') ? [filter.attribute] : [],
  );
  const presetId = entry.preset === undefined ? undefined : isActiveDirectory ? 'objectGUID' : 'entryUUID';
  const uniqueIdAttribute = entry.uniqueIdAttribute ?? presetId;
  const groups = groupSettings(entry, isActiveDirectory);
  const claims = Object.entries(entry.claims);
  const nameAttributes = entry.usernameAttribute === undefined ? filterAttributes : [entry.usernameAttribute];
  const userAttributes = new Map(
    [
      ...filterAttributes,
      ...nameAttributes,
      ...(uniqueIdAttribute === undefined ? [] : [uniqueIdAttribute]),
      ...claims.map(([, attribute]) => attribute),
      ...(groups.mode === 'memberOf' ? ['memberOf'] : []),
      ...(isActiveDirectory && groups.mode !== 'none' ? PRIMARY_GROUP_ATTRIBUTES : []),
      ...STATE_ATTRIBUTES[isActiveDirectory ? 'active-directory' : 'other'],
    ].map((name) => [name.toLowerCase(), name]),
  );
  const servers = entry.urls.map((url) => parseServerAddress(url, entry.startTls));
  return {
    isActiveDirectory,
    isGlobalCatalog: isActiveDirectory && servers.some(({ port }) => GLOBAL_CATALOG_PORTS.has(port)),
    passwordPolicy: entry.passwordPolicy,
    lockSeconds: entry.lockSeconds,
    servers,
    userSearchBase: entry.userSearchBase,
    userFilter,
    filterAttributes,
    nameAttributes,
    uniqueIdAttribute,
    userAttributes: [...userAttributes.values()],
    claims,
    groups,
    roles: mapGroups(entry.roles),
    domainBase: domainOf(entry.userSearchBase),
  };
}

/** The filter as the entry has it, or as its preset does. */
export function userFilterText({ userSearchFilter, preset }: Pick<LdapUserstoreEntry, 'userSearchFilter' | 'preset'>): string {
  return userSearchFilter ?? (preset === 'active-directory' ? AD_USER_FILTER : '(uid={username})');
}

/** Asks for less of a user's entry, where all of it is too large to be read. */
export function withoutBulk(settings: LdapSettings, parts: 'claims' | 'claims-and-groups'): LdapSettings {
  const mapped = new Set(settings.claims.map(([, attribute]) => attribute.toLowerCase()));
  if (parts === 'claims-and-groups') mapped.add('memberof');
  const { filterAttributes, nameAttributes, uniqueIdAttribute, isActiveDirectory } = settings;
  const needed = [
    ...filterAttributes,
    ...nameAttributes,
    ...(uniqueIdAttribute === undefined ? [] : [uniqueIdAttribute]),
    ...STATE_ATTRIBUTES[isActiveDirectory ? 'active-directory' : 'other'],
  ];
  for (const attribute of needed) mapped.delete(attribute.toLowerCase());
  return { ...settings, userAttributes: settings.userAttributes.filter((attribute) => !mapped.has(attribute.toLowerCase())) };
}

function groupSettings(entry: LdapUserstoreEntry, isActiveDirectory: boolean): GroupSettings {
  const { mode = isActiveDirectory ? 'nested' : 'search', base, filter, nameAttribute } = entry.groups;
  const preset = mode === 'nested' ? NESTED_GROUP_FILTER : GROUP_FILTER;
  return {
    // No group can give a role: then nothing need be asked.
    mode: Object.keys(entry.roles).length === 0 ? 'none' : mode,
    base: base ?? domainOf(entry.userSearchBase),
    filter: parseLdapFilter(filter ?? preset, ['dn', 'username']),
    nameAttribute: nameAttribute ?? 'cn',
  };
}

/** The `dc=` end of a base, below which users and groups lie side by side; the base itself where it has none. */
function domainOf(base: string): string {
  const rdns = parseDistinguishedName(base) ?? [];
  const dc = rdns.slice(rdns.findLastIndex((rdn) => rdn[0]?.type !== 'dc') + 1).map((rdn) => `dc=${rdn[0]?.value ?? ''}`);
  return dc.length === 0 ? base : dc.join(',');
}
