// Steps `search`, `filter-hits` and `unique-id`: the search of a login, and why it finds nobody, several, or one without an id.

import type { Deadline } from '../../userstores/deadline.ts';
import { attributeTexts } from '../../userstores/ldap/attribute-values.ts';
import { buildFilter, withoutName } from '../../userstores/ldap/build-filter.ts';
import type { FindResult, FoundUser } from '../../userstores/ldap/directory-user.ts';
import { isAskable } from '../../userstores/ldap/index.ts';
import { searchOne } from '../../userstores/ldap/ldap-search.ts';
import { type LdapSettings, userFilterText } from '../../userstores/ldap/ldap-settings.ts';
import { quote } from '../quoted-text.ts';
import { failed, passed, type StepResult, warning } from '../step-result.ts';
import { type OpenDirectory, withResult } from './open-directory.ts';
import { isAnythingBelow, unmetConditions } from './why-nobody.ts';

export interface Searched {
  readonly settings: LdapSettings;
  /** Undefined: no name was asked for, and nobody was found. */
  readonly name: string | undefined;
  readonly result: FindResult;
  /** DNs. */
  readonly hits: readonly string[];
}

/** The user who was asked for, else any whom the filter finds. */
export async function searchUser(open: OpenDirectory, deadline: Deadline): Promise<StepResult<Searched>> {
  const { asked, connection, directory, entry } = open;
  if (asked.user !== undefined && !isAskable(asked.user))
    return failed('malformed-username', `no directory is asked for the name "${quote(asked.user)}"`);
  try {
    connection.begin();
    const settings = await directory.settings(deadline);
    const name = asked.user ?? (await anyName(open, settings, deadline));
    connection.begin();
    const result: FindResult = name === undefined ? { kind: 'unknown' } : await directory.findByName(name, deadline);
    const hits = connection.hits();
    const base = settings.userSearchBase;
    if (hits.length === 0 && !(await isAnythingBelow(connection, base, deadline)))
      return failed('search-base-not-readable', `${open.serviceName} sees nothing below ${base}`, baseRemedy(open, base));
    return passed({ settings, name, result, hits }, `below ${base || '(no base)'} by ${userFilterText(entry)}`);
  } catch (error) {
    const told = withResult(error, connection);
    const base = entry.userSearchBase;
    if (connection.error()?.startsWith('LDAP result 32') === true)
      return failed('search-no-such-object', connection.error() ?? '', baseRemedy(open, base));
    throw told;
  }
}

function baseRemedy({ serviceName }: OpenDirectory, base: string): string {
  return `Check userSearchBase, ${base}: either it or what should be in it is not there, or ${serviceName} may not read it. Let that account list and read what is below it.`;
}

/** The name of any user whom the filter finds, so that all behind it can be examined as well. */
async function anyName({ connection }: OpenDirectory, settings: LdapSettings, deadline: Deadline): Promise<string | undefined> {
  const { userSearchBase: base, userFilter, userAttributes: attributes, filterAttributes } = settings;
  const filter = buildFilter(withoutName(userFilter), {});
  const found = await searchOne(connection, { base, filter, attributes, timeoutMs: deadline.remainingMs() });
  return found && filterAttributes.flatMap((attribute) => attributeTexts(found, attribute)).find(isAskable);
}

const MAX_SHOWN = 5;

export async function judgeHits(open: OpenDirectory, searched: Searched, deadline: Deadline): Promise<StepResult<Searched>> {
  const { result, hits, name, settings } = searched;
  const shown = `${hits.slice(0, MAX_SHOWN).map(quote).join('; ')}${hits.length > MAX_SHOWN ? '; …' : ''}`;
  switch (result.kind) {
    case 'found':
      return passed(searched, `1: ${shown}${open.asked.user === undefined ? `, looked up as ${name}; --user asks for another` : ''}`);
    case 'ambiguous':
      return failed(
        'ambiguous-user',
        `${hits.length} entries for ${name}: ${shown}`,
        'Make userSearchFilter or userSearchBase so narrow that a name finds one entry, or rename one of them.',
      );
    case 'other-name':
      return failed(
        'unknown-user',
        `the directory found ${shown}, none of whose ${settings.filterAttributes.join(', ')} is ${name}`,
        'Ask for the name as the directory has it: another spelling would be counted as another user.',
      );
    case 'unusable':
      // The entry was found; what it lacks is told by the next step.
      return result.reason === 'unique-id-not-readable'
        ? passed(searched, `1: ${shown}`)
        : failed(
            result.reason,
            `${shown} shows no ${settings.nameAttributes.join(', ')}`,
            `Let ${open.serviceName} read ${settings.nameAttributes.join(', ')}.`,
          );
    case 'unknown':
      return nobody(open, searched, deadline);
  }
}

async function nobody(open: OpenDirectory, { settings, name }: Searched, deadline: Deadline): Promise<StepResult<Searched>> {
  const filter = userFilterText(open.entry);
  const unmet = await unmetConditions(open.connection, settings, deadline);
  if (unmet === 'none' && name !== undefined)
    return failed(
      'unknown-user',
      `0 entries for ${name}; the filter finds others`,
      `Check the name, and that the entry of ${name} lies below ${settings.userSearchBase} and meets ${filter}.`,
    );
  const said = unmet === 'none' || unmet.length === 0 ? filter : unmet.join(' and ');
  return failed(
    'filter-finds-nobody',
    `0 entries; nobody below ${settings.userSearchBase} meets ${said}`,
    `Change userSearchFilter to what the directory has, or let ${open.serviceName} search by these attributes.`,
  );
}

export function judgeUniqueId(open: OpenDirectory, { result, settings, hits }: Searched): StepResult<FoundUser> {
  const attribute = settings.uniqueIdAttribute;
  if (result.kind === 'unusable')
    return failed(
      'unique-id-not-readable',
      `${hits.map(quote).join('; ')} shows no single value of ${attribute}`,
      `Let ${open.serviceName} read ${attribute}, or name another attribute in uniqueIdAttribute that no two users share and that never changes.`,
    );
  if (result.kind !== 'found') throw new Error('A user was found by the step before.');
  if (attribute === undefined)
    return warning(
      result.user,
      'the entry names none: users are known by their names',
      'Set preset or uniqueIdAttribute, so that a new user of an old name is somebody else.',
    );
  return passed(result.user, `${attribute} ${result.user.id}`);
}
