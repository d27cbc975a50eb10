// Role mapping: which groups give which roles (A98). A key of `roles` that is a DN is compared with the DNs of groups and with nothing
// else; a plain name with the names of groups below the base, so that neither can be had by the name of another group.

import { type DistinguishedName, parseDistinguishedName } from '../../keys/distinguished-name.ts';

export interface Group {
  readonly dn: string;
  readonly names: readonly string[];
}

export interface MappedGroup {
  readonly role: string;
  /** Group as the entry writes it: a DN, or a name. */
  readonly key: string;
  /** Parsed name, where the key is a DN. */
  readonly dn?: DistinguishedName;
}

/** @param roles group → role */
export function mapGroups(roles: Readonly<Record<string, string>>): readonly MappedGroup[] {
  return Object.entries(roles).map(([key, role]) => {
    const dn = parseDistinguishedName(key);
    return dn === undefined || dn.length === 0 ? { key, role } : { key, role, dn };
  });
}

/** @param base below which names count; empty: everywhere */
export function rolesOf(groups: readonly Group[], mapped: readonly MappedGroup[], base: string): readonly string[] {
  const names = new Set<string>();
  const dns = new Set<string>();
  const baseForms = partForms(parseDistinguishedName(base) ?? []);
  for (const group of groups) {
    const dn = parseDistinguishedName(group.dn);
    if (dn === undefined) continue;
    const forms = partForms(dn);
    dns.add(JSON.stringify(forms));
    if (isBelow(forms, baseForms)) for (const name of group.names) names.add(fold(name));
  }
  const granted = mapped.filter(({ key, dn }) => (dn === undefined ? names.has(fold(key)) : dns.has(JSON.stringify(partForms(dn)))));
  return [...new Set(granted.map(({ role }) => role))];
}

/** Each part in one form, however it is written; the attributes of one part have no order. */
function partForms(dn: DistinguishedName): readonly string[] {
  return dn.map((part) => JSON.stringify(part.map(({ type, value }) => `${type}=${fold(value)}`).sort()));
}

function isBelow(dn: readonly string[], base: readonly string[]): boolean {
  if (dn.length <= base.length) return false;
  return base.every((part, at) => part === dn[dn.length - base.length + at]);
}

/**
 * Case and blanks, which no directory tells apart, and no more: one that tells wide letters from others may have a group
 * of either beside the other.
 */
function fold(value: string): string {
  return value.normalize('NFC').toLowerCase().trim().replace(/ +/g, ' ');
}
