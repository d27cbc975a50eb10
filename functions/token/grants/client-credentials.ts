// `grant_type=client_credentials` (RFC 6749 section 4.4): the application itself. There is no refresh token (section 4.4.3).

import { type Redeem, requireTenant } from './grant-variant.ts';

export const redeemClientCredentials: Redeem = async (request) => ({
  kind: 'new',
  tenant: requireTenant(request),
  user: undefined,
  renewable: false,
});
