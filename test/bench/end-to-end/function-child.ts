// The process of `function-process.ts`: loads the bundle that its argument names, and answers events.

import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

type Message = { readonly event: unknown } | { readonly memory: true };

const { handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

process.on('message', async (message: Message) => {
  if ('memory' in message) {
    globalThis.gc?.();
    process.send?.({ bytes: process.memoryUsage().rss });
    return;
  }
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 25_000 };
  const startedMs = performance.now();
  const answer = await handler(message.event, context).catch((error: unknown) => ({
    // As Lambda's runtime tells API Gateway.
    errorMessage: error instanceof Error ? error.message : String(error),
  }));
  process.send?.({ answer, ms: performance.now() - startedMs });
});
process.send?.('ready');
