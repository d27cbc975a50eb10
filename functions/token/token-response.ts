// The successful token response (RFC 6749 section 5.1).

import type { AccessTokenState } from '../storage/grant.ts';

/** An access token and what the grant will know of it. */
export interface MintedAccessToken {
  readonly token: string;
  readonly state: AccessTokenState;
  /** Set where the revocation feed has to tell of its end. */
  readonly isFed?: true;
}

/** What stands beside the access token. */
interface OtherTokens {
  readonly idToken?: string | undefined;
  readonly refreshToken?: string;
  /** RFC 8693 section 2.2.1. */
  readonly issuedTokenType?: string | undefined;
}

/** JSON. `scope` is always there, because what was granted may be less than what was asked (section 3.3). */
export function tokenResponseBody(
  access: MintedAccessToken,
  { idToken, refreshToken, issuedTokenType }: OtherTokens,
  nowSeconds: number,
): string {
  return JSON.stringify({
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: access.state.expiresAtSeconds - nowSeconds,
    scope: access.state.scopes.join(' '),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
    ...(issuedTokenType !== undefined && { issued_token_type: issuedTokenType }),
  });
}
