// An agent made with the official SDK of MCP as it comes from npm. It is given the URL of a server and nothing else: who signs
// its users in, and with what, it finds out by itself; its own name is the URL of a document about it.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthClientMetadata, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { VisitAddress } from './person-at-browser.ts';

/** One request that the agent made. */
export interface AgentStep {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly answer: string;
}

export interface AgentOptions {
  readonly clientMetadataUrl: string;
  /** What the document says. */
  readonly clientMetadata: OAuthClientMetadata;
  readonly visit: VisitAddress;
  /** Called when a request begins, so that steps keep their order; what it returns gets the step when it has its answer. */
  readonly onRequest?: () => (step: AgentStep) => void;
}

export interface Agent {
  readonly clientId: string;
  /** Names of the tools of a server. Signs in where it must. */
  listTools(serverUrl: string): Promise<readonly string[]>;
  callTool(serverUrl: string, name: string): Promise<unknown>;
  /** What it holds. */
  tokens(): OAuthTokens | undefined;
  /** As if its access token had expired. */
  forgetAccessToken(): void;
  /** How often it sent its user to sign in. */
  signIns(): number;
  close(): Promise<void>;
}

/** Keeps what the SDK wants kept, and opens no address by itself. */
class Keeper implements OAuthClientProvider {
  readonly clientMetadataUrl: string;
  readonly clientMetadata: OAuthClientMetadata;
  address: URL | undefined;
  held: OAuthTokens | undefined;
  sentState = '';
  #client: OAuthClientInformationMixed | undefined;
  #verifier = '';

  constructor({ clientMetadataUrl, clientMetadata }: AgentOptions) {
    this.clientMetadataUrl = clientMetadataUrl;
    this.clientMetadata = clientMetadata;
  }

  get redirectUrl(): string {
    return this.clientMetadata.redirect_uris[0] ?? '';
  }

  state(): string {
    this.sentState = randomUUID();
    return this.sentState;
  }
  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#client;
  }
  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client;
  }
  tokens(): OAuthTokens | undefined {
    return this.held;
  }
  saveTokens(tokens: OAuthTokens): void {
    this.held = tokens;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
  redirectToAuthorization(address: URL): void {
    this.address = address;
  }
  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'all' || scope === 'tokens') this.held = undefined;
    if (scope === 'all' || scope === 'client') this.#client = undefined;
  }
}

function recordingFetch(onRequest: AgentOptions['onRequest']): typeof fetch {
  return async (input, init) => {
    const onAnswer = onRequest?.();
    const request = new Request(input, init);
    const body = await request.clone().text();
    const response = await fetch(request);
    const answer = await response.clone().text();
    const { method, url, headers } = request;
    const [sent, answerHeaders] = [Object.fromEntries(headers), Object.fromEntries(response.headers)];
    onAnswer?.({ method, url, headers: sent, body, status: response.status, answerHeaders, answer });
    return response;
  };
}

export function openAgent(options: AgentOptions): Agent {
  const keeper = new Keeper(options);
  const clients = new Map<string, Client>();
  let signIns = 0;

  const open = (serverUrl: string): StreamableHTTPClientTransport =>
    new StreamableHTTPClientTransport(new URL(serverUrl), { authProvider: keeper, fetch: recordingFetch(options.onRequest) });

  /** Does what the SDK asks for where it wants its user to sign in. */
  async function signIn(transport: StreamableHTTPClientTransport, error: unknown): Promise<void> {
    if (!(error instanceof UnauthorizedError) || keeper.address === undefined) throw error;
    signIns += 1;
    const { back } = await options.visit(keeper.address);
    keeper.address = undefined;
    assert.equal(`${back.origin}${back.pathname}`, keeper.redirectUrl);
    assert.equal(back.searchParams.get('state'), keeper.sentState);
    await transport.finishAuth(back.searchParams.get('code') ?? assert.fail(back.href));
  }

  async function connect(serverUrl: string): Promise<Client> {
    const client = new Client({ name: 'test-agent', version: '1.0.0' });
    const refused = open(serverUrl);
    try {
      await client.connect(refused);
    } catch (error) {
      await signIn(refused, error);
      // One that was refused can't be connected again.
      await client.connect(open(serverUrl));
    }
    clients.set(serverUrl, client);
    return client;
  }

  async function ask<T>(serverUrl: string, question: (client: Client) => Promise<T>): Promise<T> {
    const client = clients.get(serverUrl) ?? (await connect(serverUrl));
    try {
      return await question(client);
    } catch (error) {
      await signIn(client.transport as StreamableHTTPClientTransport, error);
      return question(client);
    }
  }

  return {
    clientId: options.clientMetadataUrl,
    listTools: (serverUrl) => ask(serverUrl, async (client) => (await client.listTools()).tools.map(({ name }) => name)),
    callTool: (serverUrl, name) => ask(serverUrl, async (client) => (await client.callTool({ name, arguments: {} })).structuredContent),
    tokens: () => keeper.held,
    forgetAccessToken() {
      if (keeper.held !== undefined) keeper.held = { ...keeper.held, access_token: 'gat_of-yesterday' };
    },
    signIns: () => signIns,
    async close() {
      for (const client of clients.values()) await client.close();
    },
  };
}
