// A client that nobody has registered, as far as the tenant's entry and the client's own URL say who it is: all that the
// authorizer needs, without a fetch and without a read. What its document adds, `token/client-documents/` reads.

import * as v from 'valibot';
import { createLruMap, type LruMap } from '../shared/lru-map.ts';
import type { ClientUrlFault } from '../shared/reasons/clients.ts';
import { clientEntry } from './entries/client-entry.ts';
import type { Client, ClientDocument, Tenant } from './model.ts';
import { isLoopbackHost, parseClientUrl } from './parse-client-url.ts';

export type FoundByUrl =
  | { readonly kind: 'found'; readonly client: Client & { readonly document: ClientDocument } }
  | { readonly kind: 'unknown'; readonly reason: ClientUrlFault };

const MAX_KEPT = 500;

/** For as long as an entry stays as it is, a client of it is one object. */
const kept = new WeakMap<Tenant, LruMap<FoundByUrl>>();

/** The client of this URL, as the tenant's entry allows it now: a host that was taken out of it takes its clients along. */
export function findClientByUrl(tenant: Tenant, clientId: string): FoundByUrl {
  const ofTenant = kept.get(tenant) ?? createLruMap<FoundByUrl>(MAX_KEPT);
  kept.set(tenant, ofTenant);
  const known = ofTenant.get(clientId);
  if (known !== undefined) return known;
  const found = judge(tenant, clientId);
  ofTenant.set(clientId, found);
  return found;
}

/** `trustedHosts`, `scopes` and so on, however the entry writes them. */
function documentSettings({ clientDocuments: written, issuer }: Tenant) {
  // A URL says no tenant: that is known by the issuer alone at which the client comes.
  if (written === undefined || issuer !== 'own') return undefined;
  return written === 'any' ? { trustedHosts: 'any' as const, allowLoopback: false, scopes: undefined } : written;
}

/** Whole, with the port (A138). That of a loopback address is free: a program on it takes what it gets. */
const isSameHost = (trusted: string, url: URL): boolean =>
  trusted === url.host || (isLoopbackHost(url.hostname) && trusted === url.hostname);

function judge(tenant: Tenant, clientId: string): FoundByUrl {
  const settings = documentSettings(tenant);
  if (settings === undefined) return { kind: 'unknown', reason: 'client-documents-off' };
  const url = parseClientUrl(clientId, settings);
  if (url === undefined) return { kind: 'unknown', reason: 'client-url' };
  const isTrusted = settings.trustedHosts !== 'any' && settings.trustedHosts.some((host) => isSameHost(host, url));
  if (!isTrusted && settings.trustedHosts !== 'any') return { kind: 'unknown', reason: 'client-host-not-trusted' };
  const entry = v.parse(clientEntry, {
    tenant: tenant.name,
    // Nobody of the tenant has subscribed: the host stands for whoever answers for the client.
    owner: url.hostname,
    authMethods: ['none'],
    grantTypes: ['authorization_code', 'refresh_token'],
    // Tokens of others are nothing to those whom nobody knows.
    introspection: false,
    tokensNotBefore: Object.hasOwn(tenant.clientTokensNotBefore, clientId) ? tenant.clientTokensNotBefore[clientId] : 0,
  });
  // Beside the schema: a tenant may have more scopes than an entry of a client may list.
  const scopes = settings.scopes ?? [...tenant.scopes.keys()];
  return { kind: 'found', client: { ...entry, clientId, scopes, document: { host: url.host, isTrusted } } };
}
