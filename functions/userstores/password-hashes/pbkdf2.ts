// PBKDF2 (RFC 8018 section 5.2), as other systems store it. Read only: `$pbkdf2-sha256$i=310000$salt$hash` (PHC), the
// same without `i=` (passlib), `pbkdf2_sha256$310000$salt$hash` (Django), `{PBKDF2-SHA256}310000$salt$hash` (LDIF).

import { pbkdf2 as derivePbkdf2, timingSafeEqual } from 'node:crypto';
import { bytesOfBase64, type HashFormat } from './hash-format.ts';

interface Derivation {
  readonly password: string;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly bytes: number;
  readonly digest: string;
}

/** Not by node:util's promisify: to load that builtin costs a cold start 3 ms. */
const derive = ({ password, salt, iterations, bytes, digest }: Derivation): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    derivePbkdf2(password, salt, iterations, bytes, digest, (error, key) => (error === null ? resolve(key) : reject(error)));
  });

const PHC = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?([1-9]\d{0,6})(?:,l=\d{1,3})?\$([^$]{1,200})\$([^$]{16,200})$/;
const DJANGO = /^pbkdf2_(sha1|sha256|sha512)\$([1-9]\d{0,6})\$([^$]{1,200})\$([^$]{16,200})$/;
const LDIF = /^\{PBKDF2(?:[-_](SHA1|SHA256|SHA512))?\}([1-9]\d{0,6})\$([^$]{1,200})\$([^$]{16,200})$/;

/** About half a second. */
const MAX_ITERATIONS = 2_000_000;

export const pbkdf2: HashFormat = (stored) => {
  const isDjango = stored.startsWith('pbkdf2_');
  if (!isDjango && !stored.startsWith('$pbkdf2') && !stored.startsWith('{PBKDF2')) return undefined;
  const [, digest = 'sha1', iterations, salt = '', hash = ''] = (PHC.exec(stored) ??
    DJANGO.exec(stored) ??
    LDIF.exec(stored) ??
    []) as string[];
  // Django's salt is a text, and its bytes count; elsewhere it is base64.
  const saltBytes = isDjango ? Buffer.from(salt) : bytesOfBase64(salt);
  const expected = bytesOfBase64(hash);
  if (iterations === undefined || saltBytes === undefined || expected === undefined) return 'unreadable';
  if (Number(iterations) > MAX_ITERATIONS || expected.length < 16 || expected.length > 64) return 'unreadable';
  return {
    isCurrent: false,
    async verify(password) {
      // HMAC fills keys up with zeros (RFC 2104 section 2): `x` and `x` with a NUL behind it would be one password.
      if (password.includes('\u0000')) return false;
      const derived = await derive({
        ...{ password, salt: saltBytes, bytes: expected.length },
        ...{ iterations: Number(iterations), digest: digest.toLowerCase() },
      });
      return timingSafeEqual(derived, expected);
    },
  };
};
