// Clients that a document describes: what would keep every one of them out, or all of one host.

import { parseClientUrl } from '../../../functions/configuration/parse-client-url.ts';
import { isScopeOfTenant } from './defined-scopes.ts';
import type { EntryIndex } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

export function findIdleDocuments(index: EntryIndex): Finding[] {
  return index.all('tenant').flatMap(({ label, tenant, entry }) => {
    const { clientDocuments: documents, signIn } = entry;
    if (documents === undefined) return [];
    const {
      scopes = [],
      trustedHosts,
      allowLoopback,
    } = documents === 'any' ? { trustedHosts: 'any' as const, allowLoopback: false } : documents;
    // By https every host that a client can have is written as its URL has it.
    const isHost = (host: string): boolean => parseClientUrl(`https://${host}/`, { allowLoopback }) !== undefined;
    return [
      ...(signIn === undefined
        ? [doubtful(label, 'signIn', 'a sign-in page, without which no client that a document describes gets a token')]
        : []),
      ...(trustedHosts === 'any' ? [] : trustedHosts)
        .filter((host) => !isHost(host))
        .map((host) =>
          doubtful(
            label,
            'clientDocuments.trustedHosts',
            `a name of DNS in place of ${host}, which is the host of no client: no address, no port 443`,
          ),
        ),
      ...scopes
        .filter((scope) => !isScopeOfTenant(index, tenant, scope))
        .map((scope) => doubtful(label, 'clientDocuments.scopes', `Tenants, ${tenant} / scope#${scope}, which is not there`)),
    ];
  });
}
