// Browser requests to the sign-in and sign-out pages: the binding cookie, the parameters of a URL, and where a form
// came from.

import { OAuthError } from '../../shared/errors.ts';
import type { HttpRequest } from '../http-request.ts';
import type { Cookies } from './cookies.ts';
import { browserDigest } from './sealed-request.ts';

/** The browser by the digest of its cookie, and the cookie to set where it has none yet. */
export interface Browser {
  readonly digest: string;
  readonly setCookies: readonly string[];
}

export function findBrowser(cookies: Cookies, http: HttpRequest): Browser {
  const cookie = cookies.findBrowser(http.cookie);
  if (cookie !== undefined) return { digest: browserDigest(cookie), setCookies: [] };
  const { value, setCookie } = cookies.newBrowser();
  return { digest: browserDigest(value), setCookies: [setCookie] };
}

/**
 * RFC 6749 section 3.1: no parameter that is read may stand there twice, and one without a value is not there.
 *
 * @throws OAuthError `invalid_request`
 */
export function queryParameters({ query }: HttpRequest, read: ReadonlySet<string>): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, [value, second]] of query) {
    if (!read.has(name)) continue;
    if (second !== undefined) throw new OAuthError('invalid_request', 'repeated-parameter');
    if (value !== undefined && value !== '') parameters.set(name, value);
  }
  return parameters;
}

/**
 * `null` is what a page without referrer sends, as ours are; the cookie and the seal stand behind it (A121).
 *
 * @throws OAuthError `invalid_request`
 */
export function refuseForeignOrigin({ origin, fetchSite }: HttpRequest, issuer: string): void {
  const isOwn = origin === undefined || origin === 'null' || origin === new URL(issuer).origin;
  if (!isOwn || fetchSite === 'cross-site') throw new OAuthError('invalid_request', 'foreign-origin');
}

export function onlyOf(sent: ReadonlyMap<string, string>, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map([...sent].filter(([name]) => names.has(name)));
}
