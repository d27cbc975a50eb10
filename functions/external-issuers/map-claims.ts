// Claims of somebody else under the names that the tenant gives them. Only what the entry lists passes (A80).

import type { ClaimValue } from '../configuration/model.ts';

const MAX_VALUES = 200;
const MAX_VALUE_CHARACTERS = 4096;

/** Role claims: a mapping to one of these names gives the user roles instead of a claim: WSO2's name, and the plural that people write. */
const ROLE_CLAIMS: ReadonlySet<string> = new Set(['role', 'roles']);

/** Claims and roles that the assertion says of the user besides the name. */
export interface MappedClaims {
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, ClaimValue>>;
}

/**
 * @param find the value of a remote claim; undefined where it is not there
 * @param mapping a local name that is written twice gets the first value that is there
 */
export function mapClaims(
  find: (remote: string) => unknown,
  mapping: readonly { readonly remote: string; readonly local: string }[],
): MappedClaims {
  const local = new Map<string, ClaimValue>();
  for (const { remote, local: name } of mapping) {
    const value = claimValue(find(remote));
    if (value !== undefined && !local.has(name)) local.set(name, value);
  }
  const roles = [...ROLE_CLAIMS].flatMap((name) => local.get(name) ?? []);
  return {
    roles: [...new Set(roles)],
    // `fromEntries` defines, it never assigns: `__proto__` is a name like any other.
    claims: Object.fromEntries([...local].filter(([name]) => !ROLE_CLAIMS.has(name))),
  };
}

/** The value of a claim of this exact name: own members only, whatever the name is. */
export function findClaim(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

/** Texts, numbers and booleans as text, and lists of them; what is nested is left out. */
function claimValue(value: unknown): ClaimValue | undefined {
  if (!Array.isArray(value)) return claimText(value);
  const texts = value.slice(0, MAX_VALUES).flatMap((item) => claimText(item) ?? []);
  return texts.length === 0 ? undefined : texts;
}

function claimText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= MAX_VALUE_CHARACTERS ? value : undefined;
}
