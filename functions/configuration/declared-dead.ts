// What an operator has declared dead: everything that began before a moment, of one client or of a whole tenant.

import type { Client, Tenant } from './model.ts';

/** What is compared with that moment. */
interface Beginning {
  readonly issuedAtSeconds: number;
  /** The session at the sign-in page that it began in, where it did. */
  readonly session?: { readonly authTimeSeconds: number } | undefined;
}

/**
 * It is the beginning of a grant that counts, not that of its tokens: a renewal in the seconds in which a function still works with
 * the old entry would otherwise turn a dead token into one that lives on (A90). Of a grant of the sign-in page it is the sign-in as
 * well: in those seconds a dead session could lead to a new grant. A session is the tenant's, and no client's.
 */
export function isDeclaredDead(
  { issuedAtSeconds, session }: Beginning,
  tenant: Pick<Tenant, 'tokensNotBefore'>,
  client: Pick<Client, 'tokensNotBefore'>,
): boolean {
  if (issuedAtSeconds < Math.max(tenant.tokensNotBefore, client.tokensNotBefore)) return true;
  return session !== undefined && session.authTimeSeconds < tenant.tokensNotBefore;
}
