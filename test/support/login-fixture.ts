// A tenant with users and stores in memory, and the userstores over it, for tests of logins.

import assert from 'node:assert/strict';
import type { EndUser } from '../../functions/configuration/model.ts';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import type { LogFields } from '../../functions/shared/log.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import type { LoginRequest } from '../../functions/userstores/login-request.ts';
import type { PasswordCost } from '../../functions/userstores/password-hashes/hash-format.ts';
import { hashPassword } from '../../functions/userstores/password-hashes/index.ts';
import type { LoginOutcome, UserRecheck, UserstoreDependencies } from '../../functions/userstores/userstore.ts';
import { openMemoryStores } from './memory-stores.ts';

/** argon2id of `publisher-pass`, made by the reference implementation: argon2 gatehouse-test-salt -id -t 2 -k 19456 -p 1 -e. */
export const PUBLISHER_HASH = '$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Qtc2FsdA$qhPblexiinmEBCPqaCQNRy7vxkK0JIixtOjPepdHc9w';

/** So little that a thousand guesses take no time. */
export const LEAST_PASSWORD_COST: PasswordCost = { memoryKib: 8, passes: 1, lanes: 1 };

/** Of `publisher-pass` at that cost, for userstores that have it. */
export const CHEAP_PUBLISHER_HASH = await hashPassword('publisher-pass', LEAST_PASSWORD_COST);

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: LogFields;
}

/** Clock frozen at `nowMs`, no waiting, real calls on loopback; hashes cost nothing, unless `passwordCost` says so. */
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
    passwordCost: LEAST_PASSWORD_COST,
    ...more,
  };
  const userstores = createUserstores(dependencies);
  const publisherHash = dependencies.passwordCost === LEAST_PASSWORD_COST ? CHEAP_PUBLISHER_HASH : PUBLISHER_HASH;
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  const login = (typedUsername: string, password: string, request: Partial<LoginRequest> = {}): Promise<LoginOutcome> =>
    userstores.authenticateUser({
      ...{ typedUsername, password, requiredTenant: 'my_company', sourceAddress: '192.0.2.1', addressSpeaksForMany: false },
      ...request,
    });
  /** As at a renewal. */
  async function recheck(user: EndUser): Promise<UserRecheck> {
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    return userstores.recheckUser(tenant, user);
  }
  return {
    stores,
    userstores,
    dependencies,
    lines,
    time,
    putUser: (username: string, attributes: Record<string, unknown> = {}) =>
      stores.put('Users', { tenant: 'my_company', username, id: `id-of-${username}`, passwordHash: publisherHash, ...attributes }),
    putStore: (domain: string, attributes: Record<string, unknown>) =>
      stores.put('Tenants', { tenant: 'my_company', entry: `userstore#${domain}`, ...attributes }),
    /** In the store `LDAP`, as the sign-in page does after a login that was told to. */
    async changePassword(name: string, password: string, newPassword: string) {
      const tenant = await stores.tenants.findTenant('my_company');
      return tenant === undefined ? undefined : userstores.changePassword(tenant, { domain: 'LDAP', name }, password, newPassword);
    },
    login,
    /** A login that has to succeed. */
    async logIn(name: string, password: string): Promise<EndUser> {
      const outcome = await login(name, password);
      assert.ok(outcome.kind === 'authenticated', `${name}: ${JSON.stringify(outcome)}`);
      return outcome.user;
    },
    recheck,
    /** What comes of a recheck, in one word. */
    async recheckReason(user: EndUser): Promise<string> {
      const found = await recheck(user);
      return found.kind === 'active' ? 'active' : found.reason;
    },
    /** What the call does that writes the grant. */
    remember: async (outcome: LoginOutcome): Promise<void> => {
      if (outcome.kind === 'authenticated' && outcome.signIn !== undefined) await stores.attempts.rememberSignIn(outcome.signIn);
    },
  };
}

export type LoginFixture = ReturnType<typeof openLoginFixture>;
