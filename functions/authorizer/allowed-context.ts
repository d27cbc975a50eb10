// Authorizer context that backends may read beside the end-user JWT, where API Gateway maps it or hands it to a
// function.

import { qualifiedName } from '../configuration/username.ts';
import type { Principal } from './credentials/index.ts';

/** Every value is there, `none` where there is nothing to say: a mapping must find it. */
export interface AllowedContext {
  readonly endUserJwt: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly endUser: string;
  readonly scope: string;
}

/** Never an empty value: AWS does not document that one replaces what the client sent under the same name (A109). */
const NONE = 'none';

/**
 * Public context: nobody is known on a route that is open to all, whatever was sent; `none` takes the place of a JWT that the client sent
 * (A72).
 */
export const PUBLIC_CONTEXT: AllowedContext = { endUserJwt: NONE, tenant: NONE, clientId: NONE, endUser: NONE, scope: NONE };

export function contextOf({ tenant, client, user, scopes }: Principal, endUserJwt: string): AllowedContext {
  return {
    endUserJwt,
    tenant: tenant.name,
    clientId: client?.clientId ?? NONE,
    endUser: user === undefined ? NONE : qualifiedName(user),
    scope: scopes === undefined || scopes.length === 0 ? NONE : scopes.join(' '),
  };
}
