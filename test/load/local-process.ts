// The local run in a process of its own, with what its memory is.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { portsInARow } from '../support/free-ports.ts';

export interface LocalProcess {
  readonly url: string;
  /** Resident, in megabytes; undefined where the system does not say. */
  residentMb(): number | undefined;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** @param directory where it keeps its state; absent: in memory */
export async function startLocalProcess(directory?: string): Promise<LocalProcess> {
  const port = await portsInARow();
  const args = ['infra/local/start.ts', '--port', String(port), ...(directory === undefined ? [] : ['--data', directory])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(child);
  return {
    url: `http://127.0.0.1:${port}`,
    residentMb: () => residentMb(child.pid),
    async end(signal) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  const ready = Promise.withResolvers<void>();
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    if (text.includes('Gatehouse is ready')) ready.resolve();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  child.once('exit', () => ready.reject(new Error(text)));
  await ready.promise;
  // What it logs from here on is read, so that it can go on, and not kept.
  child.stdout?.off('data', take).resume();
  child.stderr?.off('data', take).resume();
}

function residentMb(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
