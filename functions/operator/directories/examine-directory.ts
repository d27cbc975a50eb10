// FLOW of the examination of one directory server: what a login does there, by the code that logins use, one step after
// another, on connections of its own.

import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { Deadline } from '../../userstores/deadline.ts';
import { connectLdap, openTcp, openTls, type ServerAddress, startTls } from '../../userstores/ldap/connect-ldap.ts';
import { type DirectoryServers, maySend } from '../../userstores/ldap/directory-servers.ts';
import { createLdapConnection } from '../../userstores/ldap/ldap-connection.ts';
import { ServerFault } from '../../userstores/ldap/ldap-fault.ts';
import { type Credentials, createServiceCredentials, type ServiceCredentials } from '../../userstores/ldap/service-credentials.ts';
import { createDirectoryOperations } from '../../userstores/ldap/user-directory.ts';
import { createStoreSecret } from '../../userstores/store-secret.ts';
import { storeLabel, type UserstoreDependencies } from '../../userstores/userstore.ts';
import type { DoctorQuestion, StepReport } from '../examination.ts';
import { examineTcp } from '../network/examine-tcp.ts';
import { examineTls } from '../network/examine-tls.ts';
import { lookUpName } from '../network/look-up-name.ts';
import { openSteps } from '../run-steps.ts';
import { passed, type StepResult, warning } from '../step-result.ts';
import { readAccountState } from './account-step.ts';
import { bindUser } from './bind-step.ts';
import { readGroups } from './groups-step.ts';
import { type OpenDirectory, withResult } from './open-directory.ts';
import { judgeHits, judgeUniqueId, searchUser } from './search-steps.ts';
import { type WatchedConnection, watchConnection } from './watched-connection.ts';

const DIRECTORY_STEPS = [
  ...(['secret', 'name-resolution', 'tcp', 'tls', 'service-bind', 'search'] as const),
  ...(['filter-hits', 'unique-id', 'account-state', 'groups', 'user-bind'] as const),
] as const;

export interface DirectoryQuestion {
  readonly asked: DoctorQuestion;
  readonly entry: LdapUserstoreEntry;
  readonly server: ServerAddress;
  readonly dependencies: UserstoreDependencies;
  /** Of the examination of all servers. */
  readonly whole: Deadline;
}

export function examineDirectoryServer(question: DirectoryQuestion): Promise<readonly StepReport[]> {
  const { asked, entry, server, dependencies, whole } = question;
  const dependency = storeLabel(asked.tenant, asked.domain);
  const { clock } = dependencies;
  const secret = createStoreSecret(dependencies, { ...asked, secretId: entry.secretId });
  const isRequired = entry.secretId !== undefined;
  const credentials = createServiceCredentials({ secret, isRequired, caPem: entry.caPem, dependency, clock });
  const steps = openSteps(DIRECTORY_STEPS, { stepMs: entry.timeoutMs, whole });
  return steps.report(async () => {
    const current = await steps.run('secret', (deadline) => readCredentials(question, credentials, deadline));
    await steps.run('name-resolution', (deadline) => lookUpName(server.host, deadline));
    const tcp = await steps.run('tcp', (deadline) => examineTcp(server, deadline));
    const open = { socket: tcp };
    try {
      const socket = await steps.run('tls', (deadline) => secure(question, tcp, current, deadline));
      open.socket = socket;
      const connection = watchConnection(createLdapConnection(socket));
      const serviceName = await steps.run('service-bind', (deadline) => bindService(connection, credentials, deadline));
      const directory = createDirectoryOperations({ ...asked, entry, ...dependencies, servers: onlyServer(question, connection, current) });
      const opened: OpenDirectory = { asked, entry, connection, directory, serviceName };
      const searched = await steps.run('search', (deadline) => searchUser(opened, deadline));
      const found = await steps.run('filter-hits', (deadline) => judgeHits(opened, searched, deadline));
      const user = await steps.run('unique-id', async () => judgeUniqueId(opened, found));
      await steps.run('account-state', (deadline) => readAccountState(opened, user, deadline));
      await steps.run('groups', (deadline) => readGroups(opened, user, deadline));
      await steps.run('user-bind', (deadline) => bindUser(opened, user, deadline));
    } finally {
      open.socket.destroy();
    }
  });
}

/** As every new connection of a login reads it: whether it may go to this server too. */
async function readCredentials(
  { entry, server, asked }: DirectoryQuestion,
  credentials: ServiceCredentials,
  deadline: Deadline,
): Promise<StepResult<Credentials>> {
  const current = await credentials.read(deadline);
  if (!maySend(current, server)) throw new Unavailable(storeLabel(asked.tenant, asked.domain), 'url-not-in-secret');
  if (entry.secretId !== undefined) return passed(current, `${entry.secretId} has ${[...current.members.keys()].sort().join(', ')}`);
  return warning(
    current,
    'the entry has no secretId: the directory is searched without a name',
    'Give the entry a secretId, unless anybody may search there.',
  );
}

async function secure(
  { server, entry, dependencies }: DirectoryQuestion,
  tcp: Awaited<ReturnType<typeof openTcp>>,
  { secureContext }: Credentials,
  deadline: Deadline,
): Promise<StepResult<typeof tcp>> {
  if (server.security === 'plaintext')
    return warning(tcp, 'none: allowPlaintext is set, and passwords go in clear', 'Use an ldaps:// URL, or startTls.');
  const ready = async (socket: typeof tcp, within: Deadline) => (server.security === 'startTls' ? startTls(socket, within) : socket);
  return examineTls(
    {
      host: server.host,
      hasCa: entry.caPem !== undefined,
      clock: dependencies.clock,
      open: async (within) => openTls(await ready(tcp, within), server.host, secureContext, within),
      openAnother: async (within) => ready(await openTcp(server, within), within),
    },
    deadline,
  );
}

/** @returns who the store is now, in words */
async function bindService(
  connection: WatchedConnection,
  credentials: ServiceCredentials,
  deadline: Deadline,
): Promise<StepResult<string>> {
  connection.begin();
  try {
    await credentials.bind(connection, deadline);
  } catch (error) {
    throw withResult(error, connection);
  }
  const { bindDn, clientCertificatePem } = await credentials.read(deadline);
  const name = bindDn ?? (clientCertificatePem === undefined ? 'nobody (anonymous)' : 'the client certificate of the secret');
  return passed(name, `as ${name}`);
}

/** The one server in place of the list of a login: searches on the connection that is bound, each bind of a user on a new one. */
function onlyServer(question: DirectoryQuestion, searches: WatchedConnection, { secureContext }: Credentials): DirectoryServers {
  const { asked, server } = question;
  return {
    async use(kind, deadline, work) {
      try {
        if (kind === 'searches') return await work(searches, deadline.remainingMs());
        const connection = await connectLdap(server, secureContext, deadline);
        try {
          return await work(connection, deadline.remainingMs());
        } finally {
          connection.close();
        }
      } catch (error) {
        if (!(error instanceof ServerFault)) throw error;
        throw new Unavailable(storeLabel(asked.tenant, asked.domain), error.reason, { cause: error.cause });
      }
    },
    close: () => searches.close(),
  };
}
