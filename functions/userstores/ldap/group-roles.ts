// The groups of a user: from `memberOf`, or by one search that asks for no other groups than those that the entry lists,
// so its answer is bounded by the entry and not by the directory.

import { AndFilter, EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { parseDistinguishedName } from '../../keys/distinguished-name.ts';
import { attributeTexts } from './attribute-values.ts';
import { buildFilter } from './build-filter.ts';
import type { FoundUser } from './directory-user.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { search } from './ldap-search.ts';
import type { LdapSettings } from './ldap-settings.ts';
import type { Group, MappedGroup } from './role-mapping.ts';

/** Groups that the user's entry names itself. A name is the value of the first part of a DN. */
export function groupsOfEntry(user: FoundUser, { groups: { nameAttribute } }: LdapSettings): readonly Group[] {
  const isName = (type: string): boolean => type === 'cn' || type === nameAttribute.toLowerCase();
  return attributeTexts(user.entry, 'memberOf').map((dn) => ({
    dn,
    names: (parseDistinguishedName(dn)?.[0] ?? []).filter(({ type }) => isName(type)).map(({ value }) => value),
  }));
}

/**
 * The primary group of a user of Active Directory, which has no link to the user.
 *
 * @throws ServerFault, SearchFault
 */
export async function findPrimaryGroup(
  connection: LdapConnection,
  { domainBase, groups: { nameAttribute } }: LdapSettings,
  sid: Buffer,
  timeoutMs: number,
): Promise<Group | undefined> {
  const filter = new EqualityFilter({ attribute: 'objectSid', value: sid });
  const [entry] = await search(connection, { base: domainBase, filter, attributes: [nameAttribute], timeoutMs });
  return entry && { dn: entry.dn, names: attributeTexts(entry, nameAttribute) };
}

/**
 * @param primary of Active Directory: its SID, and its DN where the groups that it is in count too
 * @throws ServerFault, SearchFault
 */
export async function searchGroups(
  connection: LdapConnection,
  { groups: { base, filter, nameAttribute }, roles }: LdapSettings,
  { user, primary }: { readonly user: FoundUser; readonly primary: { readonly sid: Buffer | undefined; readonly dn: string | undefined } },
  timeoutMs: number,
): Promise<readonly Group[]> {
  const memberships = [
    ...user.names.map((username) => buildFilter(filter, { dn: user.dn, username })),
    ...(primary.sid === undefined ? [] : [new EqualityFilter({ attribute: 'objectSid', value: primary.sid })]),
    // The groups that the primary group is in: the rule that walks the nesting begins at links.
    ...(primary.dn === undefined ? [] : [buildFilter(filter, { dn: primary.dn })]),
  ];
  const listed = new OrFilter({ filters: roles.map((mapped) => groupCondition(mapped, nameAttribute)) });
  const groups = new AndFilter({ filters: [new OrFilter({ filters: memberships }), listed] });
  const entries = await search(connection, { base, filter: groups, attributes: [nameAttribute], timeoutMs });
  return entries.map((entry) => ({ dn: entry.dn, names: attributeTexts(entry, nameAttribute) }));
}

/** Condition that a listed group meets among its attributes: its name, or the first part of its DN. */
export function groupCondition({ key, dn }: MappedGroup, nameAttribute: string): Filter {
  const first = dn?.[0]?.[0];
  if (first === undefined) return new EqualityFilter({ attribute: nameAttribute, value: key });
  return new EqualityFilter({ attribute: first.type, value: first.value });
}
