// Clients that nobody has registered: URL → allowed by the tenant → document, kept or loaded → client. Good documents are
// kept for as long as their host says, a day at most; of what failed nothing is kept but its count (A135).

import { type FoundByUrl, findClientByUrl } from '../../configuration/document-client.ts';
import type { Client, ClientDocument, Tenant } from '../../configuration/model.ts';
import { isLoopbackHost } from '../../configuration/parse-client-url.ts';
import { setNewest } from '../../shared/bounded-map.ts';
import { Unavailable } from '../../shared/errors.ts';
import { withoutBudget } from '../../shared/time-budget.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { FoundClient } from '../found-client.ts';
import type { ParsedDocument } from './client-document.ts';
import { createLoadBounds } from './load-bounds.ts';
import { type LoadedDocument, loadDocument } from './load-document.ts';

export interface DocumentClients {
  findClient(tenant: Tenant, clientId: string): Promise<FoundClient>;
  /** The client, where its document is kept. */
  findKeptClient(tenant: Tenant, clientId: string): Client | undefined;
}

type DocumentDependencies = Pick<TokenDependencies, 'sendOutbound' | 'issuer' | 'clock' | 'log'>;

const MAX_DOCUMENTS = 500;

interface KeptDocument {
  readonly document: ParsedDocument;
  readonly atMs: number;
  readonly untilMs: number;
}

/** One for the whole function, so that its bounds hold for all tenants. A document says the same to each of them. */
export function createDocumentClients({ sendOutbound, issuer, clock, log }: DocumentDependencies): DocumentClients {
  const kept = new Map<string, KeptDocument>();
  const inFlight = new Map<string, Promise<LoadedDocument>>();
  const bounds = createLoadBounds(clock);
  // Where we are deployed, what listens on a loopback address is the runtime's own: no setting opens that.
  const isLocal = isLoopbackHost(URL.parse(issuer)?.hostname ?? '');

  function findKept(url: string): ParsedDocument | undefined {
    const found = kept.get(url);
    return found !== undefined && clock() >= found.atMs && clock() < found.untilMs ? found.document : undefined;
  }

  async function loadOnce(url: URL): Promise<LoadedDocument> {
    try {
      const loaded = await bounds.within(url.host, () => loadDocument(sendOutbound, url));
      const atMs = clock();
      if (loaded.kind === 'loaded')
        setNewest(kept, url.href, { document: loaded.document, atMs, untilMs: atMs + loaded.keptSeconds * 1000 }, MAX_DOCUMENTS);
      return loaded;
    } finally {
      inFlight.delete(url.href);
    }
  }

  /** Those who come while it is loaded share what becomes of it. */
  function load(url: URL): Promise<LoadedDocument> {
    const running = inFlight.get(url.href) ?? withoutBudget(() => loadOnce(url));
    inFlight.set(url.href, running);
    return running;
  }

  function judge(tenant: Tenant, clientId: string): FoundByUrl {
    const found = findClientByUrl(tenant, clientId);
    const isRefused = found.kind === 'found' && !isLocal && isLoopbackHost(new URL(clientId).hostname);
    return isRefused ? { kind: 'unknown', reason: 'client-url' } : found;
  }

  return {
    async findClient(tenant, clientId) {
      const found = judge(tenant, clientId);
      if (found.kind === 'unknown') return found;
      const known = findKept(clientId);
      if (known !== undefined) return { kind: 'found', client: describe(found.client, known) };
      const url = new URL(clientId);
      const loaded = await load(url).catch(outageOf);
      if (loaded instanceof Unavailable) return { kind: 'unknown', reason: 'client-document-not-loaded', outage: loaded };
      if (loaded.kind === 'loaded') return { kind: 'found', client: describe(found.client, loaded.document) };
      const { reason, fault } = loaded;
      // Without the query: whoever sent somebody here has chosen it.
      log('WARN', 'client-document-refused', { tenant: tenant.name, document: `${url.host}${url.pathname}`, reason, ...fault });
      return { kind: 'unknown', reason };
    },
    findKeptClient(tenant, clientId) {
      const found = judge(tenant, clientId);
      const document = findKept(clientId);
      return found.kind === 'found' && document !== undefined ? describe(found.client, document) : undefined;
    },
  };
}

function outageOf(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  throw error;
}

/** The client of the tenant's entry, with what its document says of it. */
function describe(client: Client & { readonly document: ClientDocument }, document: ParsedDocument): Client {
  const { name, authMethod, grantTypes, redirectUris, postLogoutRedirectUris, jwks, jwksUri } = document;
  return {
    ...client,
    ...(name !== undefined && { name }),
    authMethods: [authMethod],
    grantTypes,
    redirectUris,
    // A sign-out needs nobody's yes: it would send people to wherever a stranger has written (A129).
    postLogoutRedirectUris: client.document.isTrusted ? postLogoutRedirectUris : [],
    // A page that gets the code may read the answer to it.
    allowedOrigins: [...new Set(redirectUris.flatMap((uri) => (uri.startsWith('https://') ? [new URL(uri).origin] : [])))],
    ...(jwks !== undefined && { jwks }),
    ...(jwksUri !== undefined && { jwksUri }),
  };
}
