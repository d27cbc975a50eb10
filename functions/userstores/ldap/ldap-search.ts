// Looks a user up, by the name that was typed or by the store's own id: one search as the store itself, one hit or none.

import { AndFilter, EqualityFilter, type Filter, PresenceFilter, SearchRequest } from 'ldapts';
import { hasPlaceholder, type LdapFilter, listFilters } from '../../configuration/entries/ldap-filter.ts';
import { canonicalName } from '../../configuration/username.ts';
import type { SearchFaultReason, UnusableUser } from '../../shared/reasons.ts';
import { attributeTexts, uniqueId, uniqueIdBytes } from './attribute-values.ts';
import { buildFilter, fillValue, withoutName } from './build-filter.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { LdapResultCode, requireRequestResult, SUCCESS } from './ldap-fault.ts';
import { type LdapEntry, SEARCH_DONE } from './ldap-message.ts';
import type { LdapSettings } from './ldap-settings.ts';

export interface FoundUser {
  /** As the directory writes it: the only thing that a bind is ever tried with. */
  readonly dn: string;
  readonly username: string;
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

/** What the store can't do whichever server is asked. */
export class SearchFault extends Error {
  readonly reason: SearchFaultReason;

  constructor(reason: SearchFaultReason, options: { cause?: unknown }) {
    super(reason, options);
    this.name = 'SearchFault';
    this.reason = reason;
  }
}

export async function findUserByName(
  connection: LdapConnection,
  settings: LdapSettings,
  name: string,
  timeoutMs: number,
): Promise<FindResult> {
  const filter = buildFilter(settings.userFilter, { username: name });
  const entries = await search(connection, { base: settings.userSearchBase, filter, attributes: settings.userAttributes, timeoutMs });
  const result = onlyUser(entries, settings);
  if (result.kind !== 'found' || isOfThisName(result.user.entry, settings.userFilter, name)) return result;
  return { kind: 'other-name' };
}

export async function findUserById(connection: LdapConnection, settings: LdapSettings, id: string, timeoutMs: number): Promise<FindResult> {
  const attribute = settings.uniqueIdAttribute ?? '';
  const filter = new AndFilter({
    filters: [new EqualityFilter({ attribute, value: uniqueIdBytes(id, attribute) }), buildFilter(withoutName(settings.userFilter), {})],
  });
  const result = onlyUser(
    await search(connection, { base: settings.userSearchBase, filter, attributes: settings.userAttributes, timeoutMs }),
    settings,
  );
  return result.kind === 'found' && result.user.id !== id ? { kind: 'other-name' } : result;
}

interface LdapSearch {
  readonly base: string;
  /** Default: `sub`, the entry at `base` and all below it. */
  readonly scope?: 'base' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly timeoutMs: number;
}

/**
 * One search below `base`. There is no size limit in the request, for a directory's own limit must be seen as the
 * fault that it is: a cut list might hide a second hit.
 *
 * @throws ServerFault, SearchFault
 */
export async function search(
  connection: LdapConnection,
  { base, scope = 'sub', filter, attributes, timeoutMs }: LdapSearch,
): Promise<readonly LdapEntry[]> {
  const request = (messageId: number): SearchRequest =>
    new SearchRequest({
      messageId,
      baseDN: base,
      scope,
      derefAliases: 'never',
      timeLimit: Math.max(1, Math.ceil(timeoutMs / 1000)),
      filter,
      attributes: [...attributes],
    });
  const { result, entries } = await connection.send(SEARCH_DONE, request, timeoutMs);
  if (result.code === SUCCESS) return entries;
  // Code 1 is the server's: Active Directory answers so on a connection that it no longer holds for bound.
  throw new SearchFault(`search-${requireRequestResult(result.code)}`, { cause: new LdapResultCode(result.code) });
}

/**
 * One entry by its DN; undefined where there is none, or none that the store may see.
 *
 * @throws ServerFault, SearchFault
 */
export async function readEntry(
  connection: LdapConnection,
  dn: string,
  attributes: readonly string[],
  timeoutMs: number,
): Promise<LdapEntry | undefined> {
  try {
    const filter = new PresenceFilter({ attribute: 'objectClass' });
    const [entry] = await search(connection, { base: dn, scope: 'base', filter, attributes, timeoutMs });
    return entry;
  } catch (error) {
    const isMissing = error instanceof SearchFault && ['search-no-such-object', 'search-insufficient-access-rights'].includes(error.reason);
    if (isMissing) return undefined;
    throw error;
  }
}

function onlyUser(entries: readonly LdapEntry[], settings: LdapSettings): FindResult {
  const [entry, ...more] = entries;
  if (entry === undefined) return { kind: 'unknown' };
  if (more.length > 0) return { kind: 'ambiguous' };
  // A bind without a DN is anonymous, and succeeds (RFC 4513 section 5.1.1).
  if (entry.dn.trim() === '') return { kind: 'unusable', reason: 'no-dn' };
  const username = settings.nameAttributes.flatMap((attribute) => attributeTexts(entry, attribute))[0];
  if (username === undefined) return { kind: 'unusable', reason: 'name-not-readable' };
  const id = settings.uniqueIdAttribute === undefined ? undefined : uniqueId(entry, settings.uniqueIdAttribute);
  if (settings.uniqueIdAttribute !== undefined && id === undefined) return { kind: 'unusable', reason: 'unique-id-not-readable' };
  return { kind: 'found', user: { dn: entry.dn, username, id, entry } };
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
