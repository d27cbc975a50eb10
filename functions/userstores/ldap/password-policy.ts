// Password policies of OpenLDAP (slapo-ppolicy) and 389 Directory Server, as far as they speak of times: a user's own
// entry does not say how long a lock lasts, nor how old a password may become. Read where a user is asked after
// without a password.

import { attributeTexts } from './attribute-values.ts';
import type { LdapEntry } from './ldap-message.ts';

/** Zero: no limit, as in the policy itself. */
export interface PasswordPolicy {
  readonly maxAgeSeconds: number;
  /** How long a lock lasts; zero: until an administrator ends it. */
  readonly lockSeconds: number;
  /** How long an account may go without a login. */
  readonly maxIdleSeconds: number;
  /** How many logins an expired password has. */
  readonly graceLogins: number;
  /** Seconds after its end for which the password still serves. */
  readonly graceSeconds: number;
}

export const POLICY_ATTRIBUTES = [
  ...['pwdMaxAge', 'pwdLockoutDuration', 'pwdMaxIdle', 'pwdGraceAuthnLimit', 'pwdGraceExpiry'],
  ...['passwordGraceLimit', 'passwordMaxAge', 'objectClass'],
] as const;

/** Undefined where nothing of the entry can be read: even a policy without limits has an object class. */
export function parsePasswordPolicy(entry: LdapEntry | undefined): PasswordPolicy | undefined {
  if (entry === undefined || entry.attributes.size === 0) return undefined;
  const seconds = (attribute: string): number => {
    const [value] = attributeTexts(entry, attribute);
    return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : 0;
  };
  return {
    maxAgeSeconds: seconds('pwdMaxAge'),
    lockSeconds: seconds('pwdLockoutDuration'),
    maxIdleSeconds: seconds('pwdMaxIdle'),
    graceLogins: Math.max(seconds('pwdGraceAuthnLimit'), seconds('passwordGraceLimit')),
    graceSeconds: seconds('pwdGraceExpiry'),
  };
}

const DEPENDS_ON_POLICY = ['pwdAccountLockedTime', 'pwdChangedTime', 'pwdLastSuccess', 'passwordExpirationTime'];

/** Whether the state of this entry depends on a policy. */
export function needsPolicy(entry: LdapEntry): boolean {
  return DEPENDS_ON_POLICY.some((attribute) => attributeTexts(entry, attribute).length > 0);
}
