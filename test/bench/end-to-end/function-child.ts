// The process of `function-process.ts`: loads the bundle that its argument names, and answers events.

import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeHeapSnapshot } from 'node:v8';

/** `id` is that of the answer. */
type Message = { readonly id: number } & ({ readonly event: unknown } | { readonly memory: true } | { readonly snapshot: string });

const { handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

process.on('message', async (message: Message) => {
  const { id } = message;
  if ('memory' in message) process.send?.({ id, memory: await memory() });
  else if ('snapshot' in message) process.send?.({ id, file: writeHeapSnapshot(message.snapshot) });
  else process.send?.({ id, ...(await invoke(message.event)) });
});
process.send?.('ready');

async function invoke(event: unknown): Promise<object> {
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 25_000 };
  const startedMs = performance.now();
  const answer = await handler(event, context).catch((error: unknown) => ({
    // As Lambda's runtime tells API Gateway.
    errorMessage: error instanceof Error ? error.message : String(error),
  }));
  return { answer, ms: performance.now() - startedMs };
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
