// Attribute values of a directory: bytes that are text, lists of texts, or base64 where they are no text; and unique
// ids.

import type { ClaimValue } from '../../configuration/model.ts';
import { decodeUtf8 } from '../../shared/utf8.ts';
import type { LdapEntry } from './ldap-message.ts';

/** Binary by their schema: their bytes may look like text by chance, and must not then become another claim or id. */
const BINARY: ReadonlySet<string> = new Set([
  'objectguid',
  'objectsid',
  'sidhistory',
  'tokengroups',
  'ms-ds-consistencyguid',
  'guid',
  'jpegphoto',
  'thumbnailphoto',
  'thumbnaillogo',
  'photo',
  'audio',
  'usercertificate',
  'cacertificate',
  'usersmimecertificate',
  'userpkcs12',
]);

/** Values of an attribute, however the directory writes its name: `usercertificate;binary` is `userCertificate`. */
export function attributeBytes(entry: LdapEntry, attribute: string): readonly Buffer[] {
  const name = attribute.toLowerCase();
  const exact = entry.attributes.get(name);
  if (exact !== undefined) return exact;
  for (const [key, values] of entry.attributes) if (key.startsWith(`${name};`)) return values;
  return [];
}

/** The texts among the values of an attribute. */
export function attributeTexts(entry: LdapEntry, attribute: string): readonly string[] {
  return attributeBytes(entry, attribute).flatMap((value) => decodeText(value) ?? []);
}

function decodeText(value: Buffer): string | undefined {
  const decoded = decodeUtf8(value);
  return decoded?.includes('\0') === true ? undefined : decoded;
}

/** An attribute as a claim: one value as a string, several as a list, none as undefined. */
export function claimOfBytes(attribute: string, values: readonly Buffer[]): ClaimValue | undefined {
  const isBinary = BINARY.has(attribute.toLowerCase().replace(/;.*$/, ''));
  const [first, ...more] = values.map((value) => (isBinary ? undefined : decodeText(value)) ?? value.toString('base64'));
  return first === undefined || more.length === 0 ? first : [first, ...more];
}

/** GUIDs of Active Directory have their first three fields in little-endian order (MS-DTYP 2.3.4.2). */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const GUID_ATTRIBUTE = 'objectguid';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a user as text: a UUID where it is one, `#` and hex digits for other bytes. Undefined unless there is exactly one. */
export function uniqueId(entry: LdapEntry, attribute: string): string | undefined {
  const [value, ...more] = attributeBytes(entry, attribute);
  if (value === undefined || value.length === 0 || more.length > 0) return undefined;
  const name = attribute.toLowerCase();
  if (name === GUID_ATTRIBUTE && value.length === 16) {
    const hex = Buffer.from(GUID_ORDER.map((at) => value[at] ?? 0)).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  const decoded = BINARY.has(name) ? undefined : decodeText(value);
  // A text that begins with `#` would be taken for hex digits on its way back.
  if (decoded === undefined || decoded.startsWith('#')) return `#${value.toString('hex')}`;
  return UUID.test(decoded) ? decoded.toLowerCase() : decoded;
}

/** The bytes by which a directory finds the entry of an id again. */
export function uniqueIdBytes(id: string, attribute: string): Buffer {
  if (id.startsWith('#')) return Buffer.from(id.slice(1), 'hex');
  if (attribute.toLowerCase() !== GUID_ATTRIBUTE) return Buffer.from(id, 'utf8');
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.from(GUID_ORDER.map((at) => bytes[at] ?? 0));
}
