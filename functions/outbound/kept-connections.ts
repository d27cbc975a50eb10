// Connections kept between calls (RFC 9112 section 9.3). A function may be frozen for minutes between two of them: what
// was idle for longer than a moment, by the wall clock, is never used again.

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

const MAX_SOCKETS_PER_ORIGIN = 64;
const MAX_IDLE_SOCKETS = 64;

export interface KeptConnectionsOptions {
  readonly maxIdleMs: number;
  /** Connections that wait for the next call to one origin; of all origins together, 64 do. */
  readonly maxIdlePerOrigin: number;
  /** Milliseconds since the epoch: a monotonic clock may stand still while the function is frozen. */
  readonly clock: () => number;
}

type Agent = HttpAgent | HttpsAgent;

export interface KeptConnections {
  /** An agent whose idle connections are all fresh. */
  agentFor(url: URL): Agent;
  /** Gives up what is idle to the origin of the URL. */
  drop(url: URL): void;
}

export function createKeptConnections({ maxIdleMs, maxIdlePerOrigin, clock }: KeptConnectionsOptions): KeptConnections {
  const agents = new Map<string, Agent>();
  const idleSince = new WeakMap<Socket, number>();

  function createAgent(protocol: string): Agent {
    const options = {
      keepAlive: true,
      maxSockets: MAX_SOCKETS_PER_ORIGIN,
      maxFreeSockets: maxIdlePerOrigin,
      timeout: maxIdleMs,
      scheduling: 'lifo' as const,
    };
    const agent = protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
    agent.on('free', (socket: Socket) => idleSince.set(socket, clock()));
    return agent;
  }

  return {
    agentFor({ protocol }) {
      const agent = agents.get(protocol) ?? createAgent(protocol);
      agents.set(protocol, agent);
      const idle = idleSockets(agent, () => true).sort((a, b) => (idleSince.get(b) ?? 0) - (idleSince.get(a) ?? 0));
      for (const [at, socket] of idle.entries()) {
        const isFresh = Math.abs(clock() - (idleSince.get(socket) ?? 0)) <= maxIdleMs;
        if (!isFresh || at >= MAX_IDLE_SOCKETS) socket.destroy();
      }
      return agent;
    },
    drop({ protocol, hostname, port }) {
      const agent = agents.get(protocol);
      if (agent === undefined) return;
      // How Agent names the connections to an origin; what follows says how TLS was set up.
      const origin = `${hostname.replace(/^\[|\]$/g, '')}:${port || (protocol === 'https:' ? 443 : 80)}:`;
      for (const socket of idleSockets(agent, (name) => name.startsWith(origin))) socket.destroy();
    },
  };
}

function idleSockets(agent: Agent, isOfInterest: (name: string) => boolean): Socket[] {
  return Object.entries(agent.freeSockets).flatMap(([name, sockets]) => (isOfInterest(name) ? (sockets ?? []) : []));
}
