// Clients that a document describes: what would keep every one of them out.

import { isScopeOfTenant } from './defined-scopes.ts';
import type { EntryIndex } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

export function findIdleDocuments(index: EntryIndex): Finding[] {
  return index.all('tenant').flatMap(({ label, tenant, entry }) => {
    const { clientDocuments: documents, signIn } = entry;
    if (documents === undefined) return [];
    const scopes = documents === 'any' ? [] : (documents.scopes ?? []);
    return [
      ...(signIn === undefined
        ? [doubtful(label, 'signIn', 'a sign-in page, without which no client that a document describes gets a token')]
        : []),
      ...scopes
        .filter((scope) => !isScopeOfTenant(index, tenant, scope))
        .map((scope) => doubtful(label, 'clientDocuments.scopes', `Tenants, ${tenant} / scope#${scope}, which is not there`)),
    ];
  });
}
