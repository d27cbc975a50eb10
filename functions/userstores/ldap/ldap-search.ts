// Searches as the store itself, and what becomes of those that a directory refuses.

import { type Filter, PresenceFilter, SearchRequest } from 'ldapts';
import type { SearchFaultReason } from '../../shared/reasons.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { LdapResultCode, requireRequestResult, SUCCESS } from './ldap-fault.ts';
import { type LdapEntry, SEARCH_DONE } from './ldap-message.ts';

/** Search that the store can't do whichever server is asked. */
export class SearchFault extends Error {
  readonly reason: SearchFaultReason;

  constructor(reason: SearchFaultReason, options: { cause?: unknown }) {
    super(reason, options);
    this.name = 'SearchFault';
    this.reason = reason;
  }
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

/** A directory that does not let the store see an entry may say either. */
const MEANS_NO_ENTRY: ReadonlySet<SearchFaultReason> = new Set<SearchFaultReason>([
  'search-no-such-object',
  'search-insufficient-access-rights',
]);

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
    if (error instanceof SearchFault && MEANS_NO_ENTRY.has(error.reason)) return undefined;
    throw error;
  }
}
