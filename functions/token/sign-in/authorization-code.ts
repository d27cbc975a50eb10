// The authorization code (RFC 6749 section 4.1.2): the first part names the grant that it will become, the rest is 256
// random bits of which the table knows the digest. Until it is redeemed, no token has the digest of the grant.

import { tokenDigest } from '../../keys/jwt.ts';
import { newAuthorizationCode, newGrantId } from '../../own-tokens/opaque-token.ts';
import type { Grant } from '../../storage/grant.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

/** Seconds for which a code may be redeemed (RFC 6749 section 4.1.2 allows ten minutes at most). */
const CODE_SECONDS = 60;

/** A grant that waits for its code. */
export function newCode(
  { client, tenant, askedResources, redirectUri, sentRedirectUri, codeChallenge, nonce }: AuthorizationRequest,
  session: SignInSession,
  scopes: readonly string[],
  nowSeconds: number,
): { readonly code: string; readonly grant: Grant } {
  const id = newGrantId();
  const code = newAuthorizationCode(id);
  const expiresAtSeconds = nowSeconds + CODE_SECONDS;
  const grant: Grant = {
    id,
    tenant: tenant.name,
    clientId: client.clientId,
    grantType: 'authorization_code',
    user: session.user,
    scopes,
    ...(askedResources.length > 0 && { resources: askedResources }),
    issuedAtSeconds: nowSeconds,
    generation: 0,
    access: { digest: '', scopes, issuedAtSeconds: nowSeconds, expiresAtSeconds },
    code: {
      digest: tokenDigest(code),
      codeChallenge,
      redirectUri,
      isRedirectUriSent: sentRedirectUri !== undefined,
      ...(nonce !== undefined && { nonce }),
      expiresAtSeconds,
    },
    session: { id: session.id, sid: session.sid, authTimeSeconds: session.authTimeSeconds, expiresAtSeconds: session.expiresAtSeconds },
  };
  return { code, grant };
}
