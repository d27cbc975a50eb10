// FLOW of `revoke token`: what was given → its grant → ask → end. Whose it was is said, so that the operator sees whom it hits.

import { qualifiedName, subjectOf } from '../../../functions/configuration/username.ts';
import type { GrantStore, TenantStore } from '../../../functions/storage/stores.ts';
import { CommandFailed } from '../commands/command.ts';
import { identifyToken } from './identify-token.ts';

export interface EndTokenDependencies {
  readonly grants: Pick<GrantStore, 'findGrant' | 'deleteGrant'>;
  readonly tenants: Pick<TenantStore, 'findTenant'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** The grant that a token belonged to. */
export interface EndedGrant {
  readonly what: string;
  readonly tenant: string;
  readonly clientId: string;
  /** Id of the grant. */
  readonly grant: string;
  /** Absent, as the next: the application's own. */
  readonly user?: string;
  readonly subject?: string;
  /** Set where JWTs of the tenant are not looked up, so that this one lives until its end. */
  readonly livesUntil?: string;
}

/**
 * @param given all of standard input
 * @returns undefined where the operator said no
 * @throws CommandFailed that says what it is where it is no token whose grant is open
 */
export async function endToken(
  { grants, tenants, clock }: EndTokenDependencies,
  given: string,
  confirm: (question: string) => Promise<boolean>,
): Promise<EndedGrant | undefined> {
  const token = identifyToken(given);
  if (token.kind === 'other') throw new CommandFailed(token.says);
  const nowSeconds = Math.floor(clock() / 1000);
  const grant = await grants.findGrant(token.grantId, nowSeconds);
  if (grant === undefined)
    throw new CommandFailed(`The grant of this ${token.what} is not there: it was ended, or has run out. Nothing is left to end.`);
  const { tenant, clientId } = grant;
  const user = grant.user && qualifiedName(grant.user);
  if (
    !(await confirm(
      `End the grant of this ${token.what}: client ${clientId}, ${user === undefined ? 'the application itself' : `user ${user}`}?`,
    ))
  )
    return undefined;
  await grants.deleteGrant(grant);
  const isOffline = token.what === 'JWT' && (await tenants.findTenant(tenant))?.jwtRevocation === 'offline';
  const end = token.what === 'JWT' ? (token.unverifiedExpiresAtSeconds ?? grant.access.expiresAtSeconds) : 0;
  return {
    what: token.what,
    tenant,
    clientId,
    grant: token.grantId,
    ...(user !== undefined && { user }),
    ...(grant.user !== undefined && { subject: subjectOf(grant.user) }),
    ...(isOffline && end > nowSeconds && { livesUntil: new Date(Math.min(end * 1000, 8.64e15)).toISOString() }),
  };
}
