// Reads what the browser sent to `/oauth2/authorize`: an authorization request of a client, or the form of one of our own
// pages with the request sealed in it. A form counts only from the browser that was shown it (A121).

import type { HttpRequest } from '../http-request.ts';
import { AUTHORIZATION_PARAMETERS } from './authorization-request.ts';
import { addressByGet, type Browser, type BrowserEndpoint, isOfBrowser, readBrowserRequest } from './browser-request.ts';
import type { SignInProblem } from './pages/sign-in-page.ts';
import type { SealedRequest } from './sealed-request.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** Name and password as typed. Empty where it was left out. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Passwords of the page that asks for a new one. */
  readonly change?: { readonly newPassword: string; readonly repeatedPassword: string };
}

export interface Page {
  /** Parameters of the authorization request, however it came. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly browser: Browser;
  /** Where the browser is to ask once more: it has sent no cookie. */
  readonly askAgainAt?: string;
  readonly credentials?: Credentials;
  readonly decision?: 'allow' | 'deny';
  /** The sign-in that the page was shown to: the digest of its cookie. */
  readonly shownTo?: string;
  /** The scopes that the user was asked about. */
  readonly shownScopes?: readonly string[];
  /** Why nothing of the form counts. */
  readonly problem?: SignInProblem;
}

/** Seconds that a page may stay open. */
const PAGE_SECONDS = 3600;
const PAGE_FIELDS = ['sealed_request', 'username', 'password', 'new_password', 'repeated_password', 'decision'] as const;
const AUTHORIZE: BrowserEndpoint = {
  purpose: 'authorize',
  parameters: AUTHORIZATION_PARAMETERS,
  fields: new Set([...AUTHORIZATION_PARAMETERS, ...PAGE_FIELDS]),
};

/** @throws OAuthError `invalid_request`, Unavailable where the keys can't be had */
export async function readPage(dependencies: SignInDependencies, http: HttpRequest, nowSeconds: number): Promise<Page> {
  const { parameters, browser, form } = await readBrowserRequest(dependencies, http, AUTHORIZE, nowSeconds);
  if (browser.sentNoCookie) return { parameters, browser, askAgainAt: addressByGet('authorize', parameters) };
  if (form === undefined) return { parameters, browser };
  const { sealed, sent } = form;
  if (!isOfBrowser(sealed, browser)) return { parameters, browser, problem: { message: 'cookiesNeeded', status: 400 } };
  if (nowSeconds >= sealed.sealedAtSeconds + PAGE_SECONDS) return { parameters, browser, problem: { message: 'pageExpired', status: 400 } };
  const decision = sent.get('decision');
  const answer =
    decision === undefined
      ? { credentials: credentialsOf(sent) }
      : { decision: decision === 'allow' ? ('allow' as const) : ('deny' as const) };
  return { parameters, browser, ...shownOf(sealed), ...answer };
}

function shownOf({ shownTo, scopes }: SealedRequest): Pick<Page, 'shownScopes' | 'shownTo'> {
  return { ...(shownTo !== undefined && { shownTo }), ...(scopes !== undefined && { shownScopes: scopes }) };
}

function credentialsOf(sent: ReadonlyMap<string, string>): Credentials {
  const sentValue = (name: (typeof PAGE_FIELDS)[number]): string => sent.get(name) ?? '';
  const change = { newPassword: sentValue('new_password'), repeatedPassword: sentValue('repeated_password') };
  const isChange = sent.has('new_password') || sent.has('repeated_password');
  return { username: sentValue('username'), password: sentValue('password'), ...(isChange && { change }) };
}
