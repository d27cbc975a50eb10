// The host of clients' own metadata documents: https on this machine, by a certificate of the authority of the tests. Functions
// of a local run that starts after this file was loaded trust that authority.

import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { OAuthClientMetadata } from '@modelcontextprotocol/sdk/shared/auth.js';
import { SERVER_CERTIFICATE } from './certificates/index.ts';

process.env.NODE_EXTRA_CA_CERTS = fileURLToPath(new URL('certificates/ca.pem', import.meta.url));

export interface AgentDocuments {
  /** URL of the document: the client's id. */
  publish(path: string, metadata: OAuthClientMetadata): string;
  /** URLs that were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param onAsked gets the URL and the document each time that one is fetched */
export async function openAgentDocuments(onAsked?: (url: string, document: string) => void): Promise<AgentDocuments> {
  const documents = new Map<string, OAuthClientMetadata & { client_id: string }>();
  const asked: string[] = [];
  const server = createServer(SERVER_CERTIFICATE, ({ url: path = '', headers }, response) => {
    const document = documents.get(path);
    const text = JSON.stringify(document ?? {});
    asked.push(`https://${headers.host}${path}`);
    onAsked?.(`https://${headers.host}${path}`, text);
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json', connection: 'close' });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    publish(path, metadata) {
      const url = `https://127.0.0.1:${port}${path}`;
      documents.set(path, { client_id: url, ...metadata });
      return url;
    },
    asked,
    close: async () => void (await new Promise((resolve) => server.close(resolve))),
  };
}
