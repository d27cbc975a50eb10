// Judges name and password of the page by the userstores, through the same gate as every other login, and puts what
// they say into what the page may say (A20, A21).

import type { EndUser } from '../../configuration/model.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { AttemptKey } from '../../storage/stores.ts';
import type { AuthorizationCase } from './authorization-case.ts';
import type { SignInProblem } from './pages/sign-in-page.ts';
import type { MessageName } from './pages/texts/texts.ts';

type Judged =
  | { readonly kind: 'right'; readonly user: EndUser; readonly clearAttempts: readonly AttemptKey[] }
  | { readonly kind: 'problem'; readonly problem: SignInProblem };

/** What is wrong with an account, said only to who has shown its password. */
const ACCOUNT_MESSAGES: ReadonlyMap<string, MessageName> = new Map([
  ['user-disabled', 'accountDisabled'],
  ['account-disabled', 'accountDisabled'],
  ['account-locked', 'accountLocked'],
  ['account-expired', 'accountExpired'],
  ['password-expired', 'passwordExpired'],
  ['must-change-password', 'passwordMustChange'],
]);

/** Retry-After of an outage of which nobody knows when it will be over. */
const RETRY_AFTER_SECONDS = 5;

export async function judgeLogin(
  { dependencies, http, request, trace }: AuthorizationCase,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<Judged> {
  if (username === '' || password === '') return problem('wrongCredentials', 400);
  try {
    const login = await dependencies.userstores.authenticateUser({
      typedUsername: username,
      password,
      requiredTenant: request.tenant.name,
      sourceAddress: http.sourceAddress,
    });
    switch (login.kind) {
      case 'authenticated':
        trace.note({ userstore: login.user.domain });
        return { kind: 'right', user: login.user, clearAttempts: login.attemptKeys };
      case 'locked':
        trace.note({ audit: 'login-locked', reason: 'locked' });
        return problem('tooManyAttempts', 429, Math.max(1, Math.ceil(login.retryAfterSeconds)));
      case 'refused': {
        trace.note({ audit: 'login-refused', reason: login.reason });
        const message = login.isPasswordRight === true ? ACCOUNT_MESSAGES.get(login.reason) : undefined;
        return problem(message ?? 'wrongCredentials', 400);
      }
    }
  } catch (error) {
    // Never "wrong password": nobody has judged it.
    if (!(error instanceof Unavailable)) throw error;
    trace.note({ reason: error.reason, dependency: error.dependency });
    return problem('unavailable', 503, RETRY_AFTER_SECONDS);
  }
}

const problem = (message: MessageName, status: number, retryAfterSeconds?: number): Judged => ({
  kind: 'problem',
  problem: { message, status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
});
