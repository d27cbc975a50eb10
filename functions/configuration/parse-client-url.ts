// How the URL of a client's metadata document has to be written (draft-ietf-oauth-client-id-metadata-document section 3):
// in its one spelling, so that what is compared, what is shown and what is fetched are the same text (A131, A138).

import { isClientUrl, MAX_CLIENT_ID_CHARACTERS } from './client-url.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A name of DNS of two labels at least, the last of which is no number: so it is no address in any spelling. */
const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** An escaped dot or slash may be a dot segment to the server behind it. */
const HIDDEN_SEGMENT = /%(2e|2f|5c)/i;

/** Whether the host of a URL is this machine itself. */
export const isLoopbackHost = (hostname: string): boolean => LOOPBACK_HOSTS.has(hostname);

/**
 * The URL of a document; undefined for what is none, or not in its one spelling: with a user, a fragment, dot segments, an
 * address for a host, capitals in the host, the port of its scheme, or a character that must be escaped.
 *
 * @param allowLoopback whether `http` and `https` on 127.0.0.1, [::1] and localhost do as well
 */
export function parseClientUrl(clientId: string, { allowLoopback }: { readonly allowLoopback: boolean }): URL | undefined {
  if (!isClientUrl(clientId) || clientId.length > MAX_CLIENT_ID_CHARACTERS || clientId.includes('#')) return undefined;
  const url = URL.parse(clientId);
  // The parser has resolved dot segments, and written the host in lower-case ASCII: what it changed was another spelling.
  if (url === null || url.href !== clientId || url.username !== '' || url.password !== '') return undefined;
  if (HIDDEN_SEGMENT.test(url.pathname)) return undefined;
  if (isLoopbackHost(url.hostname)) return allowLoopback ? url : undefined;
  return url.protocol === 'https:' && DNS_NAME.test(url.hostname) ? url : undefined;
}
