// Directory operations of a login or renewal, each on the first server that can do it, and `Unavailable` where none can.

import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { Deadline } from '../deadline.ts';
import { createStoreSecret } from '../store-secret.ts';
import { storeLabel, type UserstoreDependencies } from '../userstore.ts';
import { type AccountState, accountState } from './account-state.ts';
import { attributeTexts } from './attribute-values.ts';
import { changeAsService, changeAsUser, changeInActiveDirectory, type PasswordChangeResult } from './change-password.ts';
import { createDirectoryKnowledge } from './directory-knowledge.ts';
import { createDirectoryServers, type DirectoryServers, type Work } from './directory-servers.ts';
import { type FindResult, type FoundUser, findUserById, findUserByName } from './directory-user.ts';
import { groupsOfEntry, searchGroups } from './group-roles.ts';
import { LdapResultCode } from './ldap-fault.ts';
import { SearchFault } from './ldap-search.ts';
import { type LdapSettings, ldapSettings, withoutBulk } from './ldap-settings.ts';
import { needsPolicy } from './password-policy.ts';
import { primaryGroupSid } from './primary-group.ts';
import { rolesOf } from './role-mapping.ts';
import { createServiceCredentials } from './service-credentials.ts';
import { type StateRights, tryStateRights } from './state-rights.ts';
import { type PasswordCheck, verifyPassword } from './verify-password.ts';

/** Every method throws `Unavailable`. */
export interface UserDirectory {
  /** Settings of the entry, with the search base that the directory names where the entry leaves it empty. */
  settings(deadline: Deadline): Promise<LdapSettings>;
  findByName(name: string, deadline: Deadline): Promise<FindResult>;
  /** @param known as of the login before */
  findById(known: { readonly id: string; readonly name: string }, deadline: Deadline): Promise<FindResult>;
  verifyPassword(user: FoundUser, password: string, deadline: Deadline): Promise<Exclude<PasswordCheck, { kind: 'failed' }>>;
  /** What the entry of a user who is not asked for a password says of the account. */
  readState(user: FoundUser, deadline: Deadline): Promise<AccountState>;
  readRoles(user: FoundUser, deadline: Deadline): Promise<readonly string[]>;
  /** Whether the store's account may read what says whether an account may be used. */
  tryStateRights(deadline: Deadline): Promise<StateRights>;
  /** Once, whatever is lost on the way: a second try would meet the new password. */
  changePassword(user: FoundUser, password: string, newPassword: string, deadline: Deadline): Promise<PasswordChangeResult>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** A bind whose answer is lost is tried once more, and no oftener: each may count as a wrong password in the directory (A11). */
const MAX_BINDS = 2;

export function createUserDirectory(
  tenant: string,
  domain: string,
  entry: LdapUserstoreEntry,
  dependencies: UserstoreDependencies,
): UserDirectory {
  const { clock, log } = dependencies;
  const dependency = storeLabel(tenant, domain);
  const secret = createStoreSecret(dependencies, { tenant, domain, secretId: entry.secretId });
  const isRequired = entry.secretId !== undefined;
  const credentials = createServiceCredentials({ secret, isRequired, caPem: entry.caPem, dependency, clock });
  const logFields = { tenant, userstore: domain };
  const addresses = ldapSettings(entry).servers;
  const servers = createDirectoryServers({ servers: addresses, credentials, dependency, clock, log, logFields });
  return createDirectoryOperations({ tenant, domain, entry, servers, clock, log });
}

interface DirectoryOptions extends Pick<UserstoreDependencies, 'clock' | 'log'> {
  readonly tenant: string;
  readonly domain: string;
  readonly entry: LdapUserstoreEntry;
  readonly servers: DirectoryServers;
}

/** The same on servers of the caller's: whoever examines a store asks one of them, step by step, what a login asks. */
export function createDirectoryOperations({ tenant, domain, entry, servers, clock, log }: DirectoryOptions): UserDirectory {
  const dependency = storeLabel(tenant, domain);
  const logFields = { tenant, userstore: domain };
  const { lockSeconds, passwordPolicy, ...kind } = ldapSettings(entry);

  const search = async <T>(deadline: Deadline, work: Work<T>): Promise<T> => {
    try {
      return await servers.use('searches', deadline, work);
    } catch (error) {
      throw error instanceof SearchFault ? new Unavailable(dependency, error.reason, { cause: error.cause }) : error;
    }
  };
  const knowledge = createDirectoryKnowledge({ entry, search, dependency, clock });

  /** An entry that is too large to be read is read without what a login can do without. */
  const find = async (deadline: Deadline, work: (settings: LdapSettings) => Work<FindResult>): Promise<FindResult> => {
    const settings = await knowledge.settings(deadline);
    for (const parts of ['claims', 'claims-and-groups'] as const) {
      const asked = parts === 'claims' ? settings : withoutBulk(settings, 'claims');
      try {
        return await search(deadline, work(asked));
      } catch (error) {
        if (!(error instanceof Unavailable) || error.reason !== 'too-large') throw error;
        log('ERROR', 'ldap-entry-too-large', { ...logFields, leftOut: parts });
      }
    }
    return search(deadline, work(withoutBulk(settings, 'claims-and-groups')));
  };

  return {
    settings: knowledge.settings,
    findByName: (name, deadline) =>
      find(deadline, (settings) => (connection, timeoutMs) => findUserByName(connection, settings, name, timeoutMs)),
    findById: (known, deadline) =>
      find(deadline, (settings) => (connection, timeoutMs) => findUserById(connection, settings, known, timeoutMs)),
    close: servers.close,

    async verifyPassword(user, password, deadline) {
      let binds = 0;
      const bind: Work<PasswordCheck> = (connection, timeoutMs) => {
        binds += 1;
        if (binds > MAX_BINDS) throw new Unavailable(dependency, 'bind-not-answered');
        return verifyPassword(connection, user, password, { kind, nowMs: clock(), lockSeconds, timeoutMs });
      };
      const check = await servers.use('logins', deadline, bind).catch((error: unknown) => {
        const isUnsent = binds === 0 && error instanceof Unavailable;
        throw isUnsent ? new Unavailable(error.dependency, error.reason, { cause: error.cause, neverSent: true }) : error;
      });
      if (check.kind === 'failed') throw new Unavailable(dependency, check.reason, { cause: new LdapResultCode(check.code) });
      return check;
    },

    async changePassword(user, password, newPassword, deadline) {
      const passwords = { dn: user.dn, password, newPassword };
      let isSent = false;
      const once = async <T>(work: () => Promise<T>): Promise<T> => {
        if (isSent) throw new Unavailable(dependency, 'password-change-not-answered');
        isSent = true;
        return await work();
      };
      const byService = (change: typeof changeAsService) =>
        servers.use('searches', deadline, (connection, timeoutMs) => once(() => change(connection, passwords, timeoutMs)));
      if (kind.isActiveDirectory) return byService(changeInActiveDirectory);
      const byUser = await servers.use('logins', deadline, (connection, timeoutMs) =>
        once(() => changeAsUser(connection, passwords, timeoutMs)),
      );
      if (byUser !== undefined) return byUser;
      isSent = false;
      return byService(changeAsService);
    },

    async readState(user, deadline) {
      const policyDn = needsPolicy(user.entry) ? (attributeTexts(user.entry, 'pwdPolicySubentry')[0] ?? passwordPolicy) : undefined;
      const policy = policyDn === undefined ? undefined : await knowledge.policy(policyDn, deadline);
      return accountState(user.entry, kind, { nowMs: clock(), hasBound: false, lockSeconds, policy, policyDn });
    },

    async tryStateRights(deadline) {
      const settings = await knowledge.settings(deadline);
      return search(deadline, (connection, timeoutMs) => tryStateRights(connection, settings, timeoutMs));
    },

    async readRoles(user, deadline) {
      const settings = await knowledge.settings(deadline);
      const { groups, roles } = settings;
      if (groups.mode === 'none') return [];
      const sid = settings.isActiveDirectory ? primaryGroupSid(user.entry) : undefined;
      // Where each group says who is in it, the SID is enough.
      const primary = sid === undefined || groups.mode === 'search' ? undefined : await knowledge.primaryGroup(settings, sid, deadline);
      if (groups.mode === 'memberOf') return rolesOf([...groupsOfEntry(user, settings), ...(primary ? [primary] : [])], roles, groups.base);
      const member = { user, primary: { sid, dn: primary?.dn } };
      const found = await search(deadline, (connection, timeoutMs) => searchGroups(connection, settings, member, timeoutMs));
      return rolesOf(found, roles, groups.base);
    },
  };
}
