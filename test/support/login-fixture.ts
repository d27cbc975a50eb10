// A tenant with users and stores in memory, and the userstores over it, for tests of logins.

import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import type { LogFields } from '../../functions/shared/log.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import type { LoginRequest } from '../../functions/userstores/login-request.ts';
import type { LoginOutcome, UserstoreDependencies } from '../../functions/userstores/userstore.ts';
import { openMemoryStores } from './memory-stores.ts';

/** argon2id of `publisher-pass`, made by the reference implementation: argon2 gatehouse-test-salt -id -t 2 -k 19456 -p 1 -e. */
export const PUBLISHER_HASH = '$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Qtc2FsdA$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w';

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: LogFields;
}

/** Clock frozen at `nowMs`, no waiting, real calls on loopback. */
export function openLoginFixture(more: Partial<UserstoreDependencies> = {}) {
  const time = { nowMs: 1_760_000_000_000 };
  const clock = () => time.nowMs;
  const stores = openMemoryStores({ clock });
  const lines: LogLine[] = [];
  const dependencies: UserstoreDependencies = {
    tenants: stores.tenants,
    users: stores.users,
    attempts: stores.attempts,
    secrets: stores.secrets,
    sendOutbound: createSendOutbound({ clock }),
    tenantSecretsPrefix: 'Gatehouse/tenants/',
    clock,
    log: (level, event, fields) => void lines.push({ level, event, fields }),
    failureQuantumMs: 0,
    sleep: async () => {},
    ...more,
  };
  const userstores = createUserstores(dependencies);
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  return {
    stores,
    userstores,
    dependencies,
    lines,
    time,
    putUser: (username: string, attributes: Record<string, unknown> = {}) =>
      stores.put('Users', { tenant: 'my_company', username, id: `id-of-${username}`, passwordHash: PUBLISHER_HASH, ...attributes }),
    putStore: (domain: string, attributes: Record<string, unknown>) =>
      stores.put('Tenants', { tenant: 'my_company', entry: `userstore#${domain}`, ...attributes }),
    /** In the store `LDAP`, as the sign-in page does after a login that was told to. */
    async changePassword(name: string, password: string, newPassword: string) {
      const tenant = await stores.tenants.findTenant('my_company');
      return tenant === undefined ? undefined : userstores.changePassword(tenant, { domain: 'LDAP', name }, password, newPassword);
    },
    login: (typedUsername: string, password: string, request: Partial<LoginRequest> = {}) =>
      userstores.authenticateUser({
        ...{ typedUsername, password, requiredTenant: 'my_company', sourceAddress: '192.0.2.1', addressSpeaksForMany: false },
        ...request,
      }),
    /** What the call does that writes the grant. */
    remember: async (outcome: LoginOutcome): Promise<void> => {
      if (outcome.kind === 'authenticated' && outcome.signIn !== undefined) await stores.attempts.rememberSignIn(outcome.signIn);
    },
  };
}

export type LoginFixture = ReturnType<typeof openLoginFixture>;
