// Access tokens of our own, opaque and JWT: one check for both, shared with introspection (RFC 6750, RFC 9068).

import { isLegacyScope } from '../../configuration/scopes.ts';
import type { AccessTokenCheck } from '../../own-tokens/access-token.ts';
import type { BearerTokenCheck } from './index.ts';

export function createOwnToken(checkAccessToken: AccessTokenCheck): BearerTokenCheck {
  return async (token, { nowSeconds }) => {
    const checked = await checkAccessToken(token, nowSeconds);
    if (checked.kind === 'not-ours') return { kind: 'not-mine', reason: checked.reason };
    if (checked.kind === 'dead') return { kind: 'refused', reason: checked.reason };
    const { tenant, client, user, resources, delegation, digest, feedAgeMs, expiresAtSeconds: endsAtSeconds } = checked.token;
    // A scope without a meaning opens nothing, though a rule may name one of the same words.
    const scopes =
      tenant.legacyScopes.length === 0 ? checked.token.scopes : checked.token.scopes.filter((scope) => !isLegacyScope(tenant, scope));
    return {
      kind: 'authenticated',
      principal: {
        handler: 'oauth2',
        tenant,
        client,
        ...(user !== undefined && { user }),
        ...(delegation !== undefined && { actors: delegation.actors }),
        ...{ scopes, resources, endsAtSeconds, tokenDigest: digest },
        ...(feedAgeMs !== undefined && { feedAgeMs }),
      },
    };
  };
}
