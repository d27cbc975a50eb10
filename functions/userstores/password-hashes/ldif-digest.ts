// Salted and bare digests as directories export them (`userPassword` in LDIF, RFC 3112's schemes): `{SSHA}`, `{SSHA512}`,
// `{SHA}` and the like. Read only, so that an export can be loaded as it is; the first login replaces them.
// WSO2's `SHA-256` of password and salt text is `{SSHA256}` of the digest followed by that text.

import { createHash, timingSafeEqual } from 'node:crypto';
import { bytesOfBase64, type HashFormat } from './hash-format.ts';

/** Digest, its length in bytes, and whether salt follows it. */
const SCHEMES: ReadonlyMap<string, readonly [algorithm: string, bytes: number, isSalted: boolean]> = new Map([
  ['SSHA', ['sha1', 20, true]],
  ['SSHA256', ['sha256', 32, true]],
  ['SSHA384', ['sha384', 48, true]],
  ['SSHA512', ['sha512', 64, true]],
  ['SHA', ['sha1', 20, false]],
  ['SHA256', ['sha256', 32, false]],
  ['SHA384', ['sha384', 48, false]],
  ['SHA512', ['sha512', 64, false]],
]);

export const ldifDigest: HashFormat = (stored) => {
  const [, name = '', value = ''] = /^\{([A-Za-z0-9]{3,7})\}(.{1,400})$/.exec(stored) ?? [];
  const scheme = SCHEMES.get(name.toUpperCase());
  if (scheme === undefined) return undefined;
  const [algorithm, length, isSalted] = scheme;
  const bytes = bytesOfBase64(value);
  if (bytes === undefined || (isSalted ? bytes.length <= length : bytes.length !== length)) return 'unreadable';
  const [digest, salt] = [bytes.subarray(0, length), bytes.subarray(length)];
  return {
    isCurrent: false,
    verify: async (password) => timingSafeEqual(createHash(algorithm).update(password).update(salt).digest(), digest),
  };
};
