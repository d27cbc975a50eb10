// Reads what the browser sent to `/oauth2/logout`: the request of a client, or the form of our own question.

import { OAuthError } from '../../shared/errors.ts';
import type { HttpRequest } from '../http-request.ts';
import { MAX_STATE_CHARACTERS } from './authorization-request.ts';
import { addressByGet, type Browser, type BrowserEndpoint, isOfBrowser, readBrowserRequest } from './browser-request.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

export interface LogoutPage {
  readonly parameters: ReadonlyMap<string, string>;
  readonly browser: Browser;
  /** Where the browser is to ask once more: it has sent no cookie. */
  readonly askAgainAt?: string;
  readonly decision?: 'allow' | 'deny';
  /** The sign-in that was asked about: the digest of its cookie. */
  readonly shownTo?: string;
}

/** RP-Initiated Logout 1.0 section 2; `logout_hint` is of no use, since the browser's own session is what ends. */
const LOGOUT_PARAMETERS: ReadonlySet<string> = new Set(['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'ui_locales']);
const LOGOUT: BrowserEndpoint = {
  purpose: 'sign-out',
  parameters: LOGOUT_PARAMETERS,
  fields: new Set([...LOGOUT_PARAMETERS, 'sealed_request', 'decision']),
};

/** @throws OAuthError `invalid_request`, Unavailable */
export async function readLogout(dependencies: SignInDependencies, http: HttpRequest, nowSeconds: number): Promise<LogoutPage> {
  const { parameters, browser, form } = await readBrowserRequest(dependencies, http, LOGOUT, nowSeconds);
  if ((parameters.get('state')?.length ?? 0) > MAX_STATE_CHARACTERS) throw new OAuthError('invalid_request', 'state-too-long');
  // An ID token names its session itself, and a client that posts it keeps it out of URLs.
  if (browser.sentNoCookie && !parameters.has('id_token_hint'))
    return { parameters, browser, askAgainAt: addressByGet('logout', parameters) };
  // From another browser it is a request like any other, and asks again.
  if (form?.sealed.shownTo === undefined || !isOfBrowser(form.sealed, browser)) return { parameters, browser };
  return { parameters, browser, shownTo: form.sealed.shownTo, decision: form.sent.get('decision') === 'allow' ? 'allow' : 'deny' };
}
