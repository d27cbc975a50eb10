// FLOW of a directory as a userstore: find the user, prove the password, read the groups. At most three operations a
// login, each on the first server that can do it.

import type { LdapUserstoreEntry } from '../../shared/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { ClaimValue, EndUser } from '../../shared/model.ts';
import { type OpenUserstore, type StoreAnswer, storeLabel, type UserLookup, type UserRecheck } from '../index.ts';
import { openStoreSecret } from '../store-secret.ts';
import { accountState } from './account-state.ts';
import { attributeClaim } from './attribute-values.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { openDirectory, type Work } from './directory.ts';
import { type FindResult, type FoundUser, findUserById, findUserByName, SearchFault } from './find-user.ts';
import { groupsOfEntry, rolesOf, searchGroups } from './group-roles.ts';
import { ldapSettings } from './ldap-settings.ts';
import { type Proof, provePassword } from './prove-password.ts';
import { openServiceCredentials } from './service-credentials.ts';

const MAX_PASSWORD_BYTES = 1024;
/** Directories drop or fold what is in here, so that several names would be one user's (A07). */
const NOT_IN_A_NAME = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const MAX_NAME_CHARACTERS = 512;
/** A bind whose answer is lost is tried once more, and no oftener: each may count as a wrong password in the directory (A11). */
const MAX_BINDS = 2;

export const openLdapUserstore: OpenUserstore<LdapUserstoreEntry> = async (tenant, domain, entry, dependencies) => {
  const { clock, log } = dependencies;
  const dependency = storeLabel(tenant, domain);
  const logFields = { tenant, store: domain };
  const settings = ldapSettings(entry);
  const secret = openStoreSecret(dependencies, tenant, domain, entry.secretId);
  const credentials = openServiceCredentials({ secret, isRequired: entry.secretId !== undefined, caPem: entry.caPem, dependency, clock });
  const directory = openDirectory({ servers: settings.servers, credentials, dependency, clock, log, logFields });

  const searchOnce = async <T>(deadline: Deadline, work: Work<T>): Promise<T> => {
    try {
      return await directory.use('searches', deadline, work);
    } catch (error) {
      throw error instanceof SearchFault ? new Unavailable(dependency, error.reason, { cause: error }) : error;
    }
  };

  const prove = async (user: FoundUser, password: string, deadline: Deadline): Promise<Proof> => {
    let binds = 0;
    return directory.use('logins', deadline, (connection, timeoutMs) => {
      binds += 1;
      if (binds > MAX_BINDS) throw new Unavailable(dependency, 'bind-not-answered');
      const { isActiveDirectory } = settings;
      return provePassword(connection, user, password, { isActiveDirectory, nowMs: clock(), timeoutMs });
    });
  };

  const readRoles = async (user: FoundUser, deadline: Deadline): Promise<readonly string[]> => {
    if (settings.groups.mode === 'none') return [];
    if (settings.groups.mode === 'memberOf') return rolesOf(groupsOfEntry(user), settings.roles);
    const groups = await searchOnce(deadline, (connection, timeoutMs) => searchGroups(connection, settings, user, timeoutMs));
    return rolesOf(groups, settings.roles);
  };

  const endUser = async (user: FoundUser, deadline: Deadline): Promise<EndUser> => ({
    tenant,
    domain,
    username: user.username,
    ...(user.id !== undefined && { id: user.id }),
    roles: await readRoles(user, deadline),
    claims: Object.fromEntries(settings.claims.flatMap(([claim, attribute]) => claimOf(user, claim, attribute))),
  });

  /** The user, or what to say of one who can't be told from others. */
  const usable = (result: FindResult): FoundUser | 'unknown' | 'ambiguous' => {
    if (result.kind === 'found') return result.user;
    if (result.kind === 'unknown') return 'unknown';
    log(result.kind === 'other-name' ? 'WARN' : 'ERROR', `ldap-user-${result.kind}`, {
      ...logFields,
      ...(result.kind === 'unusable' && { reason: result.reason }),
    });
    if (result.kind === 'unusable') throw new Unavailable(dependency, result.reason);
    return result.kind === 'ambiguous' ? 'ambiguous' : 'unknown';
  };

  return {
    domain,
    close: directory.close,

    async authenticate(name, password, reserve): Promise<StoreAnswer> {
      // Nothing may go out for either: the directory might say yes to the one (A01), and to several names of the other.
      if (password === '') return { kind: 'unknown', reason: 'empty-password' };
      if (!isAskable(name)) return { kind: 'unknown', reason: 'malformed-username' };
      const deadline = openDeadline(entry.timeoutMs, clock);
      const user = usable(await searchOnce(deadline, (connection, timeoutMs) => findUserByName(connection, settings, name, timeoutMs)));
      if (user === 'unknown') return { kind: 'unknown' };
      const reservation = await reserve(user === 'ambiguous' ? undefined : user.id);
      if (reservation.kind === 'locked') return reservation;
      if (user === 'ambiguous') return { kind: 'refused', reason: 'ambiguous-user' };
      if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return { kind: 'refused', reason: 'wrong-password' };
      const proof = await prove(user, password, deadline);
      if (proof.kind === 'failed') throw new Unavailable(dependency, proof.reason);
      if (proof.kind === 'refused') return proof;
      return { kind: 'authenticated', user: await endUser(user, deadline) };
    },

    async find(name): Promise<UserLookup> {
      if (!isAskable(name)) return { kind: 'unknown' };
      const deadline = openDeadline(entry.timeoutMs, clock);
      const user = usable(await searchOnce(deadline, (connection, timeoutMs) => findUserByName(connection, settings, name, timeoutMs)));
      if (user === 'unknown') return { kind: 'unknown' };
      if (user === 'ambiguous') return { kind: 'refused', reason: 'ambiguous-user' };
      const state = accountState(user.entry, settings.isActiveDirectory, clock());
      return state === 'active' ? { kind: 'active', user: await endUser(user, deadline) } : { kind: 'refused', reason: state };
    },

    async recheck(known): Promise<UserRecheck> {
      const deadline = openDeadline(entry.timeoutMs, clock);
      const { id, username } = known;
      const user = usable(
        await searchOnce(deadline, (connection, timeoutMs) =>
          id === undefined || settings.uniqueIdAttribute === undefined
            ? findUserByName(connection, settings, username, timeoutMs)
            : findUserById(connection, settings, id, timeoutMs),
        ),
      );
      if (user === 'unknown') return { kind: 'refused', reason: 'user-gone' };
      if (user === 'ambiguous') return { kind: 'refused', reason: 'ambiguous-user' };
      const state = accountState(user.entry, settings.isActiveDirectory, clock());
      if (state !== 'active') return { kind: 'refused', reason: state };
      // An id that the user did not have at login, or no longer has, is another user's (the store was set up anew).
      if (user.id !== id) return { kind: 'refused', reason: 'user-gone' };
      return { kind: 'active', user: await endUser(user, deadline) };
    },
  };
};

function claimOf(user: FoundUser, claim: string, attribute: string): readonly (readonly [string, ClaimValue])[] {
  const value = attributeClaim(user.entry, attribute);
  return value === undefined ? [] : [[claim, value]];
}

/** Whether a directory may be asked for this name at all. */
function isAskable(name: string): boolean {
  if (name === '' || name.length > MAX_NAME_CHARACTERS || name.trim() !== name) return false;
  return !NOT_IN_A_NAME.test(name) && name.normalize('NFKC') === name;
}
