// `none`: a public client says who it is and proves nothing (RFC 6749 section 2.1, RFC 8414 section 2). What it may do
// with that is the grants' to say: renew what it has, never log anybody in.

import type { ClientAuthentication } from './client-authentication.ts';

export const none: ClientAuthentication = {
  name: 'none',
  find({ parameters }) {
    const unverifiedClientId = parameters.get('client_id');
    return unverifiedClientId === undefined ? undefined : { unverifiedClientId, verify: () => ({ kind: 'verified' }) };
  },
};
