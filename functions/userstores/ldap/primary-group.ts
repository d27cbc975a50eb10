// Primary group of a user of Active Directory: a membership that is no link, but the number of a group of the user's
// domain (MS-ADTS 3.1.1.4.5.1, MS-DTYP 2.4.2.2). The group's SID is the user's with that number at its end.

import { attributeBytes, attributeTexts } from './attribute-values.ts';
import type { LdapEntry } from './ldap-message.ts';

export const PRIMARY_GROUP_ATTRIBUTES = ['primaryGroupID', 'objectSid'] as const;

/** Revision, count, six bytes of authority, and four of each number. */
const SID_HEADER_BYTES = 8;

/** The SID of the primary group; undefined where the entry does not show it. */
export function primaryGroupSid(entry: LdapEntry): Buffer | undefined {
  const [id] = attributeTexts(entry, 'primaryGroupID');
  const [sid, ...more] = attributeBytes(entry, 'objectSid');
  if (id === undefined || !/^\d{1,10}$/.test(id) || Number(id) > 0xffffffff) return undefined;
  if (sid === undefined || more.length > 0 || sid.length <= SID_HEADER_BYTES || sid.length % 4 !== 0) return undefined;
  const group = Buffer.from(sid);
  group.writeUInt32LE(Number(id), group.length - 4);
  return group;
}
