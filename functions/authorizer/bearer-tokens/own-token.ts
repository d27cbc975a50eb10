// Access tokens of our own, opaque and JWT: one check for both, shared with introspection (RFC 6750, RFC 9068).

import type { AccessTokenCheck } from '../../own-tokens/access-token.ts';
import type { BearerTokenCheck } from './index.ts';

export function createOwnToken(checkAccessToken: AccessTokenCheck): BearerTokenCheck {
  return async (token, { nowSeconds }) => {
    const checked = await checkAccessToken(token, nowSeconds);
    if (checked.kind === 'dead') {
      return checked.reason === 'not-a-token-of-ours'
        ? { kind: 'not-mine', reason: checked.reason }
        : { kind: 'refused', reason: checked.reason };
    }
    const { tenant, client, user, scopes, digest } = checked.token;
    return {
      kind: 'authenticated',
      principal: { handler: 'oauth2', tenant, client, ...(user !== undefined && { user }), scopes, tokenDigest: digest },
    };
  };
}
