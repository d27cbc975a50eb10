// Settings of JWTs at a tenant that issues none.

import type { EntryIndex } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

/** Only JWTs are checked as `jwtRevocation` says: an opaque token is always looked up. */
export function findIdleRevocation(index: EntryIndex): Finding[] {
  return index.all('tenant').flatMap(({ label, tenant, entry }) => {
    const { jwtRevocation, tokenFormat } = entry;
    if (jwtRevocation === 'check' || tokenFormat === 'jwt') return [];
    if (index.all('client').some((client) => client.tenant === tenant && client.entry.tokenFormat === 'jwt')) return [];
    return [
      doubtful(label, 'jwtRevocation', `tokenFormat jwt here or in a client of ${tenant}: opaque tokens are looked up whatever it says`),
    ];
  });
}
