// Step `groups`: the roles that a login would give, and where it gives none, whether the groups that the entry lists, and who
// is in them, can be seen at all.

import { OrFilter, PresenceFilter } from 'ldapts';
import { listFilters } from '../../configuration/entries/ldap-filter.ts';
import type { Deadline } from '../../userstores/deadline.ts';
import type { FoundUser } from '../../userstores/ldap/directory-user.ts';
import { groupCondition } from '../../userstores/ldap/group-roles.ts';
import { searchOne } from '../../userstores/ldap/ldap-search.ts';
import type { LdapSettings } from '../../userstores/ldap/ldap-settings.ts';
import { failed, passed, type StepResult, skipped } from '../step-result.ts';
import { type OpenDirectory, withResult } from './open-directory.ts';

export async function readGroups(open: OpenDirectory, user: FoundUser, deadline: Deadline): Promise<StepResult<void>> {
  const { connection, directory, serviceName } = open;
  connection.begin();
  try {
    const settings = await directory.settings(deadline);
    if (settings.groups.mode === 'none') return skipped(undefined, 'the entry maps no group to a role');
    const roles = await directory.readRoles(user, deadline);
    if (roles.length > 0) return passed(undefined, `by ${settings.groups.mode}, roles ${roles.join(', ')}`);
    const blind = await (settings.groups.mode === 'memberOf' ? blindMemberOf : blindSearch)(open, settings, deadline);
    return blind ?? passed(undefined, `by ${settings.groups.mode}; ${user.username} is in none of the groups of the entry's roles`);
  } catch (error) {
    const said = connection.error();
    const { base } = (await directory.settings(deadline)).groups;
    if (said?.startsWith('LDAP result 32') === true)
      return failed(
        'search-no-such-object',
        said,
        `Check groups.base, ${base}: either it is not there, or ${serviceName} may not read it.`,
      );
    throw withResult(error, connection);
  }
}

/** What keeps every user without roles, in the modes that search; undefined where nothing does. */
async function blindSearch({ connection, serviceName }: OpenDirectory, settings: LdapSettings, deadline: Deadline) {
  const { groups, roles } = settings;
  const { base, nameAttribute } = groups;
  const listed = new OrFilter({ filters: roles.map((mapped) => groupCondition(mapped, nameAttribute)) });
  const group = await searchOne(connection, { base, filter: listed, attributes: [nameAttribute], timeoutMs: deadline.remainingMs() });
  const keys = roles.map(({ key }) => key).slice(0, 5);
  if (group === undefined)
    return failed(
      'groups-not-readable',
      `none of the groups of the entry's roles can be seen below ${base}: ${keys.join(', ')}`,
      `Check groups.base and the keys of roles, or let ${serviceName} read the groups there and search by ${nameAttribute}.`,
    );
  const memberships = [
    ...new Set(listFilters(groups.filter).flatMap(({ filter }) => ('attribute' in filter ? [filter.attribute ?? ''] : []))),
  ];
  const members = new OrFilter({ filters: memberships.filter(Boolean).map((attribute) => new PresenceFilter({ attribute })) });
  const known = await searchOne(connection, { base, filter: members, attributes: ['1.1'], timeoutMs: deadline.remainingMs() });
  if (known !== undefined) return undefined;
  return failed(
    'members-not-readable',
    `the groups can be seen, and of none below ${base} who is in it (${memberships.join(', ')})`,
    `Let ${serviceName} search and read ${memberships.join(', ')} of the groups, or set groups.filter to what the directory has.`,
  );
}

/** The same where each entry says which groups it is in. */
async function blindMemberOf({ connection, serviceName }: OpenDirectory, { userSearchBase: base }: LdapSettings, deadline: Deadline) {
  const filter = new PresenceFilter({ attribute: 'memberOf' });
  const known = await searchOne(connection, { base, filter, attributes: ['1.1'], timeoutMs: deadline.remainingMs() });
  if (known !== undefined) return undefined;
  return failed(
    'members-not-readable',
    `no entry below ${base} shows memberOf`,
    `Let ${serviceName} read memberOf, switch on what writes it (OpenLDAP: the memberof overlay), or use groups.mode search.`,
  );
}
