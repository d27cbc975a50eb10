// The people of the tests as directories other than Active Directory hold them: inetOrgPerson below ou=people, groups of
// names below ou=groups.

import { Attribute, Change, type Client } from 'ldapts';
import type { ClaimValue } from '../../../functions/configuration/model.ts';
import { ANN, EVERYONE, JOE, ODD_NAMES, type Person, SERVICE_PASSWORD, STAFF, TWINS, UMLAUT } from './people.ts';

export const SUFFIX = 'dc=example,dc=org';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const SERVICE = `cn=service,${SUFFIX}`;
export const groupDn = (name: string): string => `cn=${name},ou=groups,${SUFFIX}`;

export const CLAIMS = { mail: 'mail', name: 'cn', photo: 'jpegPhoto', phone: 'telephoneNumber' };
export const CLAIMS_OF_JOE: Readonly<Record<string, ClaimValue>> = { mail: [...JOE.mail], name: JOE.commonName, photo: '/9j/4AAQ' };

/** Every byte escaped (RFC 4514 section 2.4): so that any name can be part of a DN. */
export const personDn = (name: string): string => `uid=${Buffer.from(name).toString('hex').replace(/../g, '\\$&')},${PEOPLE}`;

/** Everything below the suffix. @param more people with nothing special about their entries */
export async function addPeople(client: Client, more: readonly Person[]): Promise<void> {
  for (const ou of ['people', 'groups']) await client.add(`ou=${ou},${SUFFIX}`, { objectClass: 'organizationalUnit', ou });
  await client.add(SERVICE, { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'service', userPassword: SERVICE_PASSWORD });
  for (const person of [JOE, ANN, UMLAUT, ...TWINS, ...ODD_NAMES, ...more]) await addPerson(client, person);
  const staff = [JOE, ...ODD_NAMES].map(({ name }) => personDn(name));
  await client.add(groupDn(STAFF), { objectClass: 'groupOfNames', cn: STAFF, member: staff });
  await client.add(groupDn(EVERYONE), { objectClass: 'groupOfNames', cn: EVERYONE, member: groupDn(STAFF) });
}

async function addPerson(client: Client, { name, password, commonName, mail }: Person): Promise<void> {
  const values: Record<string, string | string[] | Buffer> = {
    objectClass: ['inetOrgPerson'],
    uid: name,
    cn: commonName,
    sn: commonName.split(' ').at(-1) ?? commonName,
    userPassword: password,
    ...(mail.length > 0 && { mail: [...mail] }),
    ...(name === JOE.name && { jpegPhoto: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]) }),
  };
  await client.add(personDn(name), attributesOf(values));
}

export async function replace(client: Client, dn: string, values: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await client.modify(
    dn,
    attributesOf(values).map((modification) => new Change({ operation: 'replace', modification })),
  );
}

export function attributesOf(values: Readonly<Record<string, string | readonly string[] | Buffer>>): Attribute[] {
  return Object.entries(values).map(([type, value]) => new Attribute({ type, values: Buffer.isBuffer(value) ? [value] : [value].flat() }));
}
