// Connections kept between calls (RFC 9112 section 9.3). A function may be frozen for minutes between two of them: what
// was idle for longer than a moment, by the wall clock, is never used again.

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

const MAX_IDLE_MS = 10_000;
const MAX_SOCKETS_PER_ORIGIN = 64;
const MAX_IDLE_SOCKETS_PER_ORIGIN = 8;
const MAX_IDLE_SOCKETS = 64;

type Agent = HttpAgent | HttpsAgent;

/** What may share a connection: both differ in which addresses a connection may have gone to. */
interface AgentChoice {
  readonly isTls: boolean;
  readonly allowPrivateAddress: boolean;
}

export interface KeepAliveAgents {
  /** An agent whose idle connections are all fresh. */
  agentFor(choice: AgentChoice): Agent;
}

/** @param clock milliseconds since the epoch: a monotonic clock may stand still while the function is frozen */
export function createKeepAliveAgents(clock: () => number): KeepAliveAgents {
  const agents = new Map<string, Agent>();
  const idleSince = new WeakMap<Socket, number>();
  return {
    agentFor({ isTls, allowPrivateAddress }) {
      const key = `${isTls} ${allowPrivateAddress}`;
      const agent = agents.get(key) ?? createAgent(isTls, idleSince, clock);
      agents.set(key, agent);
      dropStale(agent, idleSince, clock());
      return agent;
    },
  };
}

function createAgent(isTls: boolean, idleSince: WeakMap<Socket, number>, clock: () => number): Agent {
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS_PER_ORIGIN,
    maxFreeSockets: MAX_IDLE_SOCKETS_PER_ORIGIN,
    timeout: MAX_IDLE_MS,
    scheduling: 'lifo' as const,
  };
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
  agent.on('free', (socket: Socket) => idleSince.set(socket, clock()));
  return agent;
}

function dropStale(agent: Agent, idleSince: WeakMap<Socket, number>, nowMs: number): void {
  const idle = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  idle.sort((a, b) => (idleSince.get(b) ?? 0) - (idleSince.get(a) ?? 0));
  for (const [at, socket] of idle.entries()) {
    const isFresh = Math.abs(nowMs - (idleSince.get(socket) ?? 0)) <= MAX_IDLE_MS;
    if (!isFresh || at >= MAX_IDLE_SOCKETS) socket.destroy();
  }
}
