// FLOW of a login, top to bottom: name → tenant → gate → stores in order → answer. Every kind of failure costs the same
// work, is answered in the same time, and looks the same outside (A20, A21).

import { type EndUser, keeperOf, type SecondaryUserstore } from '../configuration/model.ts';
import { canonicalName, subjectOf } from '../configuration/username.ts';
import { Unavailable } from '../shared/errors.ts';
import type { BindFault, LoginRefusal, OutageReason } from '../shared/reasons.ts';
import type { StartFailureDeadline } from './failure-deadline.ts';
import type { GatedLogin, LoginGate } from './login-gate.ts';
import { migrateUser } from './migrate-user.ts';
import { type ParsedLogin, parseLogin } from './parse-login.ts';
import { spendPasswordWork } from './password-hashes/index.ts';
import type { TenantStores } from './tenant-stores.ts';
import {
  type LoginOutcome,
  type LoginRequest,
  MAX_PASSWORD_BYTES,
  type RefusedLogin,
  type ReserveAttempt,
  type StoreAnswer,
  type Userstore,
  type UserstoreDependencies,
} from './userstore.ts';

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

type LoginDependencies = UserstoreDependencies & {
  readonly gate: LoginGate;
  readonly stores: TenantStores;
  readonly startFailureDeadline: StartFailureDeadline;
};

/** @throws Unavailable */
export async function authenticateUser(dependencies: LoginDependencies, request: LoginRequest): Promise<LoginOutcome> {
  const deadline = dependencies.startFailureDeadline();
  const parsed = await parseLogin(dependencies, request);
  const { sourceAddress, addressSpeaksForMany, browser, note = () => {} } = request;
  const { countedTenant: tenant, name, lockout } = parsed;
  const entrance = await dependencies.gate.enter({ tenant, name, lockout, sourceAddress, addressSpeaksForMany, browser });
  if (entrance.kind === 'locked') {
    note({ userKey: entrance.userKey, lockedBy: entrance.lockedBy });
    // At once: that there are too many attempts is known before anything is asked, and tells nothing of the user.
    return { kind: 'locked', retryAfterSeconds: entrance.retryAfterSeconds };
  }
  note({ userKey: entrance.login.userKey });
  const outcome = await judge(dependencies, parsed, request, entrance.login);
  if (outcome.kind !== 'authenticated') await deadline.wait(parsed.settings);
  return outcome;
}

/** One login that the gate has let in. What came of it is told to the gate, whatever it was. */
async function judge(
  dependencies: LoginDependencies,
  parsed: ParsedLogin,
  request: LoginRequest,
  login: GatedLogin,
): Promise<LoginOutcome> {
  const attempt = createAttempt(parsed, login, request.note);
  try {
    const { answer, isOnlyOne } = await askStores(dependencies, parsed, request.password, attempt);
    if (answer.kind === 'authenticated' && parsed.tenant !== undefined) {
      const isMigrated = isOnlyOne && isToMigrate(parsed, request, answer.user);
      const user = isMigrated ? await migrateUser(dependencies, answer.user, request.password) : answer.user;
      const signIn = await attempt.succeed(keeperOf(answer.user));
      return { kind: 'authenticated', tenant: parsed.tenant, user, ...(signIn !== undefined && { signIn }) };
    }
    // The password was right, and the sign-in page says so: there was nothing to guess.
    if (answer.kind === 'refused' && answer.changeableBy !== undefined) {
      await login.giveBack();
      return answer;
    }
    const failure = await login.fail();
    const locked = failure.kind === 'locked' ? failure : answer.kind === 'locked' ? answer : undefined;
    if (locked !== undefined) {
      request.note?.({ lockedBy: failure.kind === 'locked' ? 'address' : 'user' });
      return { kind: 'locked', retryAfterSeconds: locked.retryAfterSeconds };
    }
    return answer.kind === 'refused' ? answer : { kind: 'refused', reason: 'unknown-user' };
  } catch (error) {
    // Where that fails as well, the attempt stays counted.
    await attempt.settleOutage().catch(() => {});
    throw error;
  }
}

/** Attempt: what has become of the password so far, and who it is about. */
interface Attempt {
  ask(store: Userstore, password: string): Promise<StoreAnswer>;
  succeed(domain: string): ReturnType<GatedLogin['succeed']>;
  /** Nobody could say whether the password was right. */
  settleOutage(): Promise<void>;
}

function createAttempt({ tenant, name }: ParsedLogin, login: GatedLogin, note: LoginRequest['note']): Attempt {
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

/**
 * Whether the user is copied: not where the store was named, nor where it knows the user by another name than the one that was typed,
 * such as a mail address: an earlier store may have somebody of that name, whom the copy would shut out. And not at the authorizer, which
 * names no tenant: it writes no users.
 */
function isToMigrate({ tenant, domain, name }: ParsedLogin, request: LoginRequest, user: EndUser): boolean {
  if (tenant?.migrateUsers !== true || keeperOf(user) === 'PRIMARY' || request.requiredTenant === undefined) return false;
  return domain === undefined && canonicalName(user.username) === canonicalName(name);
}

type LoginAnswer = Exclude<StoreAnswer, { kind: 'refused' | 'unknown' }> | RefusedLogin<LoginRefusal>;

/** `isOnlyOne`: every store that was asked before has said that it does not know the user, and not just no (A99). */
interface StoresAnswer {
  readonly answer: LoginAnswer;
  readonly isOnlyOne: boolean;
}

/** The first store that knows the user decides. One that can't answer throws, since it might have known the user. */
async function askStores(dependencies: LoginDependencies, parsed: ParsedLogin, password: string, attempt: Attempt): Promise<StoresAnswer> {
  let last: LoginAnswer = { kind: 'refused', reason: parsed.reason };
  let isOnlyOne = true;
  for await (const store of storesInOrder(dependencies, parsed)) {
    const answer = await attempt.ask(store, password);
    if (answer.kind === 'authenticated' || answer.kind === 'locked') return { answer, isOnlyOne };
    // The primary store has done the work of a password hash itself.
    if (answer.kind === 'refused')
      return { answer: store.domain === 'PRIMARY' ? answer : await afterPasswordWork(password, answer), isOnlyOne };
    isOnlyOne &&= answer.reason === undefined;
    last = { kind: 'refused', reason: answer.reason ?? 'unknown-user' };
  }
  return { answer: await afterPasswordWork(password, last), isOnlyOne };
}

/** The work of a password hash, for a refusal that took none. */
async function afterPasswordWork(password: string, answer: LoginAnswer): Promise<LoginAnswer> {
  await spendPasswordWork(password.slice(0, MAX_PASSWORD_BYTES));
  return answer;
}

async function* storesInOrder({ stores }: LoginDependencies, { tenant, domain }: ParsedLogin): AsyncGenerator<Userstore> {
  if (tenant === undefined) return;
  // Who was copied from the store that is named logs in where the copy is: its password and status count, and no others.
  yield stores.primary(tenant, domain === 'PRIMARY' ? undefined : domain);
  const isAsked = (store: SecondaryUserstore): boolean => domain === undefined || domain === store.domain;
  for (const configured of tenant.userstores.filter(isAsked)) yield stores.secondary(tenant, configured);
}
