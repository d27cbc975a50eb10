// Clients that nobody has registered: URL → allowed by the tenant → document, kept or loaded → client.

import { type FoundByUrl, findClientByUrl } from '../../configuration/document-client.ts';
import type { Client, ClientDocument, Tenant } from '../../configuration/model.ts';
import { isLoopbackHost } from '../../configuration/parse-client-url.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { ClientDocuments, FoundClient } from '../found-client.ts';
import type { ParsedDocument } from './client-document.ts';
import { createKeptDocuments } from './kept-documents.ts';

export interface DocumentClients {
  findClient(tenant: Tenant, clientId: string): Promise<FoundClient>;
  /** The client, where its document is kept. */
  findKeptClient(tenant: Tenant, clientId: string): Client | undefined;
  /** As in `ClientDocuments`. */
  readonly withKeys: ClientDocuments['withKeys'];
}

type DocumentDependencies = Pick<TokenDependencies, 'sendOutbound' | 'issuer' | 'clock' | 'log'>;

/**
 * One for the whole function, so that its bounds hold for all tenants. A document says the same to each of them. Hosts that
 * a tenant names have theirs apart: what anybody may publish uses up nothing that they need (A134).
 */
export function createDocumentClients({ sendOutbound, issuer, clock, log }: DocumentDependencies): DocumentClients {
  const ofTrusted = createKeptDocuments({ sendOutbound, clock }, { areTrusted: true });
  const ofStrangers = createKeptDocuments({ sendOutbound, clock }, { areTrusted: false });
  const documentsFor = ({ document }: { readonly document: ClientDocument }) => (document.isTrusted ? ofTrusted : ofStrangers);
  // Where we are deployed, what listens on a loopback address is the runtime's own: no setting opens that.
  const isLocal = isLoopbackHost(URL.parse(issuer)?.hostname ?? '');

  function judge(tenant: Tenant, clientId: string): FoundByUrl {
    const found = findClientByUrl(tenant, clientId);
    // Nor is a document at an endpoint of ours: a call of ourselves could name the next one in its turn (A134).
    const isOurs = clientId.startsWith(`${issuer}/`) || isLoopbackHost(URL.parse(clientId)?.hostname ?? '');
    return found.kind === 'found' && !isLocal && isOurs ? { kind: 'unknown', reason: 'client-url' } : found;
  }

  return {
    withKeys: ({ clientId, document }, work) =>
      document?.isTrusted === false ? ofStrangers.withinTime(`keys of client ${clientId}`, work) : work(),
    async findClient(tenant, clientId) {
      const found = judge(tenant, clientId);
      if (found.kind === 'unknown') return found;
      const documents = documentsFor(found.client);
      const known = documents.find(clientId);
      if (known !== undefined) return { kind: 'found', client: describe(found.client, known) };
      const url = new URL(clientId);
      const loaded = await documents.load(url).catch(outageOf);
      if (loaded instanceof Unavailable) return { kind: 'unknown', reason: 'client-document-not-loaded', outage: loaded };
      if (loaded.kind === 'loaded') return { kind: 'found', client: describe(found.client, loaded.document) };
      const { reason, fault } = loaded;
      // Without the query: whoever sent somebody here has chosen it.
      log('WARN', 'client-document-refused', { tenant: tenant.name, document: `${url.host}${url.pathname}`, reason, ...fault });
      return { kind: 'unknown', reason };
    },
    findKeptClient(tenant, clientId) {
      const found = judge(tenant, clientId);
      const document = found.kind === 'found' ? documentsFor(found.client).find(clientId) : undefined;
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
