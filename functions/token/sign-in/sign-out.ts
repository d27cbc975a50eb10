// FLOW of `/oauth2/logout` (OpenID Connect RP-Initiated Logout 1.0): who asks → the session of this browser → the question,
// unless an ID token of this session stands behind the request → the session and its grants end → the clients are told →
// the page, or back to where the client has registered.

import type { Client, Tenant } from '../../configuration/model.ts';
import { subjectOf } from '../../configuration/username.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import type { RequestTrace } from '../request-trace.ts';
import { withParameters } from './authorization-response.ts';
import { sealForBrowser } from './browser-request.ts';
import { sessionIdOf } from './cookies.ts';
import { endSession, findSessionId } from './end-session.ts';
import { errorPage, wireErrorOf } from './errors.ts';
import { type IdTokenHint, verifyIdTokenHint } from './id-token-hint.ts';
import { type LogoutPage, readLogout } from './logout-request.ts';
import type { PageContext } from './pages/layout.ts';
import { messagePage } from './pages/message-page.ts';
import { signOutPage } from './pages/sign-out-page.ts';
import { findTexts } from './pages/texts/index.ts';
import { isRegistered } from './redirect-uri.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

export async function signOut(dependencies: SignInDependencies, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  let context: PageContext = { texts: await findTexts(undefined, http.acceptLanguage), tenant: undefined };
  try {
    const page = await readLogout(dependencies, http, nowSeconds);
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
  const secret = tenant === undefined ? undefined : dependencies.cookies.findSession(http.cookie, tenant.name);
  const stored = tenant === undefined ? undefined : await findStored(given, tenant, secret);
  if (tenant === undefined || stored === undefined) return goBack(given, []);
  if (page.decision === 'deny') return messagePage(context, { title: 'somethingIsWrong', message: 'signedOutElsewhere', status: 200 });
  // Who holds an ID token of this very session speaks for its user (A128).
  const isCertain =
    (hint?.sid === stored.sid && hint.subject === subjectOf(stored.user)) || (page.decision === 'allow' && page.sid === stored.sid);
  if (!isCertain) {
    const sealed = await sealForBrowser(given, 'sign-out', { sid: stored.sid });
    return { ...signOutPage(context, sealed), cookies: page.browser.setCookies };
  }
  await endSession(dependencies, tenant, stored);
  trace.note({ audit: 'signed-out', subject: subjectOf(stored.user) });
  return goBack(given, [dependencies.cookies.clearSession(tenant.name)]);
}

/**
 * The session of the cookie. A form that an application's page posts brings no cookie along (`SameSite=Lax`): then it is
 * the session that the ID token names, found by its grants.
 */
async function findStored({ dependencies, hint, nowSeconds }: LogoutCase, tenant: Tenant, secret: string | undefined) {
  const { sessions, grants } = dependencies;
  if (secret !== undefined) return sessions.findSession(sessionIdOf(tenant.name, secret));
  if (hint?.sid === undefined) return undefined;
  const sessionId = await findSessionId(grants, { subject: hint.subject, sid: hint.sid, tenant: tenant.name }, nowSeconds);
  return sessionId === undefined ? undefined : sessions.findSession(sessionId);
}

/** Redirects to the address that the client has registered, and to no other (A129). */
function goBack({ page, client, context }: LogoutCase, cookies: readonly string[]): HttpResponse {
  const uri = page.parameters.get('post_logout_redirect_uri');
  if (uri === undefined || client === undefined || !isRegistered(client.postLogoutRedirectUris, uri))
    return { ...messagePage(context, { title: 'signedOut', message: 'signedOut', status: 200 }), cookies };
  const state = page.parameters.get('state');
  const location = withParameters(uri, state === undefined ? [] : [['state', state]]);
  return {
    statusCode: 303,
    headers: { Location: location, 'Cache-Control': 'no-store', Pragma: 'no-cache', 'Referrer-Policy': 'no-referrer' },
    cookies,
    body: '',
  };
}

/** An ID token of ours, expired or not; anything else that was sent as one is no hint. */
async function findHint(dependencies: SignInDependencies, token: string | undefined): Promise<IdTokenHint | undefined> {
  return token === undefined ? undefined : verifyIdTokenHint(dependencies, token);
}

/** @throws OAuthError where `client_id` is not the client of the hint */
async function findClient({ clients }: SignInDependencies, page: LogoutPage, hint: IdTokenHint | undefined): Promise<Client | undefined> {
  const clientId = page.parameters.get('client_id');
  if (hint !== undefined && clientId !== undefined && clientId !== hint.clientId) throw new OAuthError('invalid_request', 'two-client-ids');
  const asked = hint?.clientId ?? clientId;
  return asked === undefined || asked.length > 256 ? undefined : clients.findClient(asked);
}

/** More tenants than a browser signs in to. */
const MAX_TENANTS = 8;

/** The tenant of the client; without one, the only tenant with whom this browser has a session. */
async function findTenant(
  { tenants, cookies, sessions }: SignInDependencies,
  client: Client | undefined,
  http: HttpRequest,
): Promise<Tenant | undefined> {
  if (client !== undefined) return tenants.findTenant(client.tenant);
  const live: string[] = [];
  for (const name of cookies.tenantsOfSessions(http.cookie).slice(0, MAX_TENANTS)) {
    const secret = cookies.findSession(http.cookie, name);
    // Cookies outlive their sessions.
    if (secret !== undefined && (await sessions.findSession(sessionIdOf(name, secret))) !== undefined) live.push(name);
  }
  const [only, second] = live;
  if (second !== undefined) throw new OAuthError('invalid_request', 'missing-client-id');
  return only === undefined ? undefined : tenants.findTenant(only);
}
