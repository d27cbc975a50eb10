// Name of a user, as it is known from then on: of the values of the naming attribute, which have no order (RFC 4511 section 4.1.7), the one that was
// typed, else the one that is part of the DN.

import { hasPlaceholder, listFilters } from '../../configuration/entries/ldap-filter.ts';
import { canonicalName } from '../../configuration/username.ts';
import { parseDistinguishedName } from '../../keys/distinguished-name.ts';
import { attributeTexts } from './attribute-values.ts';
import { fillValue } from './build-filter.ts';
import type { LdapEntry } from './ldap-message.ts';
import type { LdapSettings } from './ldap-settings.ts';

/** Each is asked for in group searches. */
const MAX_NAMES = 20;

/**
 * The name, then the other values that name the user; empty where none can be read.
 *
 * @param asked what was typed, or the name of the login before
 */
export function namesOf(entry: LdapEntry, settings: LdapSettings, asked: string): readonly string[] {
  const attribute = settings.nameAttributes.find((name) => attributeTexts(entry, name).length > 0);
  if (attribute === undefined) return [];
  const values = [...attributeTexts(entry, attribute)].sort();
  const findValue = (wanted: string): string | undefined => values.find((value) => canonicalName(value) === canonicalName(wanted));
  // Without an id of the store's own the name is who the user is: then it must not depend on what was typed (A07).
  const typed = settings.uniqueIdAttribute === undefined ? [] : [...askedValues(settings, attribute, asked), asked];
  const ofDn = (parseDistinguishedName(entry.dn)?.[0] ?? []).filter(({ type }) => type === attribute.toLowerCase());
  const name = [...typed, ...ofDn.map(({ value }) => value)].map(findValue).find((value) => value !== undefined) ?? values[0];
  return name === undefined ? [] : [name, ...values.filter((value) => value !== name)].slice(0, MAX_NAMES);
}

/** Values that the filter compares an attribute with where this name was typed: `jo@example.org` for `(mail={username}@example.org)`. */
function askedValues({ userFilter }: LdapSettings, attribute: string, asked: string): readonly string[] {
  return listFilters(userFilter).flatMap(({ filter }) => {
    const isAsked =
      filter.kind === 'equal' && filter.attribute.toLowerCase() === attribute.toLowerCase() && hasPlaceholder(filter, 'username');
    return isAsked ? [fillValue(filter.value, { username: asked }).toString('utf8')] : [];
  });
}
