// The process of `function-process.ts`: loads the bundle that its argument names, and answers events.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeHeapSnapshot } from 'node:v8';

/** `id` is that of the answer. */
type Message = { readonly id: number } & (
  | { readonly event: unknown; readonly settleMs: number }
  | { readonly passMs: number }
  | { readonly memory: true }
  | { readonly snapshot: string }
);

const [wall, monotonic] = [Date.now, performance.now.bind(performance)];
let passedMs = 0;
Date.now = () => wall() + passedMs;
performance.now = () => monotonic() + passedMs;

const { handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

process.on('message', async (message: Message) => {
  const { id } = message;
  if ('memory' in message) process.send?.({ id, memory: await memory() });
  else if ('snapshot' in message) process.send?.({ id, file: writeHeapSnapshot(message.snapshot) });
  else if ('passMs' in message) {
    passedMs += message.passMs;
    process.send?.({ id });
  } else process.send?.({ id, ...(await invoke(message.event, message.settleMs)) });
});
process.send?.('ready');

async function invoke(event: unknown, settleMs: number): Promise<object> {
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 25_000 };
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const answer = await handler(event, context).catch((error: unknown) => ({
    // As Lambda's runtime tells API Gateway.
    errorMessage: error instanceof Error ? error.message : String(error),
  }));
  const ms = performance.now() - startedMs;
  const blockedMs = settleMs === 0 ? 0 : await longestBlock(settleMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { answer, ms, cpuMs: (user + system) / 1000, blockedMs };
}

/** Turns of the event loop a millisecond apart: what comes late has waited for work. */
async function longestBlock(forMs: number): Promise<number> {
  let longestMs = 0;
  for (let last = performance.now(), end = last + forMs; last < end; ) {
    await delay(1);
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - last);
    last = nowMs;
  }
  return longestMs;
}

/** What native objects hold is given up a turn after what held them. */
async function memory(): Promise<object> {
  for (let collections = 0; collections < 3; collections++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed, externalBytes: external };
}
