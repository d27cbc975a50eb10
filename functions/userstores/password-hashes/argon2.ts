// argon2id (RFC 9106) of node:crypto, in PHC string format, with the parameters that OWASP names: 19 MiB, 2 passes, 1 lane.

import crypto, { randomBytes, timingSafeEqual } from 'node:crypto';
import type { HashFormat, PasswordCost } from './hash-format.ts';
import { argon2Failure, requireArgon2 } from './require-argon2.ts';

/** Of the hashes that we write. */
export const CURRENT_COST: PasswordCost = { memoryKib: 19_456, passes: 2, lanes: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** An entry must not be able to use up a function's memory or time: 128 MiB, and the work of 64 MiB × 10 passes. */
const MAX_MEMORY_KIB = 131_072;
const MAX_WORK_KIB = 655_360;
const MAX_LANES = 16;

// Salt and tag in base64 without padding, as the PHC string format says.
const PHC =
  /^\$(argon2id|argon2i)\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,2}),p=([1-9]\d{0,1})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,172})$/;

/** argon2d is not read: it is not meant for passwords, and nobody stores them so. */
export const argon2: HashFormat = (stored, current) => {
  if (!stored.startsWith('$argon2')) return undefined;
  const [, algorithm, memory, passes, lanes, salt, tag] = PHC.exec(stored) ?? [];
  if ((algorithm !== 'argon2id' && algorithm !== 'argon2i') || salt === undefined || tag === undefined) return 'unreadable';
  const parameters = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  if (!isBearable(parameters)) return 'unreadable';
  const expected = Buffer.from(tag, 'base64');
  const saltBytes = Buffer.from(salt, 'base64');
  const isCurrent =
    algorithm === 'argon2id' && isSame(parameters, current) && expected.length >= TAG_BYTES && saltBytes.length >= SALT_BYTES;
  return {
    isCurrent,
    async verify(password) {
      const derived = await derive(password, { ...parameters, algorithm, salt: saltBytes, tagBytes: expected.length });
      return timingSafeEqual(derived, expected);
    },
  };
};

export async function hashByArgon2id(password: string, cost: PasswordCost = CURRENT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, { ...cost, algorithm: 'argon2id', salt, tagBytes: TAG_BYTES });
  const { memoryKib, passes, lanes } = cost;
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
}

function isBearable({ memoryKib, passes, lanes }: PasswordCost): boolean {
  // RFC 9106 section 3.1: at least 8 KiB a lane.
  return memoryKib >= 8 * lanes && memoryKib <= MAX_MEMORY_KIB && memoryKib * passes <= MAX_WORK_KIB && lanes <= MAX_LANES;
}

function isSame(one: PasswordCost, other: PasswordCost): boolean {
  return one.memoryKib === other.memoryKib && one.passes === other.passes && one.lanes === other.lanes;
}

interface Derivation extends PasswordCost {
  readonly algorithm: 'argon2id' | 'argon2i';
  readonly salt: Buffer;
  readonly tagBytes: number;
}

function derive(password: string, { algorithm, salt, memoryKib, passes, lanes, tagBytes }: Derivation): Promise<Buffer> {
  const options = { message: password, nonce: salt, memory: memoryKib, passes, parallelism: lanes, tagLength: tagBytes };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  try {
    // On the thread pool: the event loop stays free for other logins. Not imported by name: a Node without it could then
    // not load the file, and no request at all would be answered.
    requireArgon2(crypto)(algorithm, options, (error, tag) => (error === null ? resolve(tag) : reject(argon2Failure(error))));
  } catch (error) {
    reject(argon2Failure(error));
  }
  return promise;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
