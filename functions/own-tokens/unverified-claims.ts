// What a JWT says of itself before anything proves it: enough to look for the proof, and not a word more (A57).

import type { UserKey } from '../storage/stores.ts';
import { GRANT_ID_CHARACTERS } from './opaque-token.ts';

/** Claims that anybody may have written, in the form in which we write them. */
export interface UnverifiedClaims {
  readonly tenant: string;
  /** The grant's id, and the generation of the token. */
  readonly jti: string;
  readonly username?: string | undefined;
  readonly exp: number;
}

const JTI = /^[A-Za-z0-9_-]{22}\.\d{1,10}$/;

/** Undefined for what we would not have written. */
export function parseUnverifiedClaims(payload: unknown): UnverifiedClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { tenant, jti, username, exp } = payload as Readonly<Record<string, unknown>>;
  if (typeof tenant !== 'string' || typeof exp !== 'number' || typeof jti !== 'string' || !JTI.test(jti)) return undefined;
  if (username !== undefined && typeof username !== 'string') return undefined;
  return { tenant, jti, username, exp };
}

export function grantIdOfJwt({ jti }: Pick<UnverifiedClaims, 'jti'>): string {
  return jti.slice(0, GRANT_ID_CHARACTERS);
}

/** The key of a user of the Users table, as `qualifiedName` has written it; a name with a slash may be one of another store. */
export function namedUser({ username, tenant }: Pick<UnverifiedClaims, 'username' | 'tenant'>): UserKey | undefined {
  const name = username?.endsWith(`@${tenant}`) ? username.slice(0, -tenant.length - 1) : undefined;
  return name === undefined || name.includes('/') ? undefined : { tenant, username: name };
}
