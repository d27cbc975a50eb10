// A host of clients' metadata documents on 127.0.0.1, and a tenant that trusts it: for clients that nobody has registered.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SendOutbound } from '../../functions/outbound/outbound.ts';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { authorizationQuery, type Browser, type Shown } from './sign-in-browser.ts';
import { openTokenApi, type TokenAnswer, type TokenApi, type TokenApiOptions } from './token-api.ts';

export type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Where the client of the tests is sent back to. */
export const CALLBACK = 'https://agent.example/callback';
/** The deployment of these tests is a local one: only there may a document be on a loopback address. */
export const LOCAL_ISSUER = 'http://127.0.0.1:3000/v1';
export const OWN = '/t/my_company';

export interface DocumentHost {
  readonly port: number;
  /** The URL of the document at this path. */
  url(path: string): string;
  /** How many requests each path has had. */
  readonly calls: Map<string, number>;
  /** From now on: a document as JSON, or whatever the function answers. */
  answer(path: string, answer: Answer | Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

/** The document of a client at this URL. */
export function documentOf(url: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    client_id: url,
    client_name: 'Agent Smith',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...changes,
  };
}

export const sendJson =
  (document: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document));
  };

export async function openDocumentHost(): Promise<DocumentHost> {
  const answers = new Map<string, Answer>();
  const calls = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    calls.set(path, (calls.get(path) ?? 0) + 1);
    const answer = answers.get(path);
    if (answer === undefined) outgoing.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    else answer(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    port,
    calls,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    answer: (path, answer) => void answers.set(path, typeof answer === 'function' ? answer : sendJson(answer)),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Every call of a test ends in a twentieth of its time: what is too slow is so at once. */
export const hurried =
  (send: SendOutbound): SendOutbound =>
  (dependency, request) =>
    send(dependency, { ...request, timeoutMs: request.timeoutMs / 20 });

export const LOOPBACK_DOCUMENTS = { trustedHosts: ['127.0.0.1'], allowLoopback: true } as const;

/** The tenant `my_company` with an issuer of its own, the sign-in page, and these `clientDocuments`. */
export function openDocumentApi(clientDocuments: unknown = LOOPBACK_DOCUMENTS, options: TokenApiOptions = {}): TokenApi {
  const api = openTokenApi({ issuer: LOCAL_ISSUER, sendOutbound: createSendOutbound(), ...options });
  putTenant(api, { clientDocuments });
  return api;
}

export function putTenant(api: TokenApi, changes: Readonly<Record<string, unknown>>): void {
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', issuer: 'own', signIn: {}, ...changes });
}

/** What the client at this URL asks for. */
export const documentQuery = (clientId: string, challenge: string, changes: Readonly<Record<string, string>> = {}) =>
  authorizationQuery(challenge, { client_id: clientId, redirect_uri: CALLBACK, ...changes });

/** From the request to the consent page: name and password are right. */
export async function toConsent(browser: Browser, query: Readonly<Record<string, string>>): Promise<Shown> {
  const page = await browser.get(`${OWN}/oauth2/authorize`, query);
  return browser.post(`${OWN}/oauth2/authorize`, { ...page.hidden, username: 'userx', password: 'mypass' });
}

/** The user says yes. */
export const allow = (browser: Browser, consent: Shown): Promise<Shown> =>
  browser.post(`${OWN}/oauth2/authorize`, { ...consent.hidden, decision: 'allow' });

export function redeemCode(
  api: TokenApi,
  { clientId, code, verifier }: { readonly clientId: string; readonly code: string | undefined; readonly verifier: string },
  changes: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const form = {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: code ?? '',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
    ...changes,
  };
  return api.call({ path: `${OWN}/oauth2/token`, form });
}
