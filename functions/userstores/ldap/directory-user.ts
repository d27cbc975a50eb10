// User look-up in a directory, by the name that was typed or by the store's own id: one search as the store itself, one hit or none.

import { AndFilter, EqualityFilter } from 'ldapts';
import { hasPlaceholder, type LdapFilter, listFilters } from '../../configuration/entries/ldap-filter.ts';
import { canonicalName } from '../../configuration/username.ts';
import { parseDistinguishedName } from '../../keys/distinguished-name.ts';
import type { UnusableUser } from '../../shared/reasons/directories.ts';
import { attributeTexts, uniqueId, uniqueIdBytes } from './attribute-values.ts';
import { buildFilter, fillValue, withoutName } from './build-filter.ts';
import type { LdapConnection } from './ldap-connection.ts';
import type { LdapEntry } from './ldap-message.ts';
import { search } from './ldap-search.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { namesOf } from './user-name.ts';
import { completeValues } from './value-ranges.ts';

export interface FoundUser {
  /** DN as the directory writes it: the only thing that a bind is ever tried with. */
  readonly dn: string;
  readonly username: string;
  /** The name, and whatever else names the user. */
  readonly names: readonly string[];
  readonly id: string | undefined;
  readonly entry: LdapEntry;
}

export type FindResult =
  | { readonly kind: 'found'; readonly user: FoundUser }
  | { readonly kind: 'unknown' }
  /** More than one hit: nobody can say who that is (A06). */
  | { readonly kind: 'ambiguous' }
  /** The directory found somebody of another name: another spelling, which would have a counter of its own (A07, A19). */
  | { readonly kind: 'other-name' }
  /** The entry, or the store's right to read it, lacks what a user must have. */
  | { readonly kind: 'unusable'; readonly reason: UnusableUser };

export async function findUserByName(
  connection: LdapConnection,
  settings: LdapSettings,
  name: string,
  timeoutMs: number,
): Promise<FindResult> {
  const endMs = performance.now() + timeoutMs;
  const find = (wanted: string): Promise<readonly LdapEntry[]> => {
    const filter = buildFilter(settings.userFilter, { username: wanted });
    const { userSearchBase: base, userAttributes: attributes } = settings;
    return search(connection, { base, filter, attributes, timeoutMs: Math.max(1, endMs - performance.now()) });
  };
  const entries = await find(name);
  const implicit = entries.length === 0 ? implicitPrincipal(settings, name) : undefined;
  if (implicit === undefined) return onlyUserOfName(entries, { connection, settings, name, timeoutMs });
  const ofDomain = (await find(implicit.account)).filter(({ dn }) => domainNameOf(dn) === implicit.domain);
  return onlyUserOfName(ofDomain, { connection, settings, name: implicit.account, timeoutMs });
}

export async function findUserById(
  connection: LdapConnection,
  settings: LdapSettings,
  { id, name }: { readonly id: string; readonly name: string },
  timeoutMs: number,
): Promise<FindResult> {
  const attribute = settings.uniqueIdAttribute ?? '';
  const filter = new AndFilter({
    filters: [new EqualityFilter({ attribute, value: uniqueIdBytes(id, attribute) }), buildFilter(withoutName(settings.userFilter), {})],
  });
  const entries = await search(connection, { base: settings.userSearchBase, filter, attributes: settings.userAttributes, timeoutMs });
  const result = await onlyUser(entries, { connection, settings, name, timeoutMs });
  return result.kind === 'found' && result.user.id !== id ? { kind: 'other-name' } : result;
}

/** User that is looked for, and the filter to find one with. */
interface UserSearch {
  readonly connection: LdapConnection;
  readonly settings: LdapSettings;
  /** Name as typed, or of the login before. */
  readonly name: string;
  readonly timeoutMs: number;
}

async function onlyUserOfName(entries: readonly LdapEntry[], asked: UserSearch): Promise<FindResult> {
  const result = await onlyUser(entries, asked);
  if (result.kind !== 'found' || isOfThisName(result.user.entry, asked.settings.userFilter, asked.name)) return result;
  return { kind: 'other-name' };
}

async function onlyUser(entries: readonly LdapEntry[], { connection, settings, name, timeoutMs }: UserSearch): Promise<FindResult> {
  const [found, ...more] = entries;
  if (found === undefined) return { kind: 'unknown' };
  if (more.length > 0) return { kind: 'ambiguous' };
  // A bind without a DN is anonymous, and succeeds (RFC 4513 section 5.1.1).
  if (found.dn.trim() === '') return { kind: 'unusable', reason: 'no-dn' };
  const names = namesOf(found, settings, name);
  const [username] = names;
  if (username === undefined) return { kind: 'unusable', reason: 'name-not-readable' };
  const id = settings.uniqueIdAttribute === undefined ? undefined : uniqueId(found, settings.uniqueIdAttribute);
  if (settings.uniqueIdAttribute !== undefined && id === undefined) return { kind: 'unusable', reason: 'unique-id-not-readable' };
  const hasMore = found.moreFrom?.has('memberof') === true && settings.groups.mode === 'memberOf';
  const entry = hasMore ? await completeValues(connection, found, 'memberOf', timeoutMs) : found;
  return { kind: 'found', user: { dn: entry.dn, username, names, id, entry } };
}

/**
 * `kai@corp.example.org` for who has another principal name, or none: Active Directory takes the account name with the name of
 * its domain as well (MS-ADTS 5.1.1.1.1). A principal name that somebody has goes before.
 */
function implicitPrincipal(settings: LdapSettings, name: string): { readonly account: string; readonly domain: string } | undefined {
  const at = name.lastIndexOf('@');
  if (!settings.isActiveDirectory || at < 1 || at === name.length - 1) return undefined;
  const isByAccount = listFilters(settings.userFilter).some(
    ({ filter }) => filter.kind === 'equal' && filter.attribute.toLowerCase() === 'samaccountname' && hasPlaceholder(filter, 'username'),
  );
  return isByAccount ? { account: name.slice(0, at), domain: name.slice(at + 1).toLowerCase() } : undefined;
}

/** The DNS name of the domain that a DN lies in: `corp.example.org`. */
function domainNameOf(dn: string): string {
  const parts = (parseDistinguishedName(dn) ?? []).flatMap(([first]) => (first?.type === 'dc' ? [first.value.toLowerCase()] : []));
  return parts.join('.');
}

/**
 * Whether the entry has the very name that was asked for, but for case. Directories also find `john  doe` for
 * `john doe` and more (test/attacks/README.md, O2); each such spelling would give whoever guesses another set of attempts.
 */
function isOfThisName(entry: LdapEntry, filter: LdapFilter, name: string): boolean {
  return listFilters(filter).some(({ filter: inner }) => {
    if (inner.kind !== 'equal' || !hasPlaceholder(inner, 'username')) return false;
    const asked = canonicalName(fillValue(inner.value, { username: name }).toString('utf8'));
    return attributeTexts(entry, inner.attribute).some((value) => canonicalName(value) === asked);
  });
}
