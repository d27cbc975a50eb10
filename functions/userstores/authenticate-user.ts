// FLOW of a login, top to bottom: name → tenant → gate → stores in order → answer. Every kind of failure costs the same
// work, is answered in the same time, and looks the same outside (A20, A21).

import { type EndUser, keeperOf, type SecondaryUserstore } from '../configuration/model.ts';
import { canonicalName } from '../configuration/username.ts';
import type { LoginRefusal } from '../shared/reasons/users.ts';
import type { StartFailureDeadline } from './failure-deadline.ts';
import { createLoginAttempt, type LoginAttempt } from './login-attempt.ts';
import type { GatedLogin, LoginGate } from './login-gate.ts';
import { type LoginRequest, MAX_PASSWORD_BYTES } from './login-request.ts';
import { migrateUser } from './migrate-user.ts';
import { type ParsedLogin, parseLogin } from './parse-login.ts';
import { spendPasswordWork } from './password-hashes/index.ts';
import type { TenantStores } from './tenant-stores.ts';
import type { LoginOutcome, RefusedLogin, StoreAnswer, Userstore, UserstoreDependencies } from './userstore.ts';

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
  const attempt = createLoginAttempt(parsed, login, request.note);
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
async function askStores(
  dependencies: LoginDependencies,
  parsed: ParsedLogin,
  password: string,
  attempt: LoginAttempt,
): Promise<StoresAnswer> {
  let last: LoginAnswer = { kind: 'refused', reason: parsed.reason };
  let isOnlyOne = true;
  for await (const store of storesInOrder(dependencies, parsed)) {
    const answer = await attempt.ask(store, password);
    if (answer.kind === 'authenticated' || answer.kind === 'locked') return { answer, isOnlyOne };
    // The primary store has done the work of a password hash itself.
    if (answer.kind === 'refused')
      return { answer: store.domain === 'PRIMARY' ? answer : await afterPasswordWork(dependencies, password, answer), isOnlyOne };
    isOnlyOne &&= answer.reason === undefined;
    last = { kind: 'refused', reason: answer.reason ?? 'unknown-user' };
  }
  return { answer: await afterPasswordWork(dependencies, password, last), isOnlyOne };
}

/** The work of a password hash, for a refusal that took none. */
async function afterPasswordWork({ passwordCost }: LoginDependencies, password: string, answer: LoginAnswer): Promise<LoginAnswer> {
  await spendPasswordWork(password.slice(0, MAX_PASSWORD_BYTES), passwordCost);
  return answer;
}

async function* storesInOrder({ stores }: LoginDependencies, { tenant, domain }: ParsedLogin): AsyncGenerator<Userstore> {
  if (tenant === undefined) return;
  // Who was copied from the store that is named logs in where the copy is: its password and status count, and no others.
  yield stores.primary(tenant, domain === 'PRIMARY' ? undefined : domain);
  const isAsked = (store: SecondaryUserstore): boolean => domain === undefined || domain === store.domain;
  for (const configured of tenant.userstores.filter(isAsked)) yield stores.secondary(tenant, configured);
}
