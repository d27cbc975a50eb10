// Ranged retrieval: attributes with more values than Active Directory hands out at once: it names the part that it sends, `memberOf;range=0-1499`,
// and the rest is asked for part by part (MS-ADTS 3.1.1.3.1.3.3).

import type { LdapConnection } from './ldap-connection.ts';
import type { LdapEntry } from './ldap-message.ts';
import { readEntry } from './ldap-search.ts';

/** At 1,500 values each: who is in more groups than that has more than a token of Windows can hold, thirty times over. */
const MAX_PARTS = 20;

/**
 * The entry with all values of an attribute.
 *
 * @throws ServerFault, SearchFault
 */
export async function completeValues(
  connection: LdapConnection,
  entry: LdapEntry,
  attribute: string,
  timeoutMs: number,
): Promise<LdapEntry> {
  const endMs = performance.now() + timeoutMs;
  const name = attribute.toLowerCase();
  let values = entry.attributes.get(name) ?? [];
  let next = entry.moreFrom?.get(name);
  for (let part = 1; next !== undefined && part < MAX_PARTS; part += 1) {
    const found = await readEntry(connection, entry.dn, [`${attribute};range=${next}-*`], Math.max(1, endMs - performance.now()));
    const more = found?.attributes.get(name) ?? [];
    values = [...values, ...more];
    const after = found?.moreFrom?.get(name);
    // A part that does not lead on would be asked for again and again.
    next = after !== undefined && after > next ? after : undefined;
  }
  const moreFrom = new Map(entry.moreFrom);
  if (next === undefined) moreFrom.delete(name);
  else moreFrom.set(name, next);
  return { ...entry, attributes: new Map([...entry.attributes, [name, values]]), moreFrom };
}
