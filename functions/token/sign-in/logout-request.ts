// Reads what the browser sent to `/oauth2/logout`: the request of a client, or the form of our own question.

import { OAuthError } from '../../shared/errors.ts';
import type { HttpRequest } from '../http-request.ts';
import { parseForm } from '../token-request.ts';
import { type Browser, findBrowser, onlyOf, queryParameters, refuseForeignOrigin } from './browser-request.ts';
import { unsealRequest } from './sealed-request.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

export interface LogoutPage {
  readonly parameters: ReadonlyMap<string, string>;
  readonly browser: Browser;
  readonly decision?: 'allow' | 'deny';
  /** The session that was asked about. */
  readonly sid?: string;
}

/** RP-Initiated Logout 1.0 section 2; `logout_hint` is of no use, since the browser's own session is what ends. */
const LOGOUT_PARAMETERS: ReadonlySet<string> = new Set(['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'ui_locales']);
const READ: ReadonlySet<string> = new Set([...LOGOUT_PARAMETERS, 'sealed_request', 'decision']);

/** @throws OAuthError `invalid_request`, Unavailable */
export async function readLogout(dependencies: SignInDependencies, http: HttpRequest, nowSeconds: number): Promise<LogoutPage> {
  const sent = http.method === 'POST' ? parseForm(http, READ) : queryParameters(http, LOGOUT_PARAMETERS);
  const sealed = http.method === 'POST' ? sent.get('sealed_request') : undefined;
  const browser = findBrowser(dependencies.cookies, http);
  if (sealed === undefined) return { parameters: onlyOf(sent, LOGOUT_PARAMETERS), browser };
  refuseForeignOrigin(http, dependencies.issuer);
  const keys = (await dependencies.signingKeys()).sealingKeys(nowSeconds);
  const request = unsealRequest(keys, 'sign-out', sealed);
  if (request === undefined) throw new OAuthError('invalid_request', 'sealed-request-unreadable');
  const parameters = new Map(Object.entries(request.parameters));
  // From another browser it is a request like any other, and asks again.
  if (request.browserDigest !== browser.digest || request.sid === undefined) return { parameters, browser };
  return { parameters, browser, sid: request.sid, decision: sent.get('decision') === 'allow' ? 'allow' : 'deny' };
}
