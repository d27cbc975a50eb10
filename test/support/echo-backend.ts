// A backend that shows what reached it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { headerPairs } from '../../infra/emulator/gateway/http-proxy.ts';

export interface EchoBackend {
  readonly url: string;
  close(): Promise<void>;
}

/** A backend that answers with what it received, headers as pairs. */
export async function openEchoBackend(responseHeaders: Readonly<Record<string, string>> = {}, delayMs = 0): Promise<EchoBackend> {
  const server = createServer(async (message, to) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    to.writeHead(200, { 'Content-Type': 'application/json', ...responseHeaders });
    const { method, url } = message;
    to.end(JSON.stringify({ method, url, headers: headerPairs(message.rawHeaders), body: Buffer.concat(chunks).toString('utf8') }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
