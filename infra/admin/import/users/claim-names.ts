// The names that claims of a user have here, by those of directories and of WSO2's user table.

import { NotImportable } from '../imported.ts';

const CLAIMS: ReadonlyMap<string, string> = new Map([
  ['mail', 'emailaddress'],
  ['email', 'emailaddress'],
  ['emailaddress', 'emailaddress'],
  ['givenname', 'givenname'],
  ['sn', 'lastname'],
  ['lastname', 'lastname'],
  ['cn', 'fullname'],
  ['displayname', 'displayName'],
  ['mobile', 'mobile'],
  ['telephonenumber', 'telephone'],
  ['telephone', 'telephone'],
  ['o', 'organization'],
  ['organization', 'organization'],
  ['organizationname', 'organization'],
  ['c', 'country'],
  ['country', 'country'],
  ['title', 'title'],
  ['preferredlanguage', 'preferredLanguage'],
  ['department', 'department'],
  ['departmentnumber', 'department'],
  ['employeenumber', 'employeeNumber'],
]);

/** Claim of an attribute; undefined: it is not taken over. */
export type FindClaimName = (attribute: string) => string | undefined;

/**
 * @param given `LOCAL=ATTRIBUTE`, each of which goes before what is usual
 * @throws NotImportable for one of another form
 */
export function createFindClaimName(given: readonly string[]): FindClaimName {
  const own = new Map<string, string>();
  for (const mapping of given) {
    const [, local, attribute] = /^([^=]{1,128})=([A-Za-z0-9;._-]{1,128})$/.exec(mapping) ?? [];
    if (local === undefined || attribute === undefined)
      throw new NotImportable('--claim must be CLAIM=ATTRIBUTE, such as emailaddress=mail');
    own.set(attribute.toLowerCase(), local);
  }
  return (attribute) => own.get(attribute.toLowerCase()) ?? CLAIMS.get(attribute.toLowerCase());
}
