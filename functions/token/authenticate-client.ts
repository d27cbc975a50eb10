// Authenticates the client by exactly one kind of authentication (RFC 6749 sections 2.3 and 3.2.1).

import type { Client } from '../configuration/model.ts';
import { OAuthError } from '../shared/errors.ts';
import type { ClientAuthentication, ClientAuthentications, PresentedClient } from './client-authentication/client-authentication.ts';
import { type ClientFinder, findClient } from './find-client.ts';
import type { RequestTrace } from './request-trace.ts';
import type { TokenRequest } from './token-request.ts';

export interface AuthenticatedClient {
  readonly client: Client;
  /** Public: the client has only said who it is (RFC 6749 section 2.1). */
  readonly isPublic: boolean;
}

/** An endpoint at which clients authenticate. */
interface ClientEndpoint {
  readonly clientAuthentications: ClientAuthentications;
  readonly dependencies: ClientFinder;
}

interface Presented {
  readonly method: ClientAuthentication;
  readonly client: PresentedClient;
}

/**
 * Authenticates the client, which must be active as well.
 *
 * @throws OAuthError `invalid_client` for all that is wrong with the client, with the same work for one that does not
 * exist; `invalid_request` for two kinds of authentication
 */
export async function authenticateClient(
  { clientAuthentications: authentications, dependencies }: ClientEndpoint,
  request: TokenRequest,
  nowSeconds: number,
  trace: RequestTrace,
): Promise<AuthenticatedClient> {
  const credential = await findCredential(authentications.credentials, request);
  const unverifiedClientId =
    credential?.client.unverifiedClientId ?? request.parameters.get('client_id') ?? (await credential?.client.findClientId?.());
  if (unverifiedClientId === undefined) throw new OAuthError('invalid_client', 'no-client-authentication');
  if (dependencies.ownTenant !== undefined) trace.note({ tenant: dependencies.ownTenant });
  const found = await findClient(dependencies, unverifiedClientId);
  if (found.kind === 'unknown' && found.outage !== undefined) throw (await import('./client-outage.ts')).clientOutage(found.outage);
  const client = found.kind === 'found' ? found.client : undefined;
  const reason = found.kind === 'unknown' ? found.reason : 'unknown-client';
  if (client !== undefined) trace.note({ tenant: client.tenant, clientId: client.clientId });
  const presented = credential ?? (await findBare(authentications.bare, request, client));
  if (presented === undefined) throw new OAuthError('invalid_client', client === undefined ? reason : 'no-client-authentication');
  const verification = await presented.client.verify(client, nowSeconds);
  if (client === undefined) throw new OAuthError('invalid_client', reason);
  if (verification.kind === 'refused') throw new OAuthError('invalid_client', verification.reason);
  if (presented.client.permittedBy === undefined && !client.authMethods.includes(presented.method.name))
    throw new OAuthError('invalid_client', 'method-not-of-this-client');
  if (client.status !== 'active') throw new OAuthError('invalid_client', 'client-suspended');
  trace.note({ clientAuthentication: presented.method.name, ...verification.note });
  return { client, isPublic: presented.method.name === 'none' };
}

/** Client id that the request names, however it authenticates. */
export async function findUnverifiedClientId(authentications: ClientAuthentications, request: TokenRequest): Promise<string | undefined> {
  const credential = await findCredential(authentications.credentials, request);
  return credential?.client.unverifiedClientId ?? request.parameters.get('client_id');
}

/** The one credential of the request; undefined where it carries none. */
async function findCredential(methods: readonly ClientAuthentication[], request: TokenRequest): Promise<Presented | undefined> {
  let credential: Presented | undefined;
  for (const method of methods) {
    const client = await method.find(request);
    if (client === undefined) continue;
    if (credential !== undefined) throw new OAuthError('invalid_request', 'two-client-authentications');
    credential = { method, client };
  }
  if (request.authorization !== undefined && credential?.method.name !== 'client_secret_basic') {
    if (credential !== undefined) throw new OAuthError('invalid_request', 'two-client-authentications');
    throw new OAuthError('invalid_client', 'unknown-authorization-scheme');
  }
  const clientId = request.parameters.get('client_id');
  if (credential !== undefined && clientId !== undefined && clientId !== credential.client.unverifiedClientId)
    throw new OAuthError('invalid_request', 'two-client-ids');
  return credential;
}

/** Bare method of a request that carries `client_id` alone: the first that the client's entry lists. */
async function findBare(
  methods: readonly ClientAuthentication[],
  request: TokenRequest,
  client: Client | undefined,
): Promise<Presented | undefined> {
  for (const method of methods) {
    if (client?.authMethods.includes(method.name) !== true) continue;
    const presented = await method.find(request);
    if (presented !== undefined) return { method, client: presented };
  }
  return undefined;
}
