// FLOW of a directory as a userstore: find the user, verify the password, read the groups. At most three operations a
// login, each on the first server that can do it.

import { setTimeout as delay } from 'node:timers/promises';
import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { EndUser } from '../../configuration/model.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { StoreRefusal } from '../../shared/reasons/users.ts';
import { createDeadline, type Deadline } from '../deadline.ts';
import {
  type CreateUserstore,
  type PasswordChange,
  type RefusedLogin,
  type ReserveAttempt,
  type StoreAnswer,
  storeLabel,
  type UserLookup,
  type UserRecheck,
} from '../userstore.ts';
import { passwordStateOf } from './account-state.ts';
import type { FindResult, FoundUser } from './directory-user.ts';
import { type LdapSettings, ldapSettings } from './ldap-settings.ts';
import { readClaims } from './user-claims.ts';
import { createUserDirectory, type UserDirectory } from './user-directory.ts';

interface LdapStore {
  readonly tenant: string;
  readonly domain: string;
  readonly settings: LdapSettings;
  readonly directory: UserDirectory;
  /** Deadline for all that one call of the contract asks of the directory. */
  readonly newDeadline: () => Deadline;
  readonly log: Log;
  readonly canChangePassword: boolean;
}

export const createLdapUserstore: CreateUserstore<LdapUserstoreEntry> = async (tenant, domain, entry, dependencies) => {
  const { log } = dependencies;
  const settings = ldapSettings(entry);
  const directory = createUserDirectory(tenant, domain, entry, dependencies);
  const newDeadline = (): Deadline => createDeadline(entry.timeoutMs);
  const store: LdapStore = { tenant, domain, settings, directory, newDeadline, log, canChangePassword: entry.passwordChange };
  return {
    domain,
    authenticate: (name, password, reserve) => authenticate(store, name, password, reserve),
    find: (name) => find(store, name),
    recheck: (user) => recheck(store, user),
    ...(entry.passwordChange && { changePassword: (name, password, newPassword) => changePassword(store, name, password, newPassword) }),
    findUnreadableState: async () => {
      const rights = await directory.tryStateRights(newDeadline());
      return rights.kind === 'tried' ? rights.unreadable : undefined;
    },
    close: directory.close,
  };
};

const MAX_PASSWORD_BYTES = 1024;

async function authenticate(store: LdapStore, name: string, password: string, reserve: ReserveAttempt): Promise<StoreAnswer> {
  // Nothing may go out for either: the directory might say yes to the one (A01), and to several names of the other.
  if (password === '') return { kind: 'unknown', reason: 'empty-password' };
  if (!isAskable(name)) return { kind: 'unknown', reason: 'malformed-username' };
  const deadline = store.newDeadline();
  const user = distinct(store, await store.directory.findByName(name, deadline));
  if (user === 'unknown') return { kind: 'unknown' };
  const reservation = await reserve(user === 'ambiguous' ? undefined : user.id);
  if (reservation.kind === 'locked') return reservation;
  if (user === 'ambiguous') return { kind: 'refused', reason: 'ambiguous-user' };
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return { kind: 'refused', reason: 'wrong-password' };
  const check = await store.directory.verifyPassword(user, password, deadline);
  if (check.kind === 'refused')
    return { ...refusal(store, check), ...(isChangeable(store, check) && { changeableBy: { domain: store.domain, name } }) };
  return { kind: 'authenticated', user: await endUser(store, user, deadline) };
}

/** Whether a new password is all that the user needs, and the store may set one. */
function isChangeable({ canChangePassword }: LdapStore, { reason, isPasswordRight }: RefusedLogin<StoreRefusal>): boolean {
  return canChangePassword && isPasswordRight === true && (reason === 'must-change-password' || reason === 'password-expired');
}

/** The password was shown to be right by `authenticate` a moment ago, through the gate. */
async function changePassword(store: LdapStore, name: string, password: string, newPassword: string): Promise<PasswordChange> {
  if (password === '' || newPassword === '' || !isAskable(name)) return { kind: 'rejected', reason: 'password-not-accepted' };
  // Active Directory takes quotes for the ends of a value, and a server written in C a NUL.
  if (newPassword.includes('\0') || Buffer.byteLength(newPassword) > MAX_PASSWORD_BYTES)
    return { kind: 'rejected', reason: 'password-not-accepted' };
  const deadline = store.newDeadline();
  const user = distinct(store, await store.directory.findByName(name, deadline));
  if (user === 'unknown' || user === 'ambiguous') return { kind: 'rejected', reason: 'password-not-accepted' };
  const change = await store.directory.changePassword(user, password, newPassword, deadline);
  const fields = { tenant: store.tenant, userstore: store.domain, user: user.id };
  if (change.kind === 'rejected') {
    store.log('WARN', 'password-change-rejected', { ...fields, reason: change.reason });
    return change;
  }
  store.log('INFO', 'password-changed', fields);
  return (await hasNewState(store, user, deadline)) ? { kind: 'changed' } : { kind: 'changed', isStateOld: true };
}

const LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;

/**
 * Whether the entry says of the password's age what it did not say before. 389 Directory Server answers a change first, and writes
 * its moment down afterwards; of two changes within a second most directories write the same moment.
 */
async function hasNewState(store: LdapStore, { entry, username }: FoundUser, deadline: Deadline): Promise<boolean> {
  const before = passwordStateOf(entry, store.settings);
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await delay(BETWEEN_LOOKS_MS);
    const found = await store.directory.findByName(username, deadline).catch(() => undefined);
    if (found?.kind !== 'found') return false;
    if (passwordStateOf(found.user.entry, store.settings) !== before) return true;
  }
  return false;
}

async function find(store: LdapStore, name: string): Promise<UserLookup> {
  if (!isAskable(name)) return { kind: 'unknown' };
  const deadline = store.newDeadline();
  const user = distinct(store, await store.directory.findByName(name, deadline));
  return user === 'unknown' ? { kind: 'unknown' } : usableUser(store, user, deadline);
}

async function recheck(store: LdapStore, known: EndUser): Promise<UserRecheck> {
  const deadline = store.newDeadline();
  const { directory, settings } = store;
  const hasId = known.id !== undefined && settings.uniqueIdAttribute !== undefined;
  const user = distinct(
    store,
    hasId
      ? await directory.findById({ id: known.id, name: known.username }, deadline)
      : await directory.findByName(known.username, deadline),
  );
  if (user === 'unknown') return { kind: 'refused', reason: 'user-gone' };
  // An id that the user did not have at login, or no longer has, is another user's: the store was set up anew.
  if (user !== 'ambiguous' && user.id !== known.id) return { kind: 'refused', reason: 'user-gone' };
  return usableUser(store, user, deadline);
}

/** One who is not asked for a password now. */
async function usableUser(store: LdapStore, user: FoundUser | 'ambiguous', deadline: Deadline): Promise<UserRecheck> {
  if (user === 'ambiguous') return { kind: 'refused', reason: 'ambiguous-user' };
  const state = await store.directory.readState(user, deadline);
  if (state.kind === 'refused') return refusal(store, state);
  return { kind: 'active', user: await endUser(store, user, deadline) };
}

/** A state that can't be read is an operator's fault, and the log says which right is missing (A100). */
function refusal<R extends { readonly unreadable?: readonly string[] }>(
  { tenant, domain, log, settings }: LdapStore,
  { unreadable, ...refused }: R,
): Omit<R, 'unreadable'> {
  if (unreadable !== undefined) {
    const missing = settings.isActiveDirectory ? 'read of the property set Account Restrictions' : 'read of this entry';
    log('ERROR', 'ldap-account-state-not-readable', { tenant, userstore: domain, attributes: unreadable, missing });
  }
  return refused;
}

/** The user, or what to say of one who can't be told from others. */
function distinct({ tenant, domain, log }: LdapStore, result: FindResult): FoundUser | 'unknown' | 'ambiguous' {
  if (result.kind === 'found') return result.user;
  if (result.kind === 'unknown') return 'unknown';
  const reason = result.kind === 'unusable' ? result.reason : undefined;
  log(result.kind === 'other-name' ? 'WARN' : 'ERROR', `ldap-user-${result.kind}`, { tenant, userstore: domain, reason });
  if (reason !== undefined) throw new Unavailable(storeLabel(tenant, domain), reason);
  return result.kind === 'ambiguous' ? 'ambiguous' : 'unknown';
}

async function endUser({ tenant, domain, settings, directory, log }: LdapStore, user: FoundUser, deadline: Deadline): Promise<EndUser> {
  const { claims, leftOut } = readClaims(user.entry, settings.claims);
  if (leftOut.length > 0) log('WARN', 'ldap-claims-left-out', { tenant, userstore: domain, claims: leftOut });
  return {
    tenant,
    domain,
    username: user.username,
    ...(user.id !== undefined && { id: user.id }),
    ...passwordStateMember(user, settings),
    roles: await directory.readRoles(user, deadline),
    claims,
  };
}

function passwordStateMember({ entry }: FoundUser, settings: LdapSettings): { readonly passwordState?: string } {
  const passwordState = passwordStateOf(entry, settings);
  return passwordState === undefined ? {} : { passwordState };
}

/** Directories drop or fold what is in here, so that several names would be one user's (A07). */
const NOT_IN_A_NAME = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const MAX_NAME_CHARACTERS = 512;

/** Whether a directory may be asked for this name at all. */
export function isAskable(name: string): boolean {
  if (name === '' || name.length > MAX_NAME_CHARACTERS || name.trim() !== name) return false;
  return !NOT_IN_A_NAME.test(name) && name.normalize('NFKC') === name;
}
