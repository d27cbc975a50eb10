// scrypt (RFC 7914), as other systems store it. Read only: `$scrypt$ln=16,r=8,p=1$salt$hash` (PHC), and
// `scrypt$16384$salt$8$5$hash` (Django).

import { scrypt as deriveScrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { bytesOfBase64, type HashFormat } from './hash-format.ts';

const PHC = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([^$]{1,200})\$([^$]{16,200})$/;
const DJANGO = /^scrypt\$([1-9]\d{0,7})\$([^$]{1,200})\$([1-9]\d?)\$([1-9]\d?)\$([^$]{16,200})$/;

/** An entry must not be able to use up a function's memory or time: 128 MiB, and four times that of work. */
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;
const MAX_WORK_BYTES = 4 * MAX_MEMORY_BYTES;

export const scrypt: HashFormat = (stored) => {
  if (!stored.startsWith('$scrypt$') && !stored.startsWith('scrypt$')) return undefined;
  const parsed = parsePhc(stored) ?? parseDjango(stored);
  if (parsed === undefined) return 'unreadable';
  const { cost, blockSize, parallelization, salt, hash } = parsed;
  const expected = bytesOfBase64(hash);
  const memoryBytes = 128 * cost * blockSize;
  const isPowerOfTwo = Number.isInteger(Math.log2(cost)) && cost > 1;
  if (salt === undefined || expected === undefined || expected.length < 16 || expected.length > 128) return 'unreadable';
  if (!isPowerOfTwo || memoryBytes > MAX_MEMORY_BYTES || memoryBytes * parallelization > MAX_WORK_BYTES) return 'unreadable';
  // Node's own bound is 32 MiB; a little more than N × r × 128 bytes is needed.
  const options = { cost, blockSize, parallelization, maxmem: memoryBytes * 2 + 1024 * 1024 };
  return {
    isCurrent: false,
    async verify(password) {
      // HMAC fills keys up with zeros (RFC 2104 section 2): `x` and `x` with a NUL behind it would be one password.
      if (password.includes('\u0000')) return false;
      return timingSafeEqual(await derive(password, salt, expected.length, options), expected);
    },
  };
};

function parsePhc(stored: string) {
  const [, ln, r, p, salt = '', hash = ''] = PHC.exec(stored) ?? [];
  if (ln === undefined) return undefined;
  return { cost: 2 ** Number(ln), blockSize: Number(r), parallelization: Number(p), salt: bytesOfBase64(salt), hash };
}

/** The salt is a text, and its bytes count. */
function parseDjango(stored: string) {
  const [, n, salt = '', r, p, hash = ''] = DJANGO.exec(stored) ?? [];
  if (n === undefined) return undefined;
  return { cost: Number(n), blockSize: Number(r), parallelization: Number(p), salt: Buffer.from(salt), hash };
}

function derive(password: string, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deriveScrypt(password, salt, length, options, (error, derived) => (error === null ? resolve(derived) : reject(error)));
  });
}
