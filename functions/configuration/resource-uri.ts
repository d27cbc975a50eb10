// The URI of a resource (RFC 8707 section 2) in the one spelling in which it is compared.

const MAX_CHARACTERS = 512;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** Printable ASCII without a fragment (RFC 8707 section 2), and without the backslash, which a URL parser takes for a slash. */
const URI = /^(https?:\/\/[^/?#\\]+)([\x21\x22\x24-\x5B\x5D-\x7E]*)$/i;

/**
 * The one spelling of a resource's URI: scheme and host in lower case, no default port, and no slash where there is no
 * path. The path counts as it is, a slash at its end too.
 *
 * @returns undefined for what is no such URI: https, or http on a loopback address, with no user, query or fragment
 */
export function canonicalResource(uri: string): string | undefined {
  const [, origin = '', path = ''] = uri.length > MAX_CHARACTERS ? [] : (URI.exec(uri) ?? []);
  const url = URL.parse(origin);
  if (url === null || url.username !== '' || url.password !== '' || path.includes('?')) return undefined;
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname)) return undefined;
  return `${url.origin}${path === '/' ? '' : path}`;
}
