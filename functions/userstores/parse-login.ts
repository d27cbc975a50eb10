// The first step of a login: who wants to log in where, and whose settings hold where the name leads nowhere.

import type { TenantEntry } from '../configuration/entries/tenant-entry.ts';
import type { Tenant } from '../configuration/model.ts';
import { parseUsername } from '../configuration/username.ts';
import type { LoginRefusal } from '../shared/reasons/users.ts';
import type { TenantStore } from '../storage/stores.ts';
import { type LoginRequest, MAX_PASSWORD_BYTES } from './login-request.ts';
import { resolveNetbiosName } from './netbios-name.ts';

/** Login as parsed. Without `tenant` the answer is no already, and only the counting and the time are due. */
export interface ParsedLogin {
  readonly tenant?: Tenant;
  /** The one store that is to be asked; undefined: all, in order. */
  readonly domain: string | undefined;
  readonly name: string;
  readonly reason: LoginRefusal;
  /** Under which the attempt is counted. */
  readonly countedTenant: string;
  readonly lockout: TenantEntry['lockout'];
  /** Tenants whose settings say how long a failure takes. */
  readonly settings: readonly Tenant[];
}

const MAX_COUNTED_CHARACTERS = 512;
/** For names whose tenant there is not, where nobody's settings are known: such attempts are counted like others. */
const DEFAULT_LOCKOUT: TenantEntry['lockout'] = { maxAttempts: 5, lockSeconds: 300, maxAttemptsPerAddress: 100 };

type NamedLogin = Pick<ParsedLogin, 'tenant' | 'domain' | 'name' | 'reason'>;

export async function parseLogin({ tenants }: { readonly tenants: TenantStore }, request: LoginRequest): Promise<ParsedLogin> {
  const ownName = request.requiredTenant ?? request.fallbackTenant;
  const own = ownName === undefined ? undefined : await tenants.findTenant(ownName);
  const named = await nameLogin(tenants, request);
  const settings = [named.tenant, own].filter((tenant) => tenant !== undefined);
  return {
    ...named,
    // What is counted for a tenant that is not the client's is the client's, lest one tenant lock out users of another.
    countedTenant: named.tenant?.name ?? `${request.requiredTenant ?? ''}?`,
    lockout: settings[0]?.lockout ?? DEFAULT_LOCKOUT,
    settings,
  };
}

async function nameLogin(tenants: TenantStore, request: LoginRequest): Promise<NamedLogin> {
  const username = parseUsername(request.typedUsername);
  // Named by what was typed, cut to a length that may be looked at.
  if (username === undefined)
    return { domain: undefined, name: request.typedUsername.slice(0, MAX_COUNTED_CHARACTERS), reason: 'malformed-username' };
  const { domain, name } = username;
  const refused = (reason: LoginRefusal): NamedLogin => ({ domain, name: `${name}@${username.tenant ?? ''}`, reason });
  const tenantName = username.tenant ?? request.requiredTenant;
  if (tenantName === undefined) return refused('no-tenant');
  if (request.requiredTenant !== undefined && tenantName !== request.requiredTenant) return refused('other-tenant');
  const tenant = await tenants.findTenant(tenantName);
  if (tenant === undefined) return refused('unknown-tenant');
  if (tenant.status !== 'active') return refused('tenant-suspended');
  if (request.password === '') return refused('empty-password');
  if (Buffer.byteLength(request.password) > MAX_PASSWORD_BYTES) return refused('password-too-long');
  return { tenant, ...resolveNetbiosName(tenant, { domain, name }), reason: 'unknown-user' };
}
