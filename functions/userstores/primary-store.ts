// The primary userstore: the Users table. A disabled user costs the same work as any other, and learns no more (A21, A22).

import { type PrimaryUser, usersKeyOf } from '../configuration/model.ts';
import { canonicalName, subjectOf } from '../configuration/username.ts';
import { errorFields } from '../shared/log.ts';
import { hashPassword, parsePasswordHash, spendPasswordWork } from './password-hashes/index.ts';
import { changePrimaryPassword } from './primary-password.ts';
import { endUserOf, recheckPrimaryUser, rehashedFrom } from './primary-user.ts';
import type { StoreAnswer, UserLookup, Userstore, UserstoreDependencies } from './userstore.ts';

type PrimaryDependencies = Pick<UserstoreDependencies, 'users' | 'log' | 'passwordCost'>;

/** @param origin asked for users whom the table has from this store, and for no others; undefined: for all */
export function createPrimaryUserstore(tenant: string, dependencies: PrimaryDependencies, origin?: string): Userstore {
  return {
    domain: 'PRIMARY',
    async authenticate(name, password, reserve): Promise<StoreAnswer> {
      const user = await findUser(dependencies, tenant, name, origin);
      if (user === undefined) return { kind: 'unknown' };
      const reservation = user === 'broken' ? await reserve() : await reserve(user.id, subjectOf(endUserOf(user)));
      if (reservation.kind === 'locked') return reservation;
      if (user !== 'broken') return verify(dependencies, user, password);
      await spendPasswordWork(password, dependencies.passwordCost);
      return { kind: 'refused', reason: 'user-entry-wrong' };
    },
    async find(name): Promise<UserLookup> {
      const user = await findUser(dependencies, tenant, name, origin);
      if (user === undefined) return { kind: 'unknown' };
      if (user === 'broken') return { kind: 'refused', reason: 'user-entry-wrong' };
      return user.status === 'active' ? { kind: 'active', user: endUserOf(user) } : { kind: 'refused', reason: 'user-disabled' };
    },
    changePassword: (name, password, newPassword) => changePrimaryPassword(dependencies, tenant, name, { password, newPassword }),
    recheck: async (known) =>
      recheckPrimaryUser(known, await dependencies.users.findUser(tenant, usersKeyOf(known)?.username ?? known.username)),
  };
}

/**
 * Operators write names by hand, in whatever case: the name as typed, then in lower case. An item that is wrong is taken
 * for nobody's copy: it must not stop a namesake in another store.
 */
async function findUser(
  { users }: PrimaryDependencies,
  tenant: string,
  name: string,
  origin: string | undefined,
): Promise<PrimaryUser | 'broken' | undefined> {
  const exact = await users.findUser(tenant, name);
  const canonical = canonicalName(name);
  const found = exact !== undefined || canonical === name ? exact : await users.findUser(tenant, canonical);
  return found === undefined || origin === undefined || (found !== 'broken' && found.origin?.domain === origin) ? found : undefined;
}

async function verify(dependencies: PrimaryDependencies, user: PrimaryUser, password: string): Promise<StoreAnswer> {
  const hash = parsePasswordHash(user.passwordHash, dependencies.passwordCost);
  if (hash === 'unreadable') {
    dependencies.log('WARN', 'password-hash-unreadable', { table: 'Users', tenant: user.tenant, key: user.username, path: 'passwordHash' });
    await spendPasswordWork(password, dependencies.passwordCost);
    return { kind: 'refused', reason: 'password-hash-unreadable' };
  }
  if (!(await hash.verify(password))) return { kind: 'refused', reason: 'wrong-password' };
  if (user.status !== 'active') return { kind: 'refused', reason: 'user-disabled', isPasswordRight: true };
  if (user.mustChangePassword === true) {
    const changeableBy = { domain: 'PRIMARY', name: user.username };
    return { kind: 'refused', reason: 'must-change-password', isPasswordRight: true, changeableBy };
  }
  if (!hash.isCurrent) await replaceHash(dependencies, user, password);
  return { kind: 'authenticated', user: endUserOf(user) };
}

/** Replaces a hash that is out of date. What can wait for the next login must not fail this one. */
async function replaceHash({ users, log, passwordCost }: PrimaryDependencies, user: PrimaryUser, password: string): Promise<void> {
  try {
    const passwordHash = await hashPassword(password, passwordCost);
    await users.replacePasswordHash(user, passwordHash, rehashedFrom(user, passwordHash));
    log('INFO', 'password-hash-replaced', { tenant: user.tenant, user: user.id });
  } catch (error) {
    log('WARN', 'password-hash-not-replaced', { tenant: user.tenant, user: user.id, ...errorFields(error) });
  }
}
