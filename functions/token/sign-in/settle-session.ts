// What becomes of the session that a browser has when somebody signs in there again. The same user goes on with it: other
// clients know it by its `sid`, and nothing of theirs ends. Anybody else ends it, as a sign-out would.

import { isLiveSession } from '../../configuration/session-life.ts';
import { subjectOf } from '../../configuration/username.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import { passwordFault } from '../../userstores/password-state.ts';
import type { AuthorizationCase, SignedIn } from './authorization-case.ts';
import { endSession } from './end-session.ts';
import type { JudgedRight } from './judge-login.ts';
import { beginSession, findSessionOfCookie, type SessionBefore } from './sign-in-session.ts';

/** How often another tab may be first. */
const MAX_ROUNDS = 3;

/** The session of the browser's cookie, within its limits. @throws Unavailable */
export async function findSessionBefore({
  dependencies,
  http,
  request,
  nowSeconds,
}: AuthorizationCase): Promise<SessionBefore | undefined> {
  const { tenant } = request;
  const proof = dependencies.cookies.findSession(http.cookie, tenant.name);
  const session = await findSessionOfCookie(dependencies, tenant.name, proof);
  if (proof === undefined || session === undefined || !isLiveSession(session, tenant, nowSeconds)) return undefined;
  return { handle: proof.handle, session };
}

/** Who has just shown a password: signed in by the session before where it goes on, else by one that begins. Nothing is written yet. */
export function signedInAgain(
  { request, nowSeconds }: AuthorizationCase,
  { user, signIn }: JudgedRight,
  before: SessionBefore | undefined,
): SignedIn {
  const { tenant } = request;
  const isToGoOn =
    before !== undefined &&
    subjectOf(before.session.user) === subjectOf(user) &&
    // What began with the password before ends with it (A101).
    passwordFault(before.session.user, user, tenant.endOnPasswordChange) === undefined;
  const { session, cookie } = beginSession(tenant, user, nowSeconds, isToGoOn ? before : undefined);
  return { session, begun: { cookie, signIn, isStored: false, ...(before !== undefined && { before: before.session }) } };
}

/**
 * Ends or renews the session that the browser had before, where there is one.
 *
 * @throws Unavailable: then nobody is signed in anew
 */
export async function settleSession(given: AuthorizationCase, signedIn: SignedIn): Promise<SignedIn> {
  const { dependencies, request, nowSeconds, trace } = given;
  const { session, begun } = signedIn;
  if (begun?.before === undefined) return signedIn;
  if (begun.before.id !== session.id) {
    await endSession(dependencies, request.tenant, begun.before);
    trace.note({ endedSessionOf: subjectOf(begun.before.user) });
    return signedIn;
  }
  if (await renew(given, begun.before, session)) return { session, begun: { ...begun, isStored: true } };
  // It has ended meanwhile, and its clients were told: what has ended does not come back.
  const another = beginSession(request.tenant, session.user, nowSeconds);
  return { session: another.session, begun: { cookie: another.cookie, signIn: begun.signIn, isStored: false } };
}

/** Race: a sign-in in another tab, which renews it first, or a sign-out, which ends it. False: it has ended. */
async function renew({ dependencies }: AuthorizationCase, before: SignInSession, session: SignInSession): Promise<boolean> {
  let from: SignInSession | undefined = before;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (await dependencies.sessions.renewSession(from, session)) return true;
    from = await dependencies.sessions.findSession(session.id);
    if (from === undefined || subjectOf(from.user) !== subjectOf(session.user)) return false;
  }
  throw new Unavailable('dynamodb', 'throttled');
}
