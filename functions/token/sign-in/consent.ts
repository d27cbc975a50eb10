// Consent of a user that a client may act for her, asked once for each client and set of scopes (A126). Clients of the
// organisation itself say so in their entry and are not asked for; no document can say that of its client.

import { isDeclaredDead } from '../../configuration/declared-dead.ts';
import type { Consent } from '../../storage/sign-in-session.ts';
import type { HttpResponse } from '../http-response.ts';
import type { AuthorizationCase, SignedIn } from './authorization-case.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { sealForBrowser } from './browser-request.ts';
import { consentPage } from './pages/consent-page.ts';

/**
 * Whether a yes is good for the next time as well. Not for a client that anybody may be, and not for one whose answer goes to a
 * program on the user's device: that may be any program, since the document of the client vouches for none of them (RFC 8252
 * section 8.6).
 */
export function isConsentKept({ client, redirectUri }: Pick<AuthorizationRequest, 'client' | 'redirectUri'>): boolean {
  return client.document === undefined || (client.document.isTrusted && redirectUri.startsWith('https://'));
}

/** @throws Unavailable */
export async function isConsentNeeded(
  { dependencies, request }: AuthorizationCase,
  asked: Omit<Consent, 'allowedAtSeconds'>,
): Promise<boolean> {
  if (request.prompt.has('consent')) return true;
  if (request.client.firstParty) return false;
  if (!isConsentKept(request)) return true;
  const remembered = await dependencies.sessions.findConsent(asked);
  // What an operator has declared dead is not made again of a yes that is as old.
  if (remembered === undefined || isDeclaredDead({ issuedAtSeconds: remembered.allowedAtSeconds }, request.tenant, request.client))
    return true;
  return !asked.scopes.every((scope) => remembered.scopes.includes(scope));
}

/** Shows the page, after it has stored the session that this request may have begun. @param signedIn as `settleSession` left it */
export async function askConsent(given: AuthorizationCase, signedIn: SignedIn, scopes: readonly string[]): Promise<HttpResponse> {
  const { dependencies, nowSeconds, page, request, context } = given;
  const { session, begun } = signedIn;
  if (begun !== undefined) await dependencies.sessions.saveSignIn({ ...(!begun.isStored && { session }), signIn: begun.signIn });
  const sealed = await sealForBrowser(given, 'authorize', { shownTo: session.secretDigest, scopes });
  const { client, redirectUri, tenant } = request;
  const descriptions = describeScopes(given, scopes);
  const response = consentPage(context, sealed, { client, redirectUri, scopes: descriptions, username: session.user.username });
  const cookie =
    begun === undefined ? [] : [dependencies.cookies.setSession(tenant.name, begun.cookie, session.expiresAtSeconds - nowSeconds)];
  return { ...response, cookies: [...page.browser.setCookies, ...cookie] };
}

/** Our own scopes in the user's language; the tenant's by their descriptions, else by their names. */
function describeScopes({ request, context: { texts } }: AuthorizationCase, scopes: readonly string[]): readonly string[] {
  const own = new Map([
    ['profile', texts.scopes.profile],
    ['email', texts.scopes.email],
    ['offline_access', texts.scopes.offlineAccess],
  ]);
  return scopes
    .filter((scope) => scope !== 'default' && scope !== 'openid')
    .map((scope) => own.get(scope) ?? request.tenant.scopes.get(scope)?.description ?? scope);
}
