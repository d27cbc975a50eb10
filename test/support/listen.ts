// Servers of the tests: on a free port of 127.0.0.1, closed with all their connections when the test is over.

import type { Server } from 'node:net';
import type { TestContext } from 'node:test';

interface Closable {
  closeAllConnections?(): void;
}

/** The port that `server` now listens on, until the test is over. */
export async function listen(context: TestContext, server: Server & Closable): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
