// `npm start` as a process of its own, for tests that look at it from outside.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ready: Promise<string>;
}

/** @param args after `npm start --` */
export function start(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, ['infra/local/start.ts', ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  let output = '';
  const ready = Promise.withResolvers<string>();
  const take = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    const line = /^Gatehouse is ready.*$/m.exec(output)?.[0];
    if (line !== undefined) ready.resolve(line);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('exit', () => ready.reject(new Error(output)));
  // Nobody waits for it where the start is meant to fail.
  ready.promise.catch(() => {});
  return { child, output: () => output, ready: ready.promise };
}

/** Gives the exit code. */
export async function stop({ child }: Started, signal: 'SIGTERM' | 'SIGINT'): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

/** The first of three ports in a row that nobody has now. */
export async function threeFreePorts(): Promise<number> {
  for (;;) {
    const servers = [createServer()];
    await new Promise<void>((resolve) => servers[0]?.listen(0, '127.0.0.1', resolve));
    const address = servers[0]?.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const others = [1, 2].map((offset) => {
      const server = createServer();
      servers.push(server);
      return new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(port + offset, '127.0.0.1', () => resolve(true));
      });
    });
    const free = (await Promise.all(others)).every(Boolean) && port < 65_000;
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (free) return port;
  }
}
