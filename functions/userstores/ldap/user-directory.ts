// What a login asks of a directory, each one operation on the first server that can do it, and `Unavailable` where none can.

import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import { createStoreSecret } from '../store-secret.ts';
import { storeLabel, type UserstoreDependencies } from '../userstore.ts';
import type { Deadline } from './deadline.ts';
import { createDirectory, type Work } from './directory.ts';
import { type FindResult, type FoundUser, findUserById, findUserByName, SearchFault } from './find-user.ts';
import { groupsOfEntry, rolesOf, searchGroups } from './group-roles.ts';
import { LdapResultCode } from './ldap-fault.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { createServiceCredentials } from './service-credentials.ts';
import { type Proof, verifyPassword } from './verify-password.ts';

/** Every method throws `Unavailable`. */
export interface UserDirectory {
  findByName(name: string, deadline: Deadline): Promise<FindResult>;
  findById(id: string, deadline: Deadline): Promise<FindResult>;
  prove(user: FoundUser, password: string, deadline: Deadline): Promise<Exclude<Proof, { kind: 'failed' }>>;
  readRoles(user: FoundUser, deadline: Deadline): Promise<readonly string[]>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** A bind whose answer is lost is tried once more, and no oftener: each may count as a wrong password in the directory (A11). */
const MAX_BINDS = 2;

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
  const directory = createDirectory({ servers: settings.servers, credentials, dependency, clock, log, logFields });

  const search = async <T>(deadline: Deadline, work: Work<T>): Promise<T> => {
    try {
      return await directory.use('searches', deadline, work);
    } catch (error) {
      throw error instanceof SearchFault ? new Unavailable(dependency, error.reason, { cause: error.cause }) : error;
    }
  };

  return {
    findByName: (name, deadline) => search(deadline, (connection, timeoutMs) => findUserByName(connection, settings, name, timeoutMs)),
    findById: (id, deadline) => search(deadline, (connection, timeoutMs) => findUserById(connection, settings, id, timeoutMs)),
    close: directory.close,

    async prove(user, password, deadline) {
      let binds = 0;
      const proof = await directory.use('logins', deadline, (connection, timeoutMs) => {
        binds += 1;
        if (binds > MAX_BINDS) throw new Unavailable(dependency, 'bind-not-answered');
        const { isActiveDirectory } = settings;
        return verifyPassword(connection, user, password, { isActiveDirectory, nowMs: clock(), timeoutMs });
      });
      if (proof.kind === 'failed') throw new Unavailable(dependency, proof.reason, { cause: new LdapResultCode(proof.code) });
      return proof;
    },

    async readRoles(user, deadline) {
      if (settings.groups.mode === 'none') return [];
      if (settings.groups.mode === 'memberOf') return rolesOf(groupsOfEntry(user), settings.roles);
      const groups = await search(deadline, (connection, timeoutMs) => searchGroups(connection, settings, user, timeoutMs));
      return rolesOf(groups, settings.roles);
    },
  };
}
