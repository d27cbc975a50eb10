// Grants of a client that can't come to anything: a code with nowhere to go, an exchange for nothing.

import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

export function findIdleGrants(index: EntryIndex): Finding[] {
  return index.all('client').flatMap((client) => [...ofCode(client), ...ofExchange(index, client)]);
}

function ofCode({ label, entry }: IndexedEntry<'client'>): Finding[] {
  if (!entry.grantTypes.includes('authorization_code') || entry.redirectUris.length > 0) return [];
  return [doubtful(label, 'redirectUris', 'at least one: the sign-in page may send a user nowhere, so that nobody gets a code')];
}

function ofExchange(index: EntryIndex, { label, tenant, entry }: IndexedEntry<'client'>): Finding[] {
  const isAllowed = entry.grantTypes.includes(TOKEN_EXCHANGE);
  if (isAllowed && entry.exchange.length === 0)
    return [doubtful(label, 'exchange', 'the resources for which it may exchange tokens: there are none')];
  if (!isAllowed && entry.exchange.length > 0)
    return [doubtful(label, 'grantTypes', `${TOKEN_EXCHANGE}, without which exchange means nothing`)];
  // A token can be for resources of the client's own tenant alone.
  const known = new Set(index.all('api').flatMap((api) => (api.tenant === tenant ? [api.entry.resource] : [])));
  return entry.exchange
    .filter((resource) => !known.has(resource))
    .map((resource) => doubtful(label, 'exchange', `the resource of an api entry of ${tenant}, in place of ${resource}`));
}
