// Forwards connections: from a socket of the file system, which reaches into a network name space, to a port there.
// Run as a program in it: `node forward.ts SOCKET PORT`.

import { connect, createServer, type Server, type Socket } from 'node:net';

/** Accepts connections and hands each to one that `open` makes. */
export function openForwarder(open: () => Socket): Server {
  return createServer((near) => {
    const far = open();
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
}

const [, script = '', path, port] = process.argv;
if (import.meta.filename === script && path !== undefined) {
  openForwarder(() => connect(Number(port), '127.0.0.1')).listen(path);
}
