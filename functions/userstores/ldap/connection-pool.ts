// Connections of one kind to one server, kept for a short time: a TLS connection for each login costs ten times the
// login. A Lambda may be frozen between two logins, so what has been idle for long by the wall clock is not trusted,
// and a kept connection that turns out to be dead costs nothing but a new one.

import { type Deadline, within } from '../deadline.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { CONNECTION_LOST, NO_TURN, ServerFault } from './ldap-fault.ts';

export interface ConnectionPool {
  /**
   * Works on a connection that nobody else has meanwhile. `work` is done again on a new connection where a kept one
   * proves dead before it answered.
   *
   * @throws ServerFault, and whatever `work` throws
   */
  use<T>(deadline: Deadline, work: (connection: LdapConnection) => Promise<T>): Promise<T>;
  /** Closes what is idle; what is in use is closed when it comes back. */
  close(): void;
}

/** Well below the idle limits of firewalls, and of Active Directory (15 minutes). */
const MAX_IDLE_MS = 30_000;
/** Age at which a connection ends, so that a server that is drained, or a host name that moves, is left in time. */
const MAX_AGE_MS = 300_000;
/** No store may take more connections than this of one server. */
const MAX_CONNECTIONS = 16;

interface Kept {
  readonly connection: LdapConnection;
  readonly openedMs: number;
  idleSinceMs: number;
}

/**
 * @param open makes a new connection, ready for use
 * @param clock milliseconds since the epoch
 */
export function createConnectionPool(open: (deadline: Deadline) => Promise<LdapConnection>, clock: () => number): ConnectionPool {
  const idle: Kept[] = [];
  const waiting: (() => void)[] = [];
  let inUse = 0;
  let closed = false;
  let sweep: NodeJS.Timeout | undefined;

  const discardIdle = (isOver: (kept: Kept) => boolean): void => {
    for (const kept of idle.splice(0)) {
      if (isOver(kept)) kept.connection.close();
      else idle.push(kept);
    }
  };
  const isStale = (kept: Kept): boolean => {
    const now = clock();
    return !kept.connection.isOpen || now - kept.idleSinceMs > MAX_IDLE_MS || now - kept.openedMs > MAX_AGE_MS;
  };
  /** The one used last: so that what is not needed grows old. */
  const takeIdle = (): Kept | undefined => {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (!isStale(kept)) return kept;
      kept.connection.close();
    }
    return undefined;
  };
  const sweepLater = (): void => {
    sweep ??= setTimeout(() => {
      sweep = undefined;
      discardIdle(isStale);
      if (idle.length > 0) sweepLater();
    }, MAX_IDLE_MS + 1000).unref();
  };

  const takeTurn = async (deadline: Deadline): Promise<void> => {
    if (inUse >= MAX_CONNECTIONS) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      try {
        await within(deadline, promise, new ServerFault(NO_TURN));
      } catch (error) {
        const at = waiting.indexOf(resolve);
        // The turn may have come while the deadline did: then it goes to the next.
        if (at === -1) endTurn();
        else waiting.splice(at, 1);
        throw error;
      }
    } else {
      inUse += 1;
    }
  };
  const endTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) inUse -= 1;
    else next();
  };

  const run = async <T>(kept: Kept, work: (connection: LdapConnection) => Promise<T>): Promise<T> => {
    try {
      return await work(kept.connection);
    } finally {
      if (kept.connection.isOpen && !closed) {
        kept.connection.keepAlive(false);
        kept.idleSinceMs = clock();
        idle.push(kept);
        sweepLater();
      } else {
        kept.connection.close();
      }
    }
  };
  const openNew = async (deadline: Deadline): Promise<Kept> => {
    const connection = await open(deadline);
    return { connection, openedMs: clock(), idleSinceMs: clock() };
  };

  return {
    async use(deadline, work) {
      await takeTurn(deadline);
      try {
        const kept = takeIdle();
        if (kept === undefined) return await run(await openNew(deadline), work);
        kept.connection.keepAlive(true);
        try {
          return await run(kept, work);
        } catch (error) {
          if (!(error instanceof ServerFault) || error.reason !== CONNECTION_LOST) throw error;
          // Its neighbours went through the same freeze, or the same restart of the server.
          discardIdle(() => true);
          return await run(await openNew(deadline), work);
        }
      } finally {
        endTurn();
      }
    },
    close() {
      closed = true;
      clearTimeout(sweep);
      discardIdle(() => true);
    },
  };
}
