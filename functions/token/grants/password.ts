// `grant_type=password` (RFC 6749 section 4.3): the user's name and password, which the userstores judge. RFC 9700
// advises against it, so a client may use it only where its entry lists it, and a public client never.

import { OAuthError } from '../../shared/errors.ts';
import type { TokenDependencies } from '../dependencies.ts';
import { loginAddress } from '../end-user-address.ts';
import { requireParameter } from '../token-request.ts';
import type { Redeem } from './grant-variant.ts';

export function createPassword({ userstores }: Pick<TokenDependencies, 'userstores'>): Redeem {
  return async (request) => {
    const { parameters, client, trace } = request;
    const typedUsername = requireParameter(parameters, 'username');
    // An empty password is a missing one (RFC 6749 section 3.1), and gets to no directory (A01).
    const password = requireParameter(parameters, 'password');
    const address = loginAddress(client, request);
    if (!address.addressSpeaksForMany) trace.note({ endUserAddress: address.sourceAddress });
    const login = await userstores.authenticateUser({
      ...{ typedUsername, password, ...address },
      requiredTenant: client.tenant,
      note: trace.note,
    });
    switch (login.kind) {
      case 'refused':
        trace.note({ audit: 'login-refused' });
        throw new OAuthError('invalid_grant', login.reason);
      case 'locked':
        trace.note({ audit: 'login-locked' });
        throw new OAuthError('invalid_grant', 'locked', { status: 429, retryAfterSeconds: login.retryAfterSeconds });
      case 'authenticated':
        trace.note({ userstore: login.user.domain });
        return {
          kind: 'new',
          tenant: login.tenant,
          user: login.user,
          renewable: true,
          ...(login.signIn !== undefined && { signIn: login.signIn }),
        };
    }
  };
}
