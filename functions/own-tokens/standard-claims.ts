// The claims that the scopes `profile` and `email` name (OpenID Connect Core sections 5.1 and 5.4), out of what a store
// says of a user, by the standard's names or those that WSO2 and directories use.

import type { ClaimValue, EndUser } from '../configuration/model.ts';

/** Standard claim → the names under which a store may have it, the first that is there counts. */
const PROFILE: ReadonlyMap<string, readonly string[]> = new Map([
  ['name', ['name', 'fullname', 'displayName', 'cn']],
  ['family_name', ['family_name', 'lastname', 'sn']],
  ['given_name', ['given_name', 'givenname', 'givenName']],
  ['middle_name', ['middle_name', 'middleName']],
  ['nickname', ['nickname', 'nickName']],
  ['profile', ['profile', 'profileUrl']],
  ['picture', ['picture', 'photourl']],
  ['website', ['website', 'url']],
  ['gender', ['gender']],
  ['birthdate', ['birthdate', 'dob']],
  ['zoneinfo', ['zoneinfo', 'timeZone']],
  ['locale', ['locale', 'local']],
]);

const EMAIL: ReadonlyMap<string, readonly string[]> = new Map([['email', ['email', 'emailaddress', 'mail']]]);

/** The standard claims of a user for these scopes. A claim of several values is its first: the standard has one. */
export function standardClaims({ claims }: Pick<EndUser, 'claims'>, scopes: readonly string[]): Readonly<Record<string, string>> {
  const wanted = [...(scopes.includes('profile') ? PROFILE : []), ...(scopes.includes('email') ? EMAIL : [])];
  return Object.fromEntries(
    wanted.flatMap(([name, sources]) => {
      const source = sources.find((candidate) => Object.hasOwn(claims, candidate));
      const value = source === undefined ? undefined : firstOf(claims[source]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const firstOf = (value: ClaimValue | undefined): string | undefined => (typeof value === 'object' ? value[0] : value);
