// Cross-origin requests (CORS, Fetch standard section 3.2): pages of other origins may read nothing, unless the
// client's entry lists the exact origin. Never with credentials, never the origin of the request reflected unseen
// (A65).

import type { ClientStore } from '../storage/stores.ts';
import { findUnverifiedClientId } from './authenticate-client.ts';
import { CLIENT_PARAMETERS, type ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { allowedMethods, type Method } from './route.ts';
import { parseTokenRequest } from './token-request.ts';

const IDENTIFYING: ReadonlySet<string> = new Set(CLIENT_PARAMETERS);

/**
 * Answers OPTIONS. A preflight names no client, so it can't be asked of one: any page may send, as it may send any
 * form without asking. What it may read is decided on the answer itself.
 */
export function preflightResponse(methods: readonly Method[]): HttpResponse {
  return {
    statusCode: 204,
    headers: {
      Allow: allowedMethods(methods),
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': methods.join(', '),
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
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
  clients: ClientStore,
  request: HttpRequest,
): Promise<readonly string[]> {
  try {
    const clientId = await findUnverifiedClientId(authentications, parseTokenRequest(request, IDENTIFYING));
    return clientId === undefined ? [] : ((await clients.findClient(clientId))?.allowedOrigins ?? []);
  } catch {
    // Whatever is wrong with the request or the table was answered already.
    return [];
  }
}
