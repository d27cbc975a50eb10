// FLOW of `POST /oauth2/revoke` (RFC 7009): form → client → token → its grant is deleted. A token stands for its whole
// grant, so revoking either kind takes all of them along (section 2.1).

import type { Client } from '../configuration/model.ts';
import { subjectOf } from '../configuration/username.ts';
import { verifyOwnJwt } from '../keys/jwt.ts';
import { familyOfRefreshToken, GRANT_ID_CHARACTERS, grantIdOfOpaqueToken, isTokenOfDigest } from '../own-tokens/opaque-token.ts';
import { ACCESS_TOKEN_TYPE } from '../own-tokens/sign-access-token.ts';
import { OAuthError } from '../shared/errors.ts';
import type { Grant } from '../storage/grant.ts';
import { authenticateClient } from './authenticate-client.ts';
import { CLIENT_PARAMETERS, type ClientAuthentications } from './client-authentication/client-authentication.ts';
import type { TokenDependencies } from './dependencies.ts';
import type { HttpRequest } from './http-request.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';
import type { RequestTrace } from './request-trace.ts';
import { parseTokenRequest, requireParameter } from './token-request.ts';

export interface RevocationEndpoint {
  readonly dependencies: Pick<TokenDependencies, 'clients' | 'documents' | 'ownTenant' | 'grants' | 'signingKeys' | 'clock'>;
  readonly clientAuthentications: ClientAuthentications;
}

/** Parameters that are read; `token_type_hint` is not needed, since a token says itself what it is (section 2.1). */
const PARAMETERS: ReadonlySet<string> = new Set([...CLIENT_PARAMETERS, 'token']);

/** @throws OAuthError, Unavailable: the client must then assume that the token still lives (section 2.2.1) */
export async function revokeToken(endpoint: RevocationEndpoint, http: HttpRequest, trace: RequestTrace): Promise<HttpResponse> {
  const { dependencies } = endpoint;
  const nowSeconds = Math.floor(dependencies.clock() / 1000);
  const request = parseTokenRequest(http, PARAMETERS);
  const token = requireParameter(request.parameters, 'token');
  const { client } = await authenticateClient(endpoint, request, nowSeconds, trace);
  const outcome = await revoke(dependencies, { client, token, nowSeconds, trace });
  trace.note({ revocation: outcome });
  return jsonResponse(200, '');
}

interface RevocationCase {
  readonly client: Client;
  readonly token: string;
  readonly nowSeconds: number;
  readonly trace: RequestTrace;
}

/** Whether there was anything to revoke: the caller is not told (section 2.2). */
async function revoke(
  dependencies: RevocationEndpoint['dependencies'],
  { client, token, nowSeconds, trace }: RevocationCase,
): Promise<'revoked' | 'unknown-token'> {
  const grantId = await findGrantId(dependencies, token);
  const grant = grantId === undefined ? undefined : await dependencies.grants.findGrant(grantId, nowSeconds);
  if (grant === undefined || !isTokenOf(grant, token)) return 'unknown-token';
  if (grant.clientId !== client.clientId) throw new OAuthError('unauthorized_client', 'token-of-another-client');
  await dependencies.grants.deleteGrant(grant);
  trace.note({ audit: 'grant-revoked', grant: grant.id, ...(grant.user !== undefined && { subject: subjectOf(grant.user) }) });
  return 'revoked';
}

async function findGrantId({ signingKeys }: Pick<TokenDependencies, 'signingKeys'>, token: string): Promise<string | undefined> {
  const opaque = grantIdOfOpaqueToken('access', token) ?? grantIdOfOpaqueToken('refresh', token);
  if (opaque !== undefined) return opaque;
  // What does not look like a JWT costs no look at the keys.
  if (!token.startsWith('ey')) return undefined;
  const claims = verifyOwnJwt(token, (await signingKeys()).verifiers('access-token', ACCESS_TOKEN_TYPE));
  return typeof claims?.jti === 'string' ? claims.jti.slice(0, GRANT_ID_CHARACTERS) : undefined;
}

/** Whether a token belongs to the grant that it names: the id alone is no secret. An own JWT was verified already. */
function isTokenOf(grant: Grant, token: string): boolean {
  if (token.startsWith('ey')) return true;
  if (token.startsWith('grt_'))
    return grant.refresh !== undefined && isTokenOfDigest(familyOfRefreshToken(token), grant.refresh.familyDigest);
  return [grant.access, grant.previous?.access].some((access) => access !== undefined && isTokenOfDigest(token, access.digest));
}
