// Userstores for a login that is only thought through: the name is parsed and the stores are asked as at a login, but by
// name alone. A store that can't look a user up without a password leaves what is known of the user's last login.

import { type EndUser, keeperOf, type Tenant } from '../../../functions/configuration/model.ts';
import { canonicalName } from '../../../functions/configuration/username.ts';
import { OAuthError } from '../../../functions/shared/errors.ts';
import { grantExpiresAtSeconds } from '../../../functions/storage/grant.ts';
import { findUser } from '../../../functions/userstores/find-user.ts';
import type { LoginRequest } from '../../../functions/userstores/login-request.ts';
import { parseLogin } from '../../../functions/userstores/parse-login.ts';
import { recheckUser } from '../../../functions/userstores/recheck-user.ts';
import type { LoginOutcome, Userstores } from '../../../functions/userstores/userstore.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';

/** Nobody can say which roles the user has: the user's store wants the password, and the user has nothing open. */
export class UndecidedUser extends Error {
  override readonly name = 'UndecidedUser';
}

interface LookUpOptions {
  /** The roles that the user is supposed to have; absent: those that the store says. */
  readonly roles: readonly string[] | undefined;
  readonly note: (text: string) => void;
  /** Told of the user who was found. */
  readonly found: (user: EndUser) => void;
}

interface AskedName {
  readonly tenant: Tenant;
  readonly domain: string | undefined;
  readonly name: string;
}

export function lookUpUsers(dependencies: ExplainDependencies, options: LookUpOptions): Userstores {
  return {
    async authenticateUser(request: LoginRequest): Promise<LoginOutcome> {
      const { tenant, domain, name, reason } = await parseLogin(dependencies, request);
      if (tenant === undefined) return { kind: 'refused', reason };
      const stored = await lookUp(dependencies, { tenant, domain, name }, options);
      if (stored === undefined) return { kind: 'refused', reason: 'unknown-user' };
      const user = options.roles === undefined ? stored : { ...stored, roles: options.roles };
      options.found(user);
      return { kind: 'authenticated', tenant, user };
    },
    changePassword: () => Promise.reject(new Error('No password is changed to explain a decision.')),
    recheckUser: (tenant, user) => recheckUser(dependencies.userstores, tenant, user),
  };
}

/** Undefined: no store knows the user. @throws OAuthError where a store says no; UndecidedUser */
async function lookUp(dependencies: ExplainDependencies, asked: AskedName, options: LookUpOptions): Promise<EndUser | undefined> {
  const { tenant } = asked;
  const found = await findUser(dependencies.userstores, tenant, asked);
  if (found.kind === 'unknown') return undefined;
  if (found.kind === 'refused') {
    if (found.reason === 'store-without-look-up') return lastLogin(dependencies, asked, options);
    throw new OAuthError('invalid_grant', found.reason);
  }
  // A login also asks what only a renewal looks at without a password: whether it must be changed.
  const present = await recheckUser(dependencies.userstores, tenant, found.user);
  if (present.kind === 'refused') throw new OAuthError('invalid_grant', present.reason);
  return present.user;
}

/** The user as at the last login that is still open. */
async function lastLogin(
  { held, clock }: ExplainDependencies,
  { tenant, domain, name }: AskedName,
  { roles, note }: LookUpOptions,
): Promise<EndUser> {
  const canonical = canonicalName(name);
  const supposed = { tenant: tenant.name, domain: domain ?? 'a store', username: canonical, roles: roles ?? [], claims: {} };
  if (roles !== undefined) {
    note('The store of this user knows nobody without a password: whether the user is there was not looked at.');
    return supposed;
  }
  const holders = await held.findHolders(
    tenant.name,
    (user) => canonicalName(user.username) === canonical && (domain === undefined || user.domain === domain),
  );
  const nowSeconds = Math.floor(clock() / 1000);
  const logins = (await Promise.all([...holders.keys()].map((subject) => held.listHeldItems(subject)))).flatMap(({ grants, sessions }) => [
    ...grants
      .filter((grant) => grantExpiresAtSeconds(grant) > nowSeconds)
      .map(({ user, access }) => ({ user, at: access.issuedAtSeconds })),
    ...sessions.filter(({ expiresAtSeconds }) => expiresAtSeconds > nowSeconds).map(({ user, authTimeSeconds: at }) => ({ user, at })),
  ]);
  const [last] = logins.sort((one, other) => other.at - one.at);
  if (last?.user === undefined) throw new UndecidedUser();
  const at = new Date(last.at * 1000).toISOString();
  note(`${keeperOf(last.user)} knows nobody without a password: roles are those of what the user has open since ${at}.`);
  return last.user;
}
