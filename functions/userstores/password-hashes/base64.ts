// The spellings of base64 in which hashes are stored. Undefined for what is none of them.

/** With or without padding, in the alphabet of RFC 4648, and with `.` for `+` as passlib and OpenLDAP's PBKDF2 write it. */
export function bytesOfBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/.]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}
