// FLOW of `/oauth2/authorize` (RFC 6749 section 4.1, OpenID Connect Core section 3.1.2): who asks and where the answer
// goes → the session, or the page that asks for name and password → consent → code. Nothing is stored before a password
// was right.

import { grantScopes } from '../../configuration/scopes.ts';
import { isToTouch } from '../../configuration/session-life.ts';
import { subjectOf } from '../../configuration/username.ts';
import { OAuthError, Unavailable } from '../../shared/errors.ts';
import { describe } from '../error-response.ts';
import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import type { RequestTrace } from '../request-trace.ts';
import type { AuthorizationCase, SignedIn } from './authorization-case.ts';
import { newCode } from './authorization-code.ts';
import { type AnswerAddress, type AuthorizationRequest, findAnswerAddress, parseAuthorizationRequest } from './authorization-request.ts';
import { answerClient, seeOther } from './authorization-response.ts';
import { sealForBrowser } from './browser-request.ts';
import { askConsent, isConsentKept, isConsentNeeded } from './consent.ts';
import { errorPage, isForClient, wireErrorOf } from './errors.ts';
import { judgeHint } from './id-token-hint.ts';
import { judgeLogin } from './judge-login.ts';
import { readPage } from './page-answer.ts';
import { changePasswordPage } from './pages/change-password-page.ts';
import type { PageContext } from './pages/layout.ts';
import { type SignInProblem, signInPage } from './pages/sign-in-page.ts';
import { findTexts } from './pages/texts/index.ts';
import { findSessionBefore, settleSession, signedInAgain } from './settle-session.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';
import { recheckSession } from './sign-in-session.ts';

export async function authorize(dependencies: SignInDependencies, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  let context: PageContext = { texts: await findTexts(undefined, http.acceptLanguage), tenant: undefined };
  let address: AnswerAddress | undefined;
  try {
    const page = await readPage(dependencies, http, nowSeconds);
    if (page.askAgainAt !== undefined) return seeOther(page.askAgainAt);
    if (dependencies.ownTenant !== undefined) trace.note({ tenant: dependencies.ownTenant });
    const found = await findAnswerAddress(dependencies, page.parameters);
    trace.note({ tenant: found.tenant.name, clientId: found.client.clientId });
    context = { texts: await findTexts(page.parameters.get('ui_locales'), http.acceptLanguage), tenant: found.tenant };
    address = found;
    const request = parseAuthorizationRequest(found, page.parameters);
    return await decide({ dependencies, http, trace, nowSeconds, page, request, context });
  } catch (cause) {
    const error = wireErrorOf(cause);
    // Of a document that can't be had, the line says why not; the page does not (A131).
    const { cause: outage } = error;
    trace.note({
      error: error.code,
      reason: error.reason,
      ...(outage instanceof Unavailable && { dependency: outage.dependency, outage: outage.reason }),
    });
    if (address === undefined || !isForClient(error) || !maySendOn(address, error)) return errorPage(context, error);
    return answerClient(address, { error: error.code, description: describe(error) }, { issuer: dependencies.issuer, context });
  }
}

/**
 * Whether an error may send the user on. To the address of a client that anybody may be, only the user's own no does: else
 * every page on the Internet could publish a document, and send people there by our address (RFC 9700 section 4.11.2, A119).
 */
function maySendOn({ client }: AnswerAddress, { reason }: OAuthError): boolean {
  return client.document === undefined || client.document.isTrusted || reason === 'consent-denied';
}

async function decide(given: AuthorizationCase): Promise<HttpResponse> {
  const { dependencies, page, request } = given;
  if (page.problem !== undefined) return showSignIn(given, page.problem);
  const before = await findSessionBefore(given);
  let signedIn: SignedIn | undefined;
  if (page.credentials !== undefined) {
    const judged = await judgeLogin(given, page.credentials);
    if (judged.kind === 'problem') return showSignIn(given, judged.problem, page.credentials.username);
    signedIn = signedInAgain(given, judged, before);
  } else if (before !== undefined) {
    const session = await recheckSession(dependencies, request.tenant, before.session).catch((cause: unknown) => {
      // Who is to sign in anew doesn't need the store of the session before.
      const isNeeded = page.shownTo !== undefined || !request.prompt.has('login');
      if (isNeeded || !(cause instanceof Unavailable)) throw cause;
      return undefined;
    });
    signedIn = session && { session };
  }
  if (signedIn === undefined || !(await isSignInEnough(given, signedIn))) {
    if (signedIn?.begun !== undefined) {
      // The right password, but not of whom the client expects (OpenID Connect Core section 3.1.2.1).
      await dependencies.sessions.saveSignIn({ signIn: signedIn.begun.signIn });
      throw new OAuthError('login_required', 'other-user-than-hint');
    }
    if (request.prompt.has('none')) throw new OAuthError('login_required', 'no-session');
    return showSignIn(given);
  }
  try {
    return await answerSignedIn(given, signedIn);
  } catch (error) {
    // The password was right: who tries again in an outage must not be locked out for it (A93).
    const signIn = error instanceof OAuthError ? undefined : signedIn.begun?.signIn;
    if (signIn !== undefined) await dependencies.sessions.saveSignIn({ signIn }).catch(() => {});
    throw error;
  }
}

/** Whether the sign-in that there is satisfies what the client asks of it. */
async function isSignInEnough({ dependencies, request, page, nowSeconds }: AuthorizationCase, signedIn: SignedIn): Promise<boolean> {
  const { session, begun } = signedIn;
  const isOfThisRequest = begun !== undefined || page.shownTo === session.secretDigest;
  if (!isOfThisRequest && (request.prompt.has('login') || request.prompt.has('select_account'))) return false;
  const age = nowSeconds - session.authTimeSeconds;
  // Zero asks for a sign-in now, as prompt=login does, and not for one of this very second.
  if (!isOfThisRequest && request.maxAgeSeconds !== undefined && (age > request.maxAgeSeconds || request.maxAgeSeconds === 0)) return false;
  if (request.idTokenHint === undefined) return true;
  const judged = await judgeHint(dependencies, request, session);
  // What is no hint, any more or at all, must not keep out who has just signed in.
  return judged === 'same-user' || (judged === 'no-hint' && isOfThisRequest);
}

async function answerSignedIn(given: AuthorizationCase, unsettled: SignedIn): Promise<HttpResponse> {
  const { dependencies, trace, nowSeconds, page, request, context } = given;
  const { user } = unsettled.session;
  trace.note({ subject: subjectOf(user) });
  const scopes = grantScopes(request.tenant, request.client, request.askedScopes, user.roles);
  const consent = {
    tenant: request.tenant.name,
    subject: subjectOf(user),
    clientId: request.client.clientId,
    scopes,
    ...resourcesOf(request),
  };
  if (page.decision === 'deny') throw new OAuthError('access_denied', 'consent-denied');
  // A decision counts for the sign-in that it was asked of, and for the scopes that were shown: entries may have changed (A126).
  const isShown = scopes.every((scope) => page.shownScopes?.includes(scope) === true);
  const isAllowed = page.decision === 'allow' && page.shownTo === unsettled.session.secretDigest && isShown;
  const isToAsk = !isAllowed && (await isConsentNeeded(given, consent));
  if (isToAsk && request.prompt.has('none')) throw new OAuthError('consent_required', 'no-consent');
  const signedIn = await settleSession(given, unsettled);
  if (isToAsk) return askConsent(given, signedIn, scopes);
  const { session, begun } = signedIn;
  const { code, grant } = newCode(request, session, scopes, nowSeconds);
  const isConsentNew = isAllowed && request.client.firstParty !== true && isConsentKept(request);
  await dependencies.sessions.saveSignIn({
    ...(begun?.isStored === false && { session }),
    grant,
    ...(isConsentNew && { consent: { ...consent, allowedAtSeconds: nowSeconds } }),
    signIn: begun?.signIn,
  });
  if (begun === undefined && isToTouch(session, request.tenant, nowSeconds)) await dependencies.sessions.touchSession(session, nowSeconds);
  trace.note({ audit: begun === undefined ? 'code-issued' : 'signed-in', grant: grant.id, scopes });
  return answerClient(request, { code }, { issuer: dependencies.issuer, context, cookies: sessionCookies(given, signedIn) });
}

const resourcesOf = ({ askedResources }: AuthorizationRequest) => (askedResources.length === 0 ? {} : { resources: askedResources });

/** The cookie of a session that this request began or renewed. */
function sessionCookies({ dependencies, request, nowSeconds }: AuthorizationCase, { session, begun }: SignedIn): readonly string[] {
  if (begun === undefined) return [];
  return [dependencies.cookies.setSession(request.tenant.name, begun.cookie, session.expiresAtSeconds - nowSeconds)];
}

/** The page, with the request sealed in it for this browser. */
async function showSignIn(given: AuthorizationCase, problem?: SignInProblem, typed?: string): Promise<HttpResponse> {
  const { page, request, context } = given;
  const sealed = await sealForBrowser(given, 'authorize');
  if (problem?.asksForNewPassword === true)
    return { ...changePasswordPage(context, sealed, typed ?? '', problem), cookies: page.browser.setCookies };
  const { name, clientId, document } = request.client;
  // What a client calls itself is nothing to go by before somebody types a password.
  const clientName = document?.host ?? name ?? clientId;
  const username = typed ?? request.loginHint;
  const response = signInPage(context, sealed, { username, clientName, ...(problem !== undefined && { problem }) });
  return { ...response, cookies: page.browser.setCookies };
}
