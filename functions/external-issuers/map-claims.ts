// Claims of somebody else under the names that the tenant gives them. Only what the entry lists passes (A80).

import type { ClaimValue } from '../configuration/model.ts';
import { splitValues } from '../configuration/split-values.ts';

const MAX_VALUES = 200;
const MAX_VALUE_CHARACTERS = 4096;

/** Role claims: a mapping to one of these names gives the user roles instead of a claim: WSO2's name, and the plural that people write. */
const ROLE_CLAIMS: ReadonlySet<string> = new Set(['role', 'roles']);

/** Claims and roles that the assertion says of the user besides the name. */
export interface MappedClaims {
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, ClaimValue>>;
}

export interface ClaimMapping {
  /** An exact name; a list: the way to a claim within others. */
  readonly remote: string | readonly string[];
  readonly local: string;
  /** Between several values in one text. Absent: one text is one value. */
  readonly separator?: string | undefined;
}

/**
 * @param find the value of a remote claim; undefined where it is not there
 * @param mapping a local name that is written twice gets the first value that is there
 * @param onMissing is told each mapping whose claim is not there, or of no kind that can be taken
 */
export function mapClaims<M extends ClaimMapping>(
  find: (remote: M['remote']) => unknown,
  mapping: readonly M[],
  onMissing: (missing: M) => void = () => {},
): MappedClaims {
  const local = new Map<string, ClaimValue>();
  for (const wanted of mapping) {
    const value = claimValue(find(wanted.remote), wanted.separator);
    if (value === undefined) onMissing(wanted);
    else if (!local.has(wanted.local)) local.set(wanted.local, value);
  }
  const roles = [...ROLE_CLAIMS].flatMap((name) => local.get(name) ?? []);
  return {
    roles: [...new Set(roles)],
    // `fromEntries` defines, it never assigns: `__proto__` is a name like any other.
    claims: Object.fromEntries([...local].filter(([name]) => !ROLE_CLAIMS.has(name))),
  };
}

/** The value of a claim of this exact name, or at the end of this way: own members only, whatever the name is. */
export function findClaim(claims: Readonly<Record<string, unknown>>, remote: string | readonly string[]): unknown {
  let found: unknown = claims;
  for (const name of typeof remote === 'string' ? [remote] : remote) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Texts, numbers and booleans as text, and lists of them; what is nested is left out. */
function claimValue(value: unknown, separator: string | undefined): ClaimValue | undefined {
  const isList = Array.isArray(value);
  const items: readonly unknown[] = isList ? value : [value];
  const texts = items.slice(0, MAX_VALUES).flatMap((item) => claimTexts(item, separator));
  if (texts.length === 0) return undefined;
  return isList || texts.length > 1 ? texts.slice(0, MAX_VALUES) : texts[0];
}

function claimTexts(value: unknown, separator: string | undefined): readonly string[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return typeof value === 'string' && value !== '' && value.length <= MAX_VALUE_CHARACTERS ? splitValues(value, separator) : [];
}
