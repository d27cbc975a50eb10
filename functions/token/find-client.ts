// The client that a request names: one of the Clients table, or at a tenant's own issuer one that a document describes.

import { isClientUrl, MAX_CLIENT_ID_CHARACTERS } from '../configuration/client-url.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { FoundClient } from './found-client.ts';

export type ClientFinder = Pick<TokenDependencies, 'clients' | 'documents' | 'ownTenant'>;

const UNKNOWN: FoundClient = { kind: 'unknown', reason: 'unknown-client' };

/** @throws Unavailable */
export async function findClient({ clients, documents }: ClientFinder, clientId: string): Promise<FoundClient> {
  if (clientId.length > MAX_CLIENT_ID_CHARACTERS) return UNKNOWN;
  if (isClientUrl(clientId)) return documents === undefined ? UNKNOWN : documents.findClient(clientId);
  const client = await clients.findClient(clientId);
  return client === undefined ? UNKNOWN : { kind: 'found', client };
}
