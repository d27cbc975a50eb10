// Failover and failback between the directory servers of one store, in the order of its entry: the first that answers
// serves. One that does not is left out for a while, then tried again by one login at a time, until it takes its place back.

import { Unavailable } from '../../shared/errors.ts';
import { errorFields, type Log, type LogFields } from '../../shared/log.ts';
import type { Deadline } from '../deadline.ts';
import { connectLdap, type ServerAddress } from './connect-ldap.ts';
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { SAYS_NOTHING_OF_THE_SERVER, ServerFault } from './ldap-fault.ts';
import type { Credentials, ServiceCredentials } from './service-credentials.ts';

/** `searches`: bound as the store itself. `logins`: bound as whoever logged in on it last; nothing but a bind is ever sent there. */
type ConnectionKind = 'searches' | 'logins';

/** One operation, on a connection of its own. */
export type Work<T> = (connection: LdapConnection, timeoutMs: number) => Promise<T>;

export interface DirectoryServers {
  /**
   * Does one operation on the first server that can.
   *
   * @throws Unavailable where none can
   */
  use<T>(kind: ConnectionKind, deadline: Deadline, work: Work<T>): Promise<T>;
  close(): void;
}

interface Server {
  readonly address: ServerAddress;
  readonly pools: Readonly<Record<ConnectionKind, ConnectionPool>>;
  /** Zero: it is up. */
  failures: number;
  retryAtMs: number;
  probing: boolean;
}

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;

interface Options {
  readonly servers: readonly ServerAddress[];
  readonly credentials: ServiceCredentials;
  readonly dependency: string;
  readonly clock: () => number;
  readonly log: Log;
  readonly logFields: LogFields;
}

export function createDirectoryServers({ servers: addresses, credentials, dependency, clock, log, logFields }: Options): DirectoryServers {
  const connect = async (address: ServerAddress, deadline: Deadline): Promise<LdapConnection> => {
    const current = await credentials.read(deadline);
    if (!maySend(current, address)) throw new Unavailable(dependency, 'url-not-in-secret');
    return connectLdap(address, current.secureContext, deadline);
  };
  const connectAndBind = async (address: ServerAddress, deadline: Deadline): Promise<LdapConnection> => {
    const connection = await connect(address, deadline);
    try {
      await credentials.bind(connection, deadline);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  };
  const servers: readonly Server[] = addresses.map((address) => ({
    address,
    pools: {
      searches: createConnectionPool((deadline) => connectAndBind(address, deadline), clock),
      logins: createConnectionPool((deadline) => connect(address, deadline), clock),
    },
    failures: 0,
    retryAtMs: 0,
    probing: false,
  }));

  const markUp = (server: Server): void => {
    if (server.failures > 0) log('INFO', 'ldap-server-up', { ...logFields, server: server.address.url });
    server.failures = 0;
  };
  const markDown = (server: Server, fault: ServerFault): void => {
    const pauseMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** server.failures);
    server.failures += 1;
    server.retryAtMs = clock() + pauseMs;
    log('WARN', 'ldap-server-down', { ...logFields, server: server.address.url, retrySeconds: pauseMs / 1000, ...errorFields(fault) });
  };
  /** Servers to try now: those that are up or due for a probe; all where there is none, since one may be back. */
  const candidates = (): readonly Server[] => {
    const now = clock();
    const usable = servers.filter((server) => server.failures === 0 || (server.retryAtMs <= now && !server.probing));
    return usable.length > 0 ? usable : servers;
  };

  return {
    async use(kind, deadline, work) {
      const tried = candidates();
      let last: ServerFault | undefined;
      for (const [at, server] of tried.entries()) {
        const isProbe = server.failures > 0;
        if (isProbe) server.probing = true;
        const share = deadline.share(tried.length - at);
        try {
          const answer = await server.pools[kind].use(share, (connection) => work(connection, share.remainingMs()));
          markUp(server);
          return answer;
        } catch (error) {
          if (!(error instanceof ServerFault)) throw error;
          last = error;
          if (!SAYS_NOTHING_OF_THE_SERVER.has(error.reason)) markDown(server, error);
        } finally {
          if (isProbe) server.probing = false;
        }
      }
      if (last === undefined) throw new Error('A store has at least one server.');
      throw new Unavailable(dependency, last.reason, { cause: last });
    },
    close() {
      for (const server of servers) for (const pool of Object.values(server.pools)) pool.close();
    },
  };
}

/** Whether the secret may go to this server (A16). */
export function maySend(credentials: Credentials, address: ServerAddress): boolean {
  if (credentials.urls === undefined) return true;
  return credentials.urls.split(/\s+/).includes(address.url) && (address.security !== 'plaintext' || credentials.allowPlaintext === 'true');
}
