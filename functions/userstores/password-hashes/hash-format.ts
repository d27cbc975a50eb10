// Hash formats: the contract of one way in which a password may be stored, and the base64 that several of them are written in.

/** A password hash that is readable: how it is checked, and whether it is what we would write today. */
export interface StoredHash {
  readonly isCurrent: boolean;
  verify(password: string): Promise<boolean>;
}

/** What an argon2 hash costs to make and to check. */
export interface PasswordCost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/**
 * One format. Undefined: not mine. Throws nothing: a hash of mine that is malformed or too costly is `unreadable`.
 *
 * @param current of the hashes that we write today
 */
export type HashFormat = (stored: string, current: PasswordCost) => StoredHash | 'unreadable' | undefined;

/** Decodes base64 with or without padding, in the alphabet of RFC 4648, and with `.` for `+` as passlib and OpenLDAP's PBKDF2 write it. */
export function bytesOfBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/.]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}
