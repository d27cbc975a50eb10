// Searches as the store itself, and what becomes of those that a directory refuses.

import { type Filter, PresenceFilter, SearchRequest } from 'ldapts';
import type { SearchFaultReason } from '../../shared/reasons/directories.ts';
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

const SIZE_LIMIT_EXCEEDED = 4;

interface LdapSearch {
  readonly base: string;
  /** Default: `sub`, the entry at `base` and all below it. `one`: those right below it. */
  readonly scope?: 'base' | 'one' | 'sub';
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
export async function search(connection: LdapConnection, asked: LdapSearch): Promise<readonly LdapEntry[]> {
  const request = (messageId: number): SearchRequest => searchRequest(messageId, asked, 0);
  const { result, entries } = await connection.send(SEARCH_DONE, request, asked.timeoutMs);
  if (result.code === SUCCESS) return entries;
  // Code 1 is the server's: Active Directory answers so on a connection that it no longer holds for bound.
  throw new SearchFault(`search-${requireRequestResult(result.code)}`, { cause: new LdapResultCode(result.code) });
}

/**
 * Any one of the entries below `base`; undefined where there is none.
 *
 * @throws ServerFault, SearchFault
 */
export async function searchOne(connection: LdapConnection, search: LdapSearch): Promise<LdapEntry | undefined> {
  const request = (messageId: number): SearchRequest => searchRequest(messageId, search, 1);
  const { result, entries } = await connection.send(SEARCH_DONE, request, search.timeoutMs);
  if (result.code === SUCCESS || result.code === SIZE_LIMIT_EXCEEDED) return entries[0];
  throw new SearchFault(`search-${requireRequestResult(result.code)}`, { cause: new LdapResultCode(result.code) });
}

function searchRequest(
  messageId: number,
  { base, scope = 'sub', filter, attributes, timeoutMs }: LdapSearch,
  sizeLimit: number,
): SearchRequest {
  return new SearchRequest({
    messageId,
    baseDN: base,
    scope,
    derefAliases: 'never',
    sizeLimit,
    timeLimit: Math.max(1, Math.ceil(timeoutMs / 1000)),
    filter,
    attributes: [...attributes],
  });
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
