// The token Lambda behind real HTTP, for clients that know nothing of Lambda: each request becomes the event that API
// Gateway would make of it, WWW-Authenticate included, which API Gateway renames.

import { createServer, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { ownIssuerOf } from '../../functions/shared/token-paths.ts';
import { listen } from './listen.ts';
import { openTokenApi, type TokenApi, type TokenApiOptions } from './token-api.ts';
import { tokenEvent } from './token-events.ts';

export interface TokenServer {
  readonly issuer: string;
  readonly api: TokenApi;
}

/** Whose issuer a client is told of: the deployment's, or the tenant's own, as the tenant entry says it. */
export const ISSUER_MODES = ['shared', 'own'] as const;
export type IssuerMode = (typeof ISSUER_MODES)[number];

/** The issuer of `my_company`. @param shared the deployment's */
export const issuerOf = (shared: string, mode: IssuerMode): string => (mode === 'own' ? ownIssuerOf(shared, 'my_company') : shared);

/** Serves on a free port of 127.0.0.1 until the test is over; the issuer is its address. */
export async function startTokenServer(context: TestContext, options: TokenApiOptions = {}): Promise<TokenServer> {
  let api: TokenApi | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await api?.handler(await eventOf(request));
      const headers = { ...answer?.headers, ...answer?.multiValueHeaders } as Record<string, string | string[]>;
      response.writeHead(answer?.statusCode ?? 500, headers);
      response.end(answer?.body);
    })();
  });
  const issuer = `http://127.0.0.1:${await listen(context, server)}`;
  api = openTokenApi({ start: 'running', issuer, ...options });
  return { issuer, api };
}

async function eventOf(request: IncomingMessage): Promise<APIGatewayProxyEvent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return tokenEvent({
    method: request.method ?? 'GET',
    path: url.pathname,
    headers: Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, values ?? []])),
    body: chunks.length === 0 ? null : Buffer.concat(chunks).toString(),
    ...(url.search !== '' && { query: Object.fromEntries(url.searchParams) }),
  });
}
