// What every grant needs of the client's tenant.

import type { Tenant } from '../../configuration/model.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { GrantRequest } from './grant-variant.ts';

/** @throws OAuthError `invalid_grant`: an unknown or suspended tenant is answered like a wrong password */
export function requireTenant(request: Pick<GrantRequest, 'tenant'>): Tenant {
  if (request.tenant === undefined) throw new OAuthError('invalid_grant', 'tenant-not-active');
  return request.tenant;
}
