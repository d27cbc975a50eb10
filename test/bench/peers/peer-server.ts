// The server of another token endpoint, in a process of its own: its argument says whose. Storage is memory.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONSTANT, CONSTANT_HEADERS } from '../constant-answer.ts';
import { installPeers } from './install-peers.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const load = installPeers();
const CLIENT = { id: 'opaque', secret: 'secret', scope: 'order:write' } as const;

async function openOidcProvider(): Promise<Answer> {
  const { default: Provider } = await load<{ default: new (issuer: string, options: object) => { callback(): Answer } }>('oidc-provider');
  const { id: client_id, secret: client_secret, scope } = CLIENT;
  const client = { client_id, client_secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope };
  const features = { clientCredentials: { enabled: true }, devInteractions: { enabled: false } };
  return new Provider('http://127.0.0.1', { clients: [client], scopes: [scope], features }).callback();
}

interface OAuth2Server {
  readonly Request: new (options: object) => object;
  readonly Response: new (options: object) => { readonly status: number; readonly headers: object; readonly body: object };
  new (options: object): { token(request: object, response: object): Promise<unknown> };
}

async function openNodeOAuth(): Promise<Answer> {
  const { default: Server } = await load<{ default: OAuth2Server }>('@node-oauth/oauth2-server');
  const model = {
    getClient: async () => ({ id: CLIENT.id, grants: ['client_credentials'] }),
    getUserFromClient: async () => ({}),
    validateScope: async () => [CLIENT.scope],
    saveToken: async (token: object, client: object, user: object) => ({ ...token, client, user }),
  };
  const server = new Server({ model });
  return async (message, outgoing) => {
    let text = '';
    for await (const chunk of message.setEncoding('latin1')) text += chunk;
    const { headers, method } = message;
    const request = new Server.Request({ headers, method, query: {}, body: Object.fromEntries(new URLSearchParams(text)) });
    const response = new Server.Response({});
    await server.token(request, response);
    const body = JSON.stringify(response.body);
    outgoing.writeHead(response.status ?? 200, { ...response.headers, 'Content-Type': 'application/json', 'Content-Length': body.length });
    outgoing.end(body);
  };
}

const openers: Readonly<Record<string, () => Promise<Answer>>> = { 'oidc-provider': openOidcProvider, 'oauth2-server': openNodeOAuth };
const answer = await openers[process.argv[2] ?? '']?.();
if (answer === undefined) throw new Error(`There is no peer ${process.argv[2]}.`);
const server = createServer((request, response) => {
  if (request.url !== '/constant') return answer(request, response);
  request.resume().on('end', () => {
    response.writeHead(200, { ...CONSTANT_HEADERS, 'Content-Length': CONSTANT.length });
    response.end(CONSTANT);
  });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
