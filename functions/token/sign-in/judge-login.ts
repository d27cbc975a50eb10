// Judges name and password of the page by the userstores, through the same gate as every other login, and puts what
// they say into what the page may say (A20, A21). Where a new password is all that a user needs, it is set here.

import type { EndUser } from '../../configuration/model.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { LoginRefusal, PasswordRejection } from '../../shared/reasons/users.ts';
import type { SignInRecord } from '../../storage/sign-in-places.ts';
import type { LoginOutcome, PasswordChange } from '../../userstores/userstore.ts';
import type { AuthorizationCase } from './authorization-case.ts';
import type { Credentials } from './page-answer.ts';
import type { SignInProblem } from './pages/sign-in-page.ts';
import type { MessageName } from './pages/texts/texts.ts';

/** The password was right. */
export interface JudgedRight {
  readonly kind: 'right';
  readonly user: EndUser;
  readonly signIn?: SignInRecord;
}

type Judged = JudgedRight | { readonly kind: 'problem'; readonly problem: SignInProblem };

/** Messages about what is wrong with an account, said only to who has shown its password. */
const ACCOUNT_MESSAGES: ReadonlyMap<LoginRefusal, MessageName> = new Map<LoginRefusal, MessageName>([
  ['user-disabled', 'accountDisabled'],
  ['account-disabled', 'accountDisabled'],
  ['account-locked', 'accountLocked'],
  ['account-expired', 'accountExpired'],
  ['password-expired', 'passwordExpired'],
  ['must-change-password', 'passwordMustChange'],
]);

const REJECTION_MESSAGES: Readonly<Record<PasswordRejection, MessageName>> = {
  'password-too-short': 'passwordTooShort',
  'password-too-simple': 'passwordTooSimple',
  'password-too-young': 'passwordTooYoung',
  'password-in-history': 'passwordInHistory',
  'password-not-accepted': 'passwordNotAccepted',
  'password-change-not-permitted': 'passwordChangeNotPermitted',
};

/** Retry-After of an outage of which nobody knows when it will be over. */
const RETRY_AFTER_SECONDS = 5;

export async function judgeLogin(given: AuthorizationCase, credentials: Credentials): Promise<Judged> {
  const { username, password, change } = credentials;
  if (username === '' || password === '') return problem('wrongCredentials', 400);
  try {
    const login = await logIn(given, username, password);
    const isChangeable = login.kind === 'refused' && login.changeableBy !== undefined;
    return change !== undefined && isChangeable ? await changePassword(given, credentials, login) : judged(given, login);
  } catch (error) {
    // Never "wrong password": nobody has judged it.
    return outage(given, error, 'unavailable');
  }
}

/** @throws what is no outage */
function outage({ trace }: AuthorizationCase, error: unknown, message: MessageName): Judged {
  if (!(error instanceof Unavailable)) throw error;
  trace.note({ reason: error.reason, dependency: error.dependency });
  return problem(message, 503, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function logIn(
  { dependencies, http, page, request, trace }: AuthorizationCase,
  typedUsername: string,
  password: string,
): Promise<LoginOutcome> {
  return dependencies.userstores.authenticateUser({
    ...{ typedUsername, password, requiredTenant: request.tenant.name },
    sourceAddress: http.sourceAddress,
    // The browser's own.
    addressSpeaksForMany: false,
    browser: page.browser.digest,
    note: trace.note,
  });
}

/** The old password was right a moment ago; then the new one is what the user signs in with. */
async function changePassword(
  given: AuthorizationCase,
  { username, password, change }: Credentials,
  { changeableBy }: Extract<LoginOutcome, { kind: 'refused' }>,
): Promise<Judged> {
  if (change === undefined || changeableBy === undefined) return problem('wrongCredentials', 400);
  const { newPassword, repeatedPassword } = change;
  if (newPassword === '' || newPassword !== repeatedPassword) return problem('passwordsDiffer', 400, { asksForNewPassword: true });
  let changed: PasswordChange | undefined;
  try {
    changed = await given.dependencies.userstores.changePassword(given.request.tenant, changeableBy, password, newPassword);
  } catch (error) {
    given.trace.note({ passwordChange: 'unknown' });
    return outage(given, error, 'passwordChangeUnknown');
  }
  if (changed?.kind !== 'changed') {
    const reason = changed?.reason ?? 'password-change-not-permitted';
    given.trace.note({ audit: 'password-change-rejected', reason });
    return problem(REJECTION_MESSAGES[reason], 400, { asksForNewPassword: true });
  }
  given.trace.note({ passwordChange: 'changed' });
  return signInAfterChange(given, username, { newPassword, isStateOld: changed.isStateOld === true });
}

/** Whatever becomes of the sign-in, the user is told that the password is the new one. */
async function signInAfterChange(
  given: AuthorizationCase,
  username: string,
  { newPassword, isStateOld }: { readonly newPassword: string; readonly isStateOld: boolean },
): Promise<Judged> {
  let login: LoginOutcome;
  try {
    login = await logIn(given, username, newPassword);
  } catch (error) {
    return outage(given, error, 'passwordChanged');
  }
  const result = judged(given, login);
  if (result.kind === 'problem')
    return result.problem.message === 'wrongCredentials' ? problem('passwordChanged', result.problem.status) : result;
  if (!isStateOld) return result;
  // What the directory says may be from before the change: remembered, it would end the session at its next look.
  const { passwordState: _, ...user } = result.user;
  return { ...result, user };
}

function judged({ trace }: AuthorizationCase, login: LoginOutcome): Judged {
  switch (login.kind) {
    case 'authenticated':
      trace.note({ userstore: login.user.domain });
      return { kind: 'right', user: login.user, ...(login.signIn !== undefined && { signIn: login.signIn }) };
    case 'locked':
      trace.note({ audit: 'login-locked', reason: 'locked' });
      return problem('tooManyAttempts', 429, { retryAfterSeconds: Math.max(1, Math.ceil(login.retryAfterSeconds)) });
    case 'refused': {
      trace.note({ audit: 'login-refused', reason: login.reason });
      const message = login.isPasswordRight === true ? ACCOUNT_MESSAGES.get(login.reason) : undefined;
      return problem(message ?? 'wrongCredentials', 400, login.changeableBy === undefined ? {} : { asksForNewPassword: true });
    }
  }
}

const problem = (message: MessageName, status: number, more: Omit<SignInProblem, 'message' | 'status'> = {}): Judged => ({
  kind: 'problem',
  problem: { message, status, ...more },
});
