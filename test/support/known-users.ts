// Userstores that know a fixed list of users, for tests of what comes after a login.

import type { EndUser, Tenant } from '../../functions/configuration/model.ts';
import { parseUsername } from '../../functions/configuration/username.ts';
import { placesAfterSignIn, type SignInRecord } from '../../functions/storage/sign-in-places.ts';
import type { TenantStore } from '../../functions/storage/stores.ts';
import type { LoginRequest } from '../../functions/userstores/login-request.ts';
import type { PasswordChange, UserRecheck, Userstores } from '../../functions/userstores/userstore.ts';

export interface KnownUser {
  readonly password: string;
  readonly user: EndUser;
  readonly mustChange?: boolean;
}

/** The list may be changed between calls; `failure` is thrown instead of an answer while it is set. */
export interface KnownUsers extends Userstores {
  readonly users: Map<string, KnownUser>;
  readonly calls: { authenticate: LoginRequest[]; recheck: EndUser[] };
  failure: Error | undefined;
  locked: number | undefined;
  recheckAnswer: UserRecheck | undefined;
  /** What is to happen after a password was changed, in place of an answer. */
  afterChange: (() => PasswordChange) | undefined;
}

export function openKnownUsers(tenants: TenantStore): KnownUsers {
  const users = new Map<string, KnownUser>();
  const known: KnownUsers = {
    users,
    calls: { authenticate: [], recheck: [] },
    failure: undefined,
    locked: undefined,
    recheckAnswer: undefined,
    afterChange: undefined,
    async authenticateUser(request) {
      known.calls.authenticate.push(request);
      if (known.failure !== undefined) throw known.failure;
      if (known.locked !== undefined) return { kind: 'locked', retryAfterSeconds: known.locked };
      const name = parseUsername(request.typedUsername);
      const tenant = await tenants.findTenant(name?.tenant ?? request.requiredTenant ?? '');
      if (name === undefined || tenant === undefined || tenant.status !== 'active') return { kind: 'refused', reason: 'unknown-tenant' };
      if (tenant.name !== request.requiredTenant) return { kind: 'refused', reason: 'other-tenant' };
      const found = users.get(`${name.name}@${tenant.name}`);
      if (found === undefined) return { kind: 'refused', reason: 'unknown-user' };
      if (found.password !== request.password) return { kind: 'refused', reason: 'wrong-password' };
      if (found.mustChange === true) {
        const changeableBy = { domain: found.user.domain, name: found.user.username };
        return { kind: 'refused', reason: 'must-change-password', isPasswordRight: true, changeableBy };
      }
      return { kind: 'authenticated', tenant, user: found.user, signIn: signInOf(found.user.username) };
    },
    async changePassword(_tenant, { name }, password, newPassword) {
      const found = [...users.values()].find(({ user }) => user.username === name);
      if (found === undefined || found.password !== password) return { kind: 'rejected', reason: 'password-not-accepted' };
      if (newPassword.length < 8) return { kind: 'rejected', reason: 'password-too-short' };
      users.set(`${name}@${found.user.tenant}`, { ...found, password: newPassword, mustChange: false });
      return known.afterChange?.() ?? { kind: 'changed' };
    },
    async recheckUser(tenant: Tenant, user: EndUser) {
      known.calls.recheck.push(user);
      if (known.failure !== undefined) throw known.failure;
      if (known.recheckAnswer !== undefined) return known.recheckAnswer;
      const found = users.get(`${user.username}@${tenant.name}`);
      return found === undefined ? { kind: 'refused', reason: 'user-gone' } : { kind: 'active', user: found.user };
    },
  };
  return known;
}

/** What a login leaves behind that came from a place of its own. */
export function signInOf(username: string): SignInRecord {
  return { name: username, places: placesAfterSignIn(new Map(), ['0123456789abcdef'], 'fedcba9876543210', 0) };
}
