// Cross-origin requests (CORS, Fetch standard section 3.2): pages of other origins may read nothing, unless the
// client's entry lists the exact origin. Never with credentials, never the origin of the request reflected unseen
// (A65).

import { isClientUrl } from '../configuration/client-url.ts';
import { findUnverifiedClientId } from './authenticate-client.ts';
import { CLIENT_PARAMETERS, type ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { ClientFinder } from './find-client.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { allowedMethods, type Method } from './route.ts';
import { parseTokenRequest } from './token-request.ts';

const IDENTIFYING: ReadonlySet<string> = new Set(CLIENT_PARAMETERS);

/**
 * Answers OPTIONS. A preflight names no client, so it can't be asked of one: any page may send, as it may send any
 * form without asking. What it may read is decided on the answer itself.
 */
export function preflightResponse(methods: readonly Method[], allowedHeaders = 'Authorization, Content-Type'): HttpResponse {
  return {
    statusCode: 204,
    headers: {
      Allow: allowedMethods(methods),
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': methods.join(', '),
      'Access-Control-Allow-Headers': allowedHeaders,
      'Access-Control-Max-Age': '600',
    },
    body: '',
  };
}

/** The response, readable for a page of this origin where the list has it. */
export function allowOrigin(response: HttpResponse, origin: string, allowedOrigins: readonly string[]): HttpResponse {
  const allowed = allowedOrigins.includes(origin)
    ? { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': 'Retry-After, WWW-Authenticate' }
    : {};
  return { ...response, headers: { ...response.headers, Vary: 'Origin', ...allowed } };
}

/**
 * The origins of the client that the request names. It need not be authenticated: its own pages are to read why it was
 * refused, and a page of another origin learns nothing either way.
 */
export async function findClientOrigins(
  authentications: ClientAuthentications,
  { clients, documents }: ClientFinder,
  request: HttpRequest,
): Promise<readonly string[]> {
  try {
    const clientId = await findUnverifiedClientId(authentications, parseTokenRequest(request, IDENTIFYING));
    if (clientId === undefined) return [];
    // Never by a fetch: where the request was answered, the document was read for it.
    const client = isClientUrl(clientId) ? await documents?.findKeptClient(clientId) : await clients.findClient(clientId);
    return client?.allowedOrigins ?? [];
  } catch {
    // Whatever is wrong with the request or the table was answered already.
    return [];
  }
}
