// FLOW of a login, top to bottom: name → tenant → gate → stores in order → answer. Every kind of failure costs the same
// work, is answered in the same time, and looks the same outside (A20, A21).

import { setTimeout as delay } from 'node:timers/promises';
import { type EndUser, keeperOf, type SecondaryUserstore, type Tenant } from '../configuration/model.ts';
import { canonicalName, parseUsername } from '../configuration/username.ts';
import { Unavailable } from '../shared/errors.ts';
import type { BindFault, LoginRefusal, OutageReason } from '../shared/reasons.ts';
import type { GatedLogin, LoginGate } from './login-gate.ts';
import type { LoginOrigin } from './login-origin.ts';
import { migrateUser } from './migrate-user.ts';
import { resolveNetbiosName } from './netbios-name.ts';
import { spendPasswordWork } from './password-hashes/index.ts';
import type { TenantStores } from './tenant-stores.ts';
import type { LoginOutcome, LoginRequest, RefusedLogin, StoreAnswer, Userstore, UserstoreDependencies } from './userstore.ts';

const MAX_PASSWORD_BYTES = 1024;
const FAILURE_QUANTUM_MS = 500;
/** Lockout of names whose tenant there is not: such attempts are counted like others. */
const DEFAULT_LOCKOUT: LoginOrigin['lockout'] = { maxAttempts: 5, lockSeconds: 300, maxAttemptsPerAddress: 100 };

/**
 * Outages of stores that did reply, only not as their entry says: an entry may lack what the service says to a wrong
 * password, and guesses must not be free for that (A12).
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

type LoginDependencies = UserstoreDependencies & { readonly gate: LoginGate; readonly stores: TenantStores };

/** Login, taken apart: who wants to log in where. Without `tenant` the answer is no already, and only the counting and the time are due. */
interface ParsedLogin {
  readonly tenant?: Tenant;
  /** The one store that is to be asked; undefined: all, in order. */
  readonly domain: string | undefined;
  readonly name: string;
  readonly reason: LoginRefusal;
}

/** @throws Unavailable */
export async function authenticateUser(dependencies: LoginDependencies, request: LoginRequest): Promise<LoginOutcome> {
  const startMs = performance.now();
  const outcome = await authenticate(dependencies, request);
  if (outcome.kind !== 'authenticated') await untilQuantum(dependencies, startMs);
  return outcome;
}

async function authenticate(dependencies: LoginDependencies, request: LoginRequest): Promise<LoginOutcome> {
  const parsed = await parseLogin(dependencies, request);
  const entrance = await dependencies.gate.enter({
    // What is counted for a tenant that is not the client's is the client's, lest one tenant lock out users of another.
    tenant: parsed.tenant?.name ?? `${request.requiredTenant ?? ''}?`,
    lockout: parsed.tenant?.lockout ?? DEFAULT_LOCKOUT,
    sourceAddress: request.sourceAddress,
  });
  if (entrance.kind === 'locked') return entrance;
  const { login } = entrance;
  try {
    const { answer, isOnlyOne } = await askStores(dependencies, parsed, request.password, login);
    login.spend();
    if (answer.kind === 'authenticated' && parsed.tenant !== undefined) {
      const isMigrated = isOnlyOne && isToMigrate(parsed, request, answer.user);
      const user = isMigrated ? await migrateUser(dependencies, answer.user, request.password) : answer.user;
      return { kind: 'authenticated', tenant: parsed.tenant, user, attemptKeys: await login.succeed() };
    }
    const failure = await login.fail();
    if (failure.kind === 'locked') return failure;
    if (answer.kind === 'locked') return answer;
    return answer.kind === 'refused' ? answer : { kind: 'refused', reason: 'unknown-user' };
  } catch (error) {
    // Where that fails as well, the attempt stays counted.
    await login.giveBack().catch(() => {});
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

async function parseLogin({ tenants }: LoginDependencies, request: LoginRequest): Promise<ParsedLogin> {
  const username = parseUsername(request.typedUsername);
  // Named by what was typed, cut to a length that a key can have.
  if (username === undefined) return { domain: undefined, name: request.typedUsername.slice(0, 512), reason: 'malformed-username' };
  const { domain, name } = username;
  const refused = (reason: LoginRefusal): ParsedLogin => ({ domain, name: `${name}@${username.tenant ?? ''}`, reason });
  const tenantName = username.tenant ?? request.requiredTenant;
  if (tenantName === undefined) return refused('no-tenant');
  if (request.requiredTenant !== undefined && tenantName !== request.requiredTenant) return refused('other-tenant');
  const tenant = await tenants.findTenant(tenantName);
  if (tenant === undefined) return refused('unknown-tenant');
  if (tenant.status !== 'active') return refused('tenant-suspended');
  if (request.password === '') return refused('empty-password');
  if (Buffer.byteLength(request.password) > MAX_PASSWORD_BYTES) return refused('password-too-long');
  return { tenant, ...resolveNetbiosName(tenant, { domain, name }), reason: 'unknown-user' };
}

type LoginAnswer = Exclude<StoreAnswer, { kind: 'refused' | 'unknown' }> | RefusedLogin<LoginRefusal>;

/** `isOnlyOne`: every store that was asked before has said that it does not know the user, and not just no (A99). */
interface StoresAnswer {
  readonly answer: LoginAnswer;
  readonly isOnlyOne: boolean;
}

/** The first store that knows the user decides. One that can't answer throws, since it might have known the user. */
async function askStores(dependencies: LoginDependencies, parsed: ParsedLogin, password: string, login: GatedLogin): Promise<StoresAnswer> {
  let last: LoginAnswer = { kind: 'refused', reason: parsed.reason };
  let isOnlyOne = true;
  for await (const store of storesInOrder(dependencies, parsed)) {
    const answer = await askStore(store, parsed, password, login);
    if (answer.kind === 'authenticated' || answer.kind === 'locked') return { answer, isOnlyOne };
    // The primary store has done the work of a password hash itself.
    if (answer.kind === 'refused')
      return { answer: store.domain === 'PRIMARY' ? answer : await afterPasswordWork(password, answer), isOnlyOne };
    isOnlyOne &&= answer.reason === undefined;
    last = { kind: 'refused', reason: answer.reason ?? 'unknown-user' };
  }
  // Who does not exist is counted and locked as if he did.
  const reservation = login.hasReserved() ? undefined : await login.reserveUser(parsed.domain ?? 'PRIMARY', canonicalName(parsed.name));
  return { answer: reservation?.kind === 'locked' ? reservation : await afterPasswordWork(password, last), isOnlyOne };
}

async function askStore(store: Userstore, { tenant, name }: ParsedLogin, password: string, login: GatedLogin): Promise<StoreAnswer> {
  let isReserved = false;
  const asked = store.authenticate(name, password, (id) => {
    isReserved = true;
    return login.reserveUser(store.domain, id ?? canonicalName(name));
  });
  const answer = await asked.catch((error: unknown) => {
    if (error instanceof Unavailable && REPLIES[error.reason] === true) login.spend();
    throw error;
  });
  // A no that may be about the password is a guess that was answered. One that is about the name alone is not.
  if (answer.kind !== 'unknown' || answer.reason !== undefined) login.spend();
  if (answer.kind !== 'unknown' && !isReserved) throw new Error(`${store.domain} answered before it reserved the attempt`);
  // A store speaks for its own users alone (A79).
  const isOwn = answer.kind !== 'authenticated' || (answer.user.tenant === tenant?.name && keeperOf(answer.user) === store.domain);
  if (!isOwn) throw new Error(`${store.domain} answered for a user who is not its own`);
  return answer;
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

/** Answers at the next multiple of the quantum, so that what differs below it can't be seen. */
async function untilQuantum(dependencies: LoginDependencies, startMs: number): Promise<void> {
  const quantumMs = dependencies.failureQuantumMs ?? FAILURE_QUANTUM_MS;
  if (quantumMs === 0) return;
  const spentMs = performance.now() - startMs;
  await (dependencies.sleep ?? delay)(Math.ceil(spentMs / quantumMs) * quantumMs - spentMs);
}
