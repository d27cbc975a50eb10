// Directory operations of a login or renewal, each on the first server that can do it, and `Unavailable` where none can.

import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { createCache } from '../../shared/cache.ts';
import { Unavailable } from '../../shared/errors.ts';
import { createStoreSecret } from '../store-secret.ts';
import { storeLabel, type UserstoreDependencies } from '../userstore.ts';
import { type AccountState, accountState } from './account-state.ts';
import { attributeTexts } from './attribute-values.ts';
import { createDeadline, type Deadline, within } from './deadline.ts';
import { createDirectoryServers, type Work } from './directory-servers.ts';
import { groupsOfEntry, rolesOf, searchGroups } from './group-roles.ts';
import { LdapResultCode } from './ldap-fault.ts';
import { type FindResult, type FoundUser, findUserById, findUserByName, readEntry, SearchFault } from './ldap-search.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { needsPolicy, type PasswordPolicy, POLICY_ATTRIBUTES, parsePasswordPolicy } from './password-policy.ts';
import { createServiceCredentials } from './service-credentials.ts';
import { type PasswordCheck, verifyPassword } from './verify-password.ts';

/** Every method throws `Unavailable`. */
export interface UserDirectory {
  findByName(name: string, deadline: Deadline): Promise<FindResult>;
  findById(id: string, deadline: Deadline): Promise<FindResult>;
  verifyPassword(user: FoundUser, password: string, deadline: Deadline): Promise<Exclude<PasswordCheck, { kind: 'failed' }>>;
  /** What the entry of a user who is not asked for a password says of the account. */
  readState(user: FoundUser, deadline: Deadline): Promise<AccountState>;
  readRoles(user: FoundUser, deadline: Deadline): Promise<readonly string[]>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** A bind whose answer is lost is tried once more, and no oftener: each may count as a wrong password in the directory (A11). */
const MAX_BINDS = 2;
const POLICY_CACHE_MS = 60_000;
const MAX_POLICIES = 100;

export function createUserDirectory(
  tenant: string,
  domain: string,
  { entry, settings }: { readonly entry: LdapUserstoreEntry; readonly settings: LdapSettings },
  dependencies: UserstoreDependencies,
): UserDirectory {
  const { clock, log } = dependencies;
  const dependency = storeLabel(tenant, domain);
  const secret = createStoreSecret(dependencies, tenant, domain, entry.secretId);
  const isRequired = entry.secretId !== undefined;
  const credentials = createServiceCredentials({ secret, isRequired, caPem: entry.caPem, dependency, clock });
  const logFields = { tenant, userstore: domain };
  const servers = createDirectoryServers({ servers: settings.servers, credentials, dependency, clock, log, logFields });

  const search = async <T>(deadline: Deadline, work: Work<T>): Promise<T> => {
    try {
      return await servers.use('searches', deadline, work);
    } catch (error) {
      throw error instanceof SearchFault ? new Unavailable(dependency, error.reason, { cause: error.cause }) : error;
    }
  };

  /** Policies are few, and seldom change. */
  const policies = createCache(
    async (dn) => {
      const work: Work<PasswordPolicy | undefined> = async (connection, timeoutMs) =>
        parsePasswordPolicy(await readEntry(connection, dn, POLICY_ATTRIBUTES, timeoutMs));
      return search(createDeadline(entry.timeoutMs), work);
    },
    POLICY_CACHE_MS,
    MAX_POLICIES,
    clock,
  );
  const readPolicy = (dn: string, deadline: Deadline): Promise<PasswordPolicy | undefined> =>
    within(deadline, policies.get(dn), new Unavailable(dependency, 'timeout'));

  return {
    findByName: (name, deadline) => search(deadline, (connection, timeoutMs) => findUserByName(connection, settings, name, timeoutMs)),
    findById: (id, deadline) => search(deadline, (connection, timeoutMs) => findUserById(connection, settings, id, timeoutMs)),
    close: servers.close,

    async verifyPassword(user, password, deadline) {
      let binds = 0;
      const check = await servers.use('logins', deadline, (connection, timeoutMs) => {
        binds += 1;
        if (binds > MAX_BINDS) throw new Unavailable(dependency, 'bind-not-answered');
        const { lockSeconds } = settings;
        return verifyPassword(connection, user, password, { kind: settings, nowMs: clock(), lockSeconds, timeoutMs });
      });
      if (check.kind === 'failed') throw new Unavailable(dependency, check.reason, { cause: new LdapResultCode(check.code) });
      return check;
    },

    async readState(user, deadline) {
      const { lockSeconds } = settings;
      const policyDn = needsPolicy(user.entry)
        ? (attributeTexts(user.entry, 'pwdPolicySubentry')[0] ?? settings.passwordPolicy)
        : undefined;
      const policy = policyDn === undefined ? undefined : await readPolicy(policyDn, deadline);
      return accountState(user.entry, settings, { nowMs: clock(), hasBound: false, lockSeconds, policy, policyDn });
    },

    async readRoles(user, deadline) {
      if (settings.groups.mode === 'none') return [];
      if (settings.groups.mode === 'memberOf') return rolesOf(groupsOfEntry(user), settings.roles);
      const groups = await search(deadline, (connection, timeoutMs) => searchGroups(connection, settings, user, timeoutMs));
      return rolesOf(groups, settings.roles);
    },
  };
}
