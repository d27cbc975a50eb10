// What must hold of the tenant and the client of an access token at every use, whatever proves the token.

import { isDeclaredDead } from '../configuration/declared-dead.ts';
import type { Client, Tenant } from '../configuration/model.ts';
import { type AccessToken, type CheckedAccessToken, dead } from './access-token.ts';

interface HolderCase {
  readonly tenant: Tenant | undefined;
  readonly client: Client | undefined;
  /** Tenant that the token or its grant names. */
  readonly tenantName: string;
  readonly begun: Parameters<typeof isDeclaredDead>[0];
}

/** Checks what must hold of the tenant and the client at every use, not only when the token was issued. */
export function checkHolder(
  { tenant, client, tenantName, begun }: HolderCase,
  token: Omit<AccessToken, 'tenant' | 'client'>,
): CheckedAccessToken {
  if (tenant === undefined) return dead('no-such-tenant');
  if (tenant.status !== 'active') return dead('tenant-suspended');
  if (client === undefined) return dead('no-such-client');
  if (client.status !== 'active') return dead('client-suspended');
  if (client.tenant !== tenantName) return dead('client-of-another-tenant');
  if (isDeclaredDead(begun, tenant, client)) return dead('before-tokens-not-before');
  return { kind: 'live', token: { ...token, tenant, client } };
}
