// Ports in a row that nobody has now, below those that the system gives to whoever asks for any: another test that opens
// one of those meanwhile does not get ours.

import { createServer } from 'node:net';

const FIRST = 20_000;
const LAST = 32_000;

/** The first of as many ports in a row as the local run takes: gateway, tables, secrets, functions. */
export async function portsInARow(count = 4): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const servers = Array.from({ length: count }, () => createServer());
    const free = await Promise.all(
      servers.map(
        (server, offset) =>
          new Promise<boolean>((resolve) => {
            server.once('error', () => resolve(false));
            server.listen(port + offset, '127.0.0.1', () => resolve(true));
          }),
      ),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (free.every(Boolean)) return port;
  }
}
