// The token endpoint rows of the bench: CPU that the server spends on a request over HTTP, 16 connections at
// once, against a server that answers a constant JSON.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 16;
const ROUNDS = 9;
const REQUESTS_A_ROUND = 1600;

/** A request that one connection sends, given what the one before it was answered. */
interface Load {
  readonly name: string;
  readonly path: string;
  readonly client: string;
  /** The body of the next request, from the last answer on this connection. */
  readonly next: (last: string) => string;
}

const LOGIN = 'grant_type=password&username=publisher&password=publisher-pass&scope=order%3Awrite';

const constant: Load = {
  name: 'constant',
  path: '/constant',
  client: 'opaque',
  next: () => 'grant_type=client_credentials&scope=order%3Awrite',
};
/** What the rows with ES256 can't go below: the signature, as dear as it is between requests that come one by one. */
const signed: Load = { ...constant, name: 'signed', path: '/signed' };
const loads: readonly Load[] = [
  constant,
  signed,
  ...(['opaque', 'es256'] as const).flatMap((client): readonly Load[] => [
    {
      name: `client_credentials ${client}`,
      path: '/oauth2/token',
      client,
      next: () => 'grant_type=client_credentials&scope=order%3Awrite',
    },
    {
      name: `refresh ${client}`,
      path: '/oauth2/token',
      client,
      next: (last) => {
        const token = /"refresh_token":"([^"]+)"/.exec(last)?.[1];
        return token === undefined ? LOGIN : `grant_type=refresh_token&refresh_token=${token}`;
      },
    },
  ]),
];

export async function tokenEndpointRows(): Promise<readonly Row[]> {
  const times = await measureServer('token-endpoint-server.ts', async (send) => {
    const token = /"access_token":"([^"]+)"/.exec(await send('/oauth2/token', 'opaque', LOGIN))?.[1];
    return [...loads, { name: 'introspection', path: '/oauth2/introspect', client: 'opaque', next: () => `token=${token}` }];
  });
  return [
    row('constant JSON and one ES256 signature, the limit of rows with ES256', times, signed.name, '–'),
    row('token endpoint, client_credentials, opaque', times, 'client_credentials opaque', '≤ 2.8'),
    row('the same, ES256', times, 'client_credentials es256', '≤ 4.2'),
    row('refresh with rotation, opaque', times, 'refresh opaque', '≤ 4'),
    row('the same, ES256', times, 'refresh es256', '≤ 5.5'),
    row('introspection', times, 'introspection', '≤ 2'),
  ];
}

/** Others, as they come: by the same loads in the same way. */
export async function peerEndpointRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [peer, path] of [
    ['oidc-provider', '/token'],
    ['oauth2-server', '/token'],
  ] as const) {
    const body = () => 'grant_type=client_credentials&scope=order%3Awrite';
    const load: Load = { name: peer, path, client: 'opaque', next: body };
    rows.push(
      row(
        `token endpoint, client_credentials, opaque: ${peer}`,
        await measureServer('peers/peer-server.ts', async () => [constant, load], [peer]),
        peer,
        '–',
      ),
    );
  }
  return rows;
}

/**
 * Runs loads in turn against a server in a process of its own.
 *
 * @param loadsOf may ask the server for what they need
 * @returns median microseconds of processor time a request, by the load's name
 */
async function measureServer(
  module: string,
  loadsOf: (send: Send) => Promise<readonly Load[]>,
  args: readonly string[] = [],
): Promise<ReadonlyMap<string, number>> {
  const server = fork(fileURLToPath(new URL(module, import.meta.url)), args, {
    serialization: 'json',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const connections = Array.from({ length: CONNECTIONS }, () => openConnection(port));
  const cpu = async (): Promise<number> => {
    server.send('cpu');
    const [answer] = (await once(server, 'message')) as [{ cpuMicroseconds: number }];
    return answer.cpuMicroseconds;
  };
  try {
    const all = await loadsOf((...request) => connections[0]?.send(...request) ?? Promise.reject(new Error('no connection')));
    const samples = new Map<string, number[]>(all.map(({ name }) => [name, []]));
    for (let round = -2; round < ROUNDS; round++) {
      for (const load of all) {
        const before = await cpu();
        await Promise.all(connections.map(({ send }) => drive(load, send)));
        const spent = ((await cpu()) - before) / REQUESTS_A_ROUND;
        // The first rounds are for the compiler.
        if (round >= 0) samples.get(load.name)?.push(spent);
      }
    }
    return new Map([...samples].map(([name, values]) => [name, median(values)]));
  } finally {
    for (const connection of connections) connection.close();
    server.kill();
  }
}

type Send = (path: string, client: string, body: string) => Promise<string>;

/**
 * With a pause after each answer: requests then come one by one, as they come to a function, and each pays for its own
 * wake-up. Under a load that is always there the constant answers share theirs, which no real answer does.
 */
async function drive({ path, client, next }: Load, send: Send): Promise<void> {
  let last = '';
  for (let sent = 0; sent < REQUESTS_A_ROUND / CONNECTIONS; sent++) {
    last = await send(path, client, next(last));
    await delay(1 + (sent % 3));
    if (last.startsWith('{"error"')) throw new Error(`The token endpoint of the bench answers ${last}.`);
  }
}

/** One kept connection, by hand: a load generator must not be busier than the server that it loads. */
function openConnection(port: number): { send: Send; close(): void } {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  let settle: ((answer: string) => void) | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const head = received.indexOf('\r\n\r\n');
    const length = Number(/\r\nContent-Length: (\d+)\r\n/i.exec(received)?.[1]);
    if (head === -1 || received.length < head + 4 + length) return;
    const body = received.slice(head + 4);
    received = '';
    settle?.(body);
  });
  return {
    send: (path, client, body) =>
      new Promise((resolve) => {
        settle = resolve;
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${credentials.get(client)}${FORM}Content-Length: ${body.length}\r\n\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

const FORM = 'Content-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\nUser-Agent: bench\r\n';
const credentials = new Map(['opaque', 'es256'].map((client) => [client, `Authorization: Basic ${btoa(`${client}:secret`)}\r\n`]));

function row(what: string, times: ReadonlyMap<string, number>, name: string, aim: string): Row {
  const limit = times.get(constant.name) ?? Number.NaN;
  const measured = times.get(name) ?? Number.NaN;
  return { what, limit: `constant JSON ${limit.toFixed(0)} µs`, measured: `${measured.toFixed(0)} µs`, ratio: measured / limit, aim };
}
