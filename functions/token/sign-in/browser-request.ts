// Browser requests to the sign-in and sign-out pages: those of a client, and the forms of our own pages, which bring the
// request of the client back, sealed for the browser that was shown it.

import { OAuthError } from '../../shared/errors.ts';
import type { HttpRequest } from '../http-request.ts';
import { addParameter, isRepeatable, parseForm } from '../token-request.ts';
import { withParameters } from './authorization-response.ts';
import type { Cookies } from './cookies.ts';
import { browserDigest, type SealedRequest, sealRequest, unsealRequest } from './sealed-request.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** The browser by the digest of its cookie, and the cookie to set where it has none yet. */
export interface Browser {
  readonly digest: string;
  readonly setCookies: readonly string[];
  /**
   * A form of a client's came without any cookie of ours. A browser that has some keeps them to itself where another site posts
   * (`SameSite=Lax`), and sends them along with the GET that follows.
   */
  readonly sentNoCookie: boolean;
}

/** One of the two endpoints that browsers come to. */
export interface BrowserEndpoint {
  readonly purpose: SealedRequest['purpose'];
  /** Names of the parameters that clients send. */
  readonly parameters: ReadonlySet<string>;
  /** These, and the names of the fields of our own forms. */
  readonly fields: ReadonlySet<string>;
}

interface BrowserRequest {
  /** Parameters of the client's request, however it came. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly browser: Browser;
  /** What a form of ours brought; it may be of another browser. */
  readonly form?: { readonly sealed: SealedRequest; readonly sent: ReadonlyMap<string, string> };
}

/** @throws OAuthError `invalid_request`, Unavailable where the keys can't be had */
export async function readBrowserRequest(
  { signingKeys, cookies, issuer }: SignInDependencies,
  http: HttpRequest,
  { purpose, parameters, fields }: BrowserEndpoint,
  nowSeconds: number,
): Promise<BrowserRequest> {
  const browser = { ...findBrowser(cookies, http), sentNoCookie: false };
  if (http.method !== 'POST') return { parameters: queryParameters(http, parameters), browser };
  const sent = parseForm(http, fields);
  const text = sent.get('sealed_request');
  if (text === undefined) {
    const sentNoCookie = browser.setCookies.length > 0 && cookies.tenantsOfSessions(http.cookie).length === 0;
    return { parameters: onlyOf(sent, parameters), browser: { ...browser, sentNoCookie } };
  }
  refuseForeignOrigin(http, issuer);
  const sealed = unsealRequest((await signingKeys()).sealingKeys(nowSeconds), purpose, text);
  if (sealed === undefined) throw new OAuthError('invalid_request', 'sealed-request-unreadable');
  return { parameters: new Map(Object.entries(sealed.parameters)), browser, form: { sealed, sent } };
}

/** Whether the form comes from the browser that was shown it (A121). */
export const isOfBrowser = (sealed: SealedRequest, browser: Browser): boolean => sealed.browserDigest === browser.digest;

/**
 * Seals the request of the client for this browser, to be shown it in a page.
 *
 * @param shown what the page says of the session, where it does
 */
export async function sealForBrowser(
  {
    dependencies,
    page,
    nowSeconds,
  }: { readonly dependencies: SignInDependencies; readonly page: BrowserRequest; readonly nowSeconds: number },
  purpose: SealedRequest['purpose'],
  shown: Pick<SealedRequest, 'scopes' | 'shownTo'> = {},
): Promise<string> {
  const keys = (await dependencies.signingKeys()).sealingKeys(nowSeconds);
  const { parameters, browser } = page;
  const request = { purpose, parameters: Object.fromEntries(parameters), browserDigest: browser.digest, sealedAtSeconds: nowSeconds };
  return sealRequest(keys, { ...request, ...shown });
}

function findBrowser(cookies: Cookies, http: HttpRequest): Omit<Browser, 'sentNoCookie'> {
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
function queryParameters({ query }: HttpRequest, read: ReadonlySet<string>): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const names = new Set<string>();
  for (const [name, values] of query) {
    if (!read.has(name)) continue;
    for (const value of values) addParameter(parameters, names, name, value);
  }
  return parameters;
}

/**
 * `null` is what a page without referrer sends, as ours are; the cookie and the seal stand behind it (A121).
 *
 * @throws OAuthError `invalid_request`
 */
function refuseForeignOrigin({ origin, fetchSite }: HttpRequest, issuer: string): void {
  const isOwn = origin === undefined || origin === 'null' || origin === new URL(issuer).origin;
  if (!isOwn || fetchSite === 'cross-site') throw new OAuthError('invalid_request', 'foreign-origin');
}

/** API Gateway takes 10,240 bytes of request line and headers, cookies among them. */
const MAX_URL_CHARACTERS = 6144;

/**
 * The same request by GET, at the address that it came to.
 *
 * @param endpoint last part of the path, so that the stage and a tenant's own path stay
 * @throws OAuthError `invalid_request` where it does not fit into a URL
 */
export function addressByGet(endpoint: 'authorize' | 'logout', parameters: ReadonlyMap<string, string>): string {
  const pairs = [...parameters].flatMap(([name, value]) =>
    (isRepeatable(name) ? value.split(' ') : [value]).map((one) => [name, one] as const),
  );
  const address = withParameters(endpoint, pairs);
  if (address.length > MAX_URL_CHARACTERS) throw new OAuthError('invalid_request', 'request-too-long');
  return address;
}

function onlyOf(sent: ReadonlyMap<string, string>, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map([...sent].filter(([name]) => names.has(name)));
}
