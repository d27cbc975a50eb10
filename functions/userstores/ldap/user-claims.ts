// Claims that a directory gives of a user. What is too much for a token is left out whole: half a list would be taken for
// the list.

import type { ClaimValue } from '../../configuration/model.ts';
import { attributeBytes, claimOfBytes } from './attribute-values.ts';
import type { LdapEntry } from './ldap-message.ts';
import type { LdapSettings } from './ldap-settings.ts';

/** A photograph has no place in a token. */
const MAX_CLAIM_BYTES = 4096;
const MAX_CLAIM_VALUES = 500;

export interface UserClaims {
  readonly claims: Readonly<Record<string, ClaimValue>>;
  /** Names of claims that were too much. */
  readonly leftOut: readonly string[];
}

export function readClaims(entry: LdapEntry, mapping: LdapSettings['claims']): UserClaims {
  const claims: [string, ClaimValue][] = [];
  const leftOut: string[] = [];
  for (const [claim, attribute] of mapping) {
    const values = attributeBytes(entry, attribute);
    const isTooMuch = values.length > MAX_CLAIM_VALUES || values.some(({ length }) => length > MAX_CLAIM_BYTES);
    const value = isTooMuch ? undefined : claimOfBytes(attribute, values);
    if (isTooMuch || entry.moreFrom?.has(attribute.toLowerCase()) === true) leftOut.push(claim);
    else if (value !== undefined) claims.push([claim, value]);
  }
  return { claims: Object.fromEntries(claims), leftOut };
}
