// Login attempt: what becomes of one password on its way through the stores, so that the gate of logins hears the truth of
// it, whatever fails.

import { keeperOf } from '../configuration/model.ts';
import { subjectOf } from '../configuration/username.ts';
import { Unavailable } from '../shared/errors.ts';
import type { BindFault } from '../shared/reasons/directories.ts';
import type { OutageReason } from '../shared/reasons/outages.ts';
import type { GatedLogin } from './login-gate.ts';
import type { LoginRequest } from './login-request.ts';
import type { ParsedLogin } from './parse-login.ts';
import type { ReserveAttempt, StoreAnswer, Userstore } from './userstore.ts';

/**
 * Outages of stores that did reply, only not as their entry says: an entry may lack what the service says to a wrong
 * password, so these are counted as one (A12).
 */
const REPLIES: Readonly<Partial<Record<OutageReason, true>> & Record<BindFault | 'bind-not-answered', true>> = {
  'credentials-refused': true,
  'unexpected-status': true,
  'bad-reply': true,
  redirect: true,
  'too-large': true,
  'other-user': true,
  'no-username': true,
  'no-unique-id': true,
  // A bind that failed in another way than that of a wrong password may count as one in the directory (A11).
  'bind-size-limit-exceeded': true,
  'bind-auth-method-not-supported': true,
  'bind-stronger-auth-required': true,
  'bind-referral': true,
  'bind-admin-limit-exceeded': true,
  'bind-confidentiality-required': true,
  'bind-invalid-dn-syntax': true,
  'bind-insufficient-access-rights': true,
  'bind-unwilling-to-perform': true,
  'bind-unnamed-result': true,
  'bind-not-answered': true,
};

/** Attempt: what has become of the password so far, and who it is about. */
export interface LoginAttempt {
  ask(store: Userstore, password: string): Promise<StoreAnswer>;
  succeed(domain: string): ReturnType<GatedLogin['succeed']>;
  /** Nobody could say whether the password was right. */
  settleOutage(): Promise<void>;
}

export function createLoginAttempt({ tenant, name }: ParsedLogin, login: GatedLogin, note: LoginRequest['note']): LoginAttempt {
  /** Ids of the user, in the stores that have reserved an attempt. */
  const ids = new Map<string, string | undefined>();
  let isJudged = false;
  let mayBeSent = false;

  const subjectIn = (domain: string, id: string | undefined): string | undefined =>
    id === undefined || tenant === undefined ? undefined : subjectOf({ tenant: tenant.name, domain, username: name, id });
  const reserveFor =
    (domain: string): ReserveAttempt =>
    async (id, subject) => {
      note?.({ userstore: domain, subject: subject ?? subjectIn(domain, id) });
      const reservation = await login.reserveUser(domain, id);
      if (reservation.kind === 'reserved') ids.set(domain, id);
      return reservation;
    };
  return {
    async ask(store, password) {
      const { domain } = store;
      const answer = await store.authenticate(name, password, reserveFor(domain)).catch((error: unknown) => {
        const isOutage = error instanceof Unavailable;
        if (isOutage && REPLIES[error.reason] === true) isJudged = true;
        else if (ids.has(domain) && !(isOutage && error.neverSent)) mayBeSent = true;
        throw error;
      });
      // A no that may be about the password is a guess that was answered. One that is about the name alone is not.
      if (answer.kind === 'refused' || (answer.kind === 'unknown' && answer.reason !== undefined)) isJudged = true;
      requireOwnAnswer(answer, { tenant: tenant?.name, domain, isReserved: ids.has(domain) });
      return answer;
    },
    succeed: (domain) => login.succeed(domain, ids.get(domain)),
    async settleOutage() {
      if (isJudged) await login.fail();
      else if (mayBeSent) await login.doubt();
      else await login.giveBack();
    },
  };
}

/** A store looks at no password before it has reserved the attempt, and speaks for its own users alone (A12, A79). */
function requireOwnAnswer(answer: StoreAnswer, asked: { tenant: string | undefined; domain: string; isReserved: boolean }): void {
  const { tenant, domain, isReserved } = asked;
  const isOfPassword = answer.kind === 'authenticated' || answer.kind === 'refused';
  if (isOfPassword && !isReserved) throw new Error(`${domain} answered before it reserved the attempt`);
  const isOwn = answer.kind !== 'authenticated' || (answer.user.tenant === tenant && keeperOf(answer.user) === domain);
  if (!isOwn) throw new Error(`${domain} answered for a user who is not its own`);
}
