// The contract of how a client is found that a request names, and of clients whose id is the URL of a document.

import type { Client } from '../configuration/model.ts';
import type { Unavailable } from '../shared/errors.ts';
import type { ClientDocumentFault } from '../shared/reasons/clients.ts';

/** `reason` is one that both a page and the token endpoint can give. */
export type FoundClient =
  | { readonly kind: 'found'; readonly client: Client }
  /** `outage`: its document can't be had at the moment, and may be good. */
  | { readonly kind: 'unknown'; readonly reason: 'unknown-client' | ClientDocumentFault; readonly outage?: Unavailable };

/** Clients of one tenant that nobody has registered. */
export interface ClientDocuments {
  /** @throws Unavailable where not even the tenant can be read */
  findClient(clientId: string): Promise<FoundClient>;
  /** Without a fetch: the client, where its document was read lately. */
  findKeptClient(clientId: string): Promise<Client | undefined>;
  /**
   * Does what may have to load the keys of such a client. Of a stranger's the time counts with that of documents: a key set is one
   * more address of his choice (A134).
   *
   * @throws Unavailable `too-many-loads`, and what `work` throws
   */
  withKeys<T>(client: Client, work: () => Promise<T>): Promise<T>;
}
