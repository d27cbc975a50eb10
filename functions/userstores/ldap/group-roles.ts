// The roles that a user's groups give: from `memberOf`, or by one search that asks for no other groups than those
// that the entry lists, so its answer is bounded by the entry and not by the directory.

import { AndFilter, EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { type ComparableName, comparableName, foldValue, parseDistinguishedName } from '../../keys/distinguished-name.ts';
import { attributeTexts } from './attribute-values.ts';
import { buildFilter } from './build-filter.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { type FoundUser, search } from './ldap-search.ts';
import type { LdapSettings } from './ldap-settings.ts';

interface Group {
  readonly dn: string;
  readonly names: readonly string[];
}

/** Groups that the user's entry names itself. A name is the value of the first part of a DN. */
export function groupsOfEntry(user: FoundUser): readonly Group[] {
  return attributeTexts(user.entry, 'memberOf').map((dn) => ({
    dn,
    names: (parseDistinguishedName(dn)?.[0] ?? []).map(({ value }) => value),
  }));
}

/** @throws ServerFault, SearchFault */
export async function searchGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  user: FoundUser,
  timeoutMs: number,
): Promise<readonly Group[]> {
  const { base, filter, nameAttribute } = settings.groups;
  const listed = settings.roles.flatMap(([group]) => groupConditions(group, nameAttribute));
  const groups = new AndFilter({
    filters: [buildFilter(filter, { dn: user.dn, username: user.username }), new OrFilter({ filters: listed })],
  });
  const entries = await search(connection, { base, filter: groups, attributes: [nameAttribute], timeoutMs });
  return entries.map((entry) => ({ dn: entry.dn, names: attributeTexts(entry, nameAttribute) }));
}

/** What a listed group has among its attributes: its name, or the first part of its DN. */
function groupConditions(group: string, nameAttribute: string): readonly Filter[] {
  const [rdn = []] = parseDistinguishedName(group) ?? [];
  return [
    new EqualityFilter({ attribute: nameAttribute, value: group }),
    ...rdn.slice(0, 1).map(({ type, value }) => new EqualityFilter({ attribute: type, value })),
  ];
}

/** The roles of these groups. Names are compared without regard to case, DNs whichever way they are written. */
export function rolesOf(groups: readonly Group[], roles: LdapSettings['roles']): readonly string[] {
  const names = new Set(groups.flatMap((group) => group.names.map(foldValue)));
  const dns = new Set(groups.flatMap((group) => comparableName(group.dn) ?? []));
  const isDnOfUser = (dn: ComparableName | undefined): boolean => dn !== undefined && dns.has(dn);
  const granted = roles.filter(([group]) => names.has(foldValue(group)) || isDnOfUser(comparableName(group)));
  return [...new Set(granted.map(([, role]) => role))];
}
