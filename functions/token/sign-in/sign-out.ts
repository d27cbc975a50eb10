// FLOW of `/oauth2/logout` (OpenID Connect RP-Initiated Logout 1.0): who asks → the session of this browser → the question,
// unless an ID token of this session stands behind the request → the session and its grants end → the clients are told →
// the page, or back to where the client has registered.

import type { Client, Tenant } from '../../configuration/model.ts';
import { subjectOf } from '../../configuration/username.ts';
import { OAuthError } from '../../shared/errors.ts';
import { findClient as findNamedClient } from '../find-client.ts';
import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import type { RequestTrace } from '../request-trace.ts';
import { seeOther, withParameters } from './authorization-response.ts';
import { sealForBrowser } from './browser-request.ts';
import type { SessionProof } from './cookies.ts';
import { endSession, readGrantsOf } from './end-session.ts';
import { errorPage, wireErrorOf } from './errors.ts';
import { type IdTokenHint, verifyIdTokenHint } from './id-token-hint.ts';
import { type LogoutPage, readLogout } from './logout-request.ts';
import type { PageContext } from './pages/layout.ts';
import { messagePage } from './pages/message-page.ts';
import { signOutPage } from './pages/sign-out-page.ts';
import { findTexts } from './pages/texts/index.ts';
import { isRegistered } from './redirect-uri.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';
import { findSessionOfCookie } from './sign-in-session.ts';

export async function signOut(dependencies: SignInDependencies, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  let context: PageContext = { texts: await findTexts(undefined, http.acceptLanguage), tenant: undefined };
  try {
    const page = await readLogout(dependencies, http, nowSeconds);
    if (page.askAgainAt !== undefined) return seeOther(page.askAgainAt);
    const hint = await findHint(dependencies, page.parameters.get('id_token_hint'));
    const client = await findClient(dependencies, page, hint);
    const tenant = await findTenant(dependencies, client, http);
    context = { texts: await findTexts(page.parameters.get('ui_locales'), http.acceptLanguage), tenant };
    if (tenant !== undefined) trace.note({ tenant: tenant.name, ...(client !== undefined && { clientId: client.clientId }) });
    return await decide({ dependencies, http, trace, nowSeconds, page, hint, client, tenant, context });
  } catch (cause) {
    const error = wireErrorOf(cause);
    trace.note({ error: error.code, reason: error.reason });
    return errorPage(context, error);
  }
}

interface LogoutCase {
  readonly dependencies: SignInDependencies;
  readonly http: HttpRequest;
  readonly trace: RequestTrace;
  readonly nowSeconds: number;
  readonly page: LogoutPage;
  readonly hint: IdTokenHint | undefined;
  readonly client: Client | undefined;
  readonly tenant: Tenant | undefined;
  readonly context: PageContext;
}

async function decide(given: LogoutCase): Promise<HttpResponse> {
  const { dependencies, http, trace, page, hint, tenant, context } = given;
  const found =
    tenant === undefined ? undefined : await findStored(given, tenant, dependencies.cookies.findSession(http.cookie, tenant.name));
  if (tenant === undefined || found === undefined) return goBack(given, []);
  const { session: stored, held } = found;
  if (page.decision === 'deny') return messagePage(context, { title: 'somethingIsWrong', message: 'signedOutElsewhere', status: 200 });
  // Who holds an ID token of this very session speaks for its user (A128).
  const isCertain =
    (hint?.sid === stored.sid && hint.subject === subjectOf(stored.user)) ||
    (page.decision === 'allow' && page.shownTo === stored.secretDigest);
  if (!isCertain) {
    const sealed = await sealForBrowser(given, 'sign-out', { shownTo: stored.secretDigest });
    return { ...signOutPage(context, sealed), cookies: page.browser.setCookies };
  }
  await endSession(dependencies, tenant, stored, held);
  trace.note({ audit: 'signed-out', subject: subjectOf(stored.user) });
  return goBack(given, [dependencies.cookies.clearSession(tenant.name)]);
}

/**
 * The session of the cookie. A form that an application's page posts brings no cookie along (`SameSite=Lax`): then it is
 * the session that the ID token names, found by its grants.
 */
async function findStored({ dependencies, hint, nowSeconds }: LogoutCase, tenant: Tenant, proof: SessionProof | undefined) {
  const { sessions, grants } = dependencies;
  if (proof !== undefined) {
    const session = await findSessionOfCookie(dependencies, tenant.name, proof);
    return session && { session, held: undefined };
  }
  if (hint?.sid === undefined) return undefined;
  const held = await readGrantsOf(grants, hint.subject, nowSeconds);
  const id = held.find((grant) => grant.session?.sid === hint.sid && grant.tenant === tenant.name)?.session?.id;
  const session = id === undefined ? undefined : await sessions.findSession(id);
  return session && { session, held };
}

/** Redirects to the address that the client has registered, and to no other (A129). */
function goBack({ page, client, context }: LogoutCase, cookies: readonly string[]): HttpResponse {
  const uri = page.parameters.get('post_logout_redirect_uri');
  if (uri === undefined || client === undefined || !isRegistered(client.postLogoutRedirectUris, uri))
    return { ...messagePage(context, { title: 'signedOut', message: 'signedOut', status: 200 }), cookies };
  const state = page.parameters.get('state');
  const location = withParameters(uri, state === undefined ? [] : [['state', state]]);
  return seeOther(location, cookies);
}

/** An ID token of ours, expired or not; anything else that was sent as one is no hint. */
async function findHint(dependencies: SignInDependencies, token: string | undefined): Promise<IdTokenHint | undefined> {
  return token === undefined ? undefined : verifyIdTokenHint(dependencies, token);
}

/** @throws OAuthError where `client_id` is not the client of the hint */
async function findClient(dependencies: SignInDependencies, page: LogoutPage, hint: IdTokenHint | undefined): Promise<Client | undefined> {
  const clientId = page.parameters.get('client_id');
  if (hint !== undefined && clientId !== undefined && clientId !== hint.clientId) throw new OAuthError('invalid_request', 'two-client-ids');
  const asked = hint?.clientId ?? clientId;
  if (asked === undefined) return undefined;
  const found = await findNamedClient(dependencies, asked);
  return found.kind === 'found' ? found.client : undefined;
}

/** More tenants than a browser signs in to. */
const MAX_TENANTS = 8;

/** The tenant of the client; without one, the only tenant with whom this browser has a session. */
async function findTenant(dependencies: SignInDependencies, client: Client | undefined, http: HttpRequest): Promise<Tenant | undefined> {
  const { tenants, cookies } = dependencies;
  if (client !== undefined) return tenants.findTenant(client.tenant);
  const live: string[] = [];
  for (const name of cookies.tenantsOfSessions(http.cookie).slice(0, MAX_TENANTS)) {
    // Cookies outlive their sessions.
    const session = await findSessionOfCookie(dependencies, name, cookies.findSession(http.cookie, name));
    if (session !== undefined) live.push(name);
  }
  const [only, second] = live;
  if (second !== undefined) throw new OAuthError('invalid_request', 'missing-client-id');
  return only === undefined ? undefined : tenants.findTenant(only);
}
