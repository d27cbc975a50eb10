// Resources of APIs (RFC 8707): tokens are for one of them. Entries of one tenant may share one; another tenant's are another
// API, and would take its tokens.

import type { EntryIndex } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

export function findSharedResources(index: EntryIndex): Finding[] {
  const apis = index.all('api').filter(({ entry }) => entry.resource !== undefined);
  return apis.flatMap(({ label, tenant, entry }, at) => {
    const other = apis.slice(0, at).find((one) => one.tenant !== tenant && one.entry.resource === entry.resource);
    if (other === undefined) return [];
    const name = other.label.replace('Tenants, ', '');
    return [doubtful(label, 'resource', `another than that of ${name}: a token for one of them is good for the other`)];
  });
}
