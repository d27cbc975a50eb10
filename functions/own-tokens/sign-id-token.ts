// The ID token (OpenID Connect Core section 2): who signed in, when and for which client. Its type keeps it apart from our
// access tokens, which are signed by the same keys (A105).

import type { KeyObject } from 'node:crypto';
import type { EndUser } from '../configuration/model.ts';
import { qualifiedName, subjectOf } from '../configuration/username.ts';
import { encodeSegment, headerSegment, type SignatureAlgorithm, signJwt } from '../keys/jwt.ts';
import { standardClaims } from './standard-claims.ts';

/** `typ` of the header. */
export const ID_TOKEN_TYPE = 'JWT';

/** Claims of an ID token besides who signed in. Times in seconds since the epoch. */
export interface IdTokenContent {
  readonly issuer: string;
  readonly clientId: string;
  readonly user: EndUser;
  readonly scopes: readonly string[];
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  readonly authTimeSeconds: number;
  readonly nonce: string | undefined;
  readonly sid: string;
}

export function signIdToken(
  signer: { readonly kid: string; readonly alg: SignatureAlgorithm; readonly privateKey: KeyObject },
  { issuer, clientId, user, scopes, issuedAtSeconds, expiresAtSeconds, authTimeSeconds, nonce, sid }: IdTokenContent,
): string {
  const claims = {
    // What a store says of a user comes first, so that it can't say who the user is (A87).
    ...standardClaims(user, scopes),
    iss: issuer,
    sub: subjectOf(user),
    aud: clientId,
    azp: clientId,
    exp: expiresAtSeconds,
    iat: issuedAtSeconds,
    auth_time: authTimeSeconds,
    ...(nonce !== undefined && { nonce }),
    sid,
    // RFC 8176: a password, and nothing else.
    amr: ['pwd'],
    acr: 'urn:gatehouse:acr:password',
    ...(scopes.includes('profile') && { preferred_username: qualifiedName(user) }),
  };
  return signJwt(signer, headerSegment(ID_TOKEN_TYPE, signer.alg, signer.kid), encodeSegment(claims));
}
