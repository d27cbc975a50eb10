// Why a search finds nobody: nothing can be seen below the base, or one condition of the filter is met by no entry there.

import { PresenceFilter } from 'ldapts';
import { type LdapFilter, listFilters } from '../../configuration/entries/ldap-filter.ts';
import type { Deadline } from '../../userstores/deadline.ts';
import { buildFilter, withoutName } from '../../userstores/ldap/build-filter.ts';
import type { LdapConnection } from '../../userstores/ldap/ldap-connection.ts';
import { searchOne } from '../../userstores/ldap/ldap-search.ts';
import type { LdapSettings } from '../../userstores/ldap/ldap-settings.ts';

/** What any entry can be found without reading anything of it (RFC 4511 section 4.5.1.8). */
const NO_ATTRIBUTES = ['1.1'];

/**
 * Whether any entry right below the base can be seen. The base itself says nothing: in Active Directory it shows to who may
 * not list what is in it.
 *
 * @throws ServerFault, SearchFault
 */
export async function isAnythingBelow(connection: LdapConnection, base: string, deadline: Deadline): Promise<boolean> {
  const filter = new PresenceFilter({ attribute: 'objectClass' });
  const found = await searchOne(connection, { base, scope: 'one', filter, attributes: NO_ATTRIBUTES, timeoutMs: deadline.remainingMs() });
  return found !== undefined;
}

const MAX_CONDITIONS = 10;

/**
 * Conditions of the filter that nobody meets, whatever the name; `none` where somebody meets the whole of it.
 *
 * @throws ServerFault, SearchFault
 */
export async function unmetConditions(
  connection: LdapConnection,
  { userSearchBase: base, userFilter }: LdapSettings,
  deadline: Deadline,
): Promise<'none' | readonly string[]> {
  const isMet = async (filter: LdapFilter): Promise<boolean> => {
    const one = { base, filter: buildFilter(filter, {}), attributes: NO_ATTRIBUTES, timeoutMs: Math.max(1, deadline.remainingMs()) };
    return (await searchOne(connection, one)) !== undefined;
  };
  const whole = withoutName(userFilter);
  if (await isMet(whole)) return 'none';
  const conditions = listFilters(whole).flatMap(({ filter, negated }) => {
    const text = negated ? undefined : textOf(filter);
    return text === undefined ? [] : [{ filter, text }];
  });
  const unmet: string[] = [];
  for (const { filter, text } of conditions.slice(0, MAX_CONDITIONS)) if (!(await isMet(filter))) unmet.push(text);
  return unmet;
}

/** `(objectClass=person)`, of conditions that say one thing. */
function textOf(filter: LdapFilter): string | undefined {
  if (filter.kind === 'present') return `(${filter.attribute}=*)`;
  if (filter.kind !== 'equal') return undefined;
  const value = filter.value.map((part) => (Buffer.isBuffer(part) ? part.toString('utf8') : `{${part.placeholder}}`)).join('');
  return `(${filter.attribute}=${value})`;
}
