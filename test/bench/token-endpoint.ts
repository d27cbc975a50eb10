// The token endpoint rows of DESIGN section 9: CPU that the server spends on a request over HTTP, 16 connections at
// once, against a server that answers a constant JSON.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';
import type { Row } from './run.ts';

const CONNECTIONS = 16;
const ROUNDS = 9;
const REQUESTS_A_ROUND = 2400;

/** A request that one connection sends, given what the one before it was answered. */
interface Load {
  readonly name: string;
  readonly path: string;
  readonly client: string;
  /** The body of the next request, from the last answer on this connection. */
  readonly next: (last: Readonly<Record<string, unknown>>) => string;
}

const LOGIN = 'grant_type=password&username=publisher&password=publisher-pass&scope=order%3Awrite';

const constant: Load = {
  name: 'constant',
  path: '/constant',
  client: 'opaque',
  next: () => 'grant_type=client_credentials&scope=order%3Awrite',
};
const loads: readonly Load[] = [
  constant,
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
      next: (last) => (last.refresh_token === undefined ? LOGIN : `grant_type=refresh_token&refresh_token=${last.refresh_token}`),
    },
  ]),
];

export async function tokenEndpointRows(): Promise<readonly Row[]> {
  const server = fork(fileURLToPath(new URL('token-endpoint-server.ts', import.meta.url)), { serialization: 'json' });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const cpu = async (): Promise<number> => {
    server.send('cpu');
    const [answer] = (await once(server, 'message')) as [{ cpuMicroseconds: number }];
    return answer.cpuMicroseconds;
  };
  const send = (path: string, client: string, body: string) => post(agent, port, path, client, body);
  const token = (await send('/oauth2/token', 'opaque', LOGIN)).access_token;
  const all = [...loads, { name: 'introspection', path: '/oauth2/introspect', client: 'opaque', next: () => `token=${token}` }];
  const samples = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  try {
    for (let round = -2; round < ROUNDS; round++) {
      for (const load of all) {
        const before = await cpu();
        await drive(load, send);
        const spent = ((await cpu()) - before) / REQUESTS_A_ROUND;
        // The first rounds are for the compiler.
        if (round >= 0) samples.get(load.name)?.push(spent);
      }
    }
  } finally {
    agent.destroy();
    server.kill();
  }
  const times = new Map([...samples].map(([name, values]) => [name, median(values)]));
  return [
    row('token endpoint, client_credentials, opaque', times, 'client_credentials opaque', '≤ 2.8'),
    row('the same, ES256', times, 'client_credentials es256', '≤ 4.2'),
    row('refresh with rotation, opaque', times, 'refresh opaque', '≤ 2.9'),
    row('the same, ES256', times, 'refresh es256', '≤ 4.6'),
    row('introspection', times, 'introspection', '≤ 2'),
  ];
}

type Send = (path: string, client: string, body: string) => Promise<Readonly<Record<string, unknown>>>;

async function drive({ path, client, next }: Load, send: Send): Promise<void> {
  const connection = async (): Promise<void> => {
    let last: Readonly<Record<string, unknown>> = {};
    for (let sent = 0; sent < REQUESTS_A_ROUND / CONNECTIONS; sent++) {
      last = await send(path, client, next(last));
      if (last.error !== undefined) throw new Error(`The token endpoint of the bench answers ${last.error}.`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

function post(agent: Agent, port: number, path: string, client: string, body: string): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Basic ${btoa(`${client}:secret`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': body.length,
    };
    const request = httpRequest({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function row(what: string, times: ReadonlyMap<string, number>, name: string, aim: string): Row {
  const limit = times.get(constant.name) ?? Number.NaN;
  const measured = times.get(name) ?? Number.NaN;
  return { what, limit: `constant JSON ${limit.toFixed(0)} µs`, measured: `${measured.toFixed(0)} µs`, ratio: measured / limit, aim };
}
