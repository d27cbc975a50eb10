// SHA-crypt (https://www.akkadia.org/drepper/SHA-crypt.txt), as Linux and directories store it: `$6$rounds=5000$salt$…`,
// and `$5$…` for SHA-256. Read only.

import { createHash, timingSafeEqual } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HashFormat } from './hash-format.ts';

const SHA_CRYPT = /^\$([56])\$(?:rounds=([1-9]\d{3,8})\$)?([^$:\n]{1,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/;
const DEFAULT_ROUNDS = 5000;
/** About a second. */
const MAX_ROUNDS = 200_000;
const ROUNDS_A_TURN = 5000;
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The work grows with the square of the length; no system that stores such hashes takes longer ones. */
const MAX_PASSWORD_BYTES = 256;

export const shaCrypt: HashFormat = (stored) => {
  if (!/^\$[56]\$/.test(stored)) return undefined;
  const [, id, roundsText, salt = '', hash = ''] = SHA_CRYPT.exec(stored) ?? [];
  const algorithm = id === '5' ? 'sha256' : 'sha512';
  const rounds = Number(roundsText ?? DEFAULT_ROUNDS);
  if (id === undefined || hash.length !== (id === '5' ? 43 : 86) || rounds > MAX_ROUNDS) return 'unreadable';
  return {
    isCurrent: false,
    async verify(password) {
      const bytes = Buffer.from(password);
      if (bytes.length > MAX_PASSWORD_BYTES || bytes.includes(0)) return false;
      const derived = await derive(algorithm, bytes, Buffer.from(salt), rounds);
      return timingSafeEqual(Buffer.from(encode(derived)), Buffer.from(hash));
    },
  };
};

/** Steps 1 to 21 of the specification, in its order. */
async function derive(algorithm: string, password: Buffer, salt: Buffer, rounds: number): Promise<Buffer> {
  const digest = (...parts: readonly Buffer[]): Buffer => {
    const hash = createHash(algorithm);
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const b = digest(password, salt, password);
  const parts = [password, salt, repeat(b, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? b : password);
  let round = digest(...parts);
  const p = repeat(digest(...Array.from({ length: password.length }, () => password)), password.length);
  const s = repeat(digest(...Array.from({ length: 16 + (round[0] ?? 0) }, () => salt)), salt.length);
  for (let at = 0; at < rounds; at += 1) {
    const first = at % 2 === 1 ? p : round;
    const last = at % 2 === 1 ? round : p;
    round = digest(first, ...(at % 3 === 0 ? [] : [s]), ...(at % 7 === 0 ? [] : [p]), last);
    // The event loop belongs to other logins as well.
    if (at % ROUNDS_A_TURN === ROUNDS_A_TURN - 1) await nextTurn();
  }
  return round;
}

/** Repeats `bytes` until there are `length` of them. */
function repeat(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, length === 0 ? '' : bytes);
}

/** Step 22: groups of three bytes, of the first, second and third part in turn, each time rotated. */
function encode(digest: Buffer): string {
  const third = Math.floor(digest.length / 3);
  const isLong = digest.length === 64;
  let text = '';
  let order = [0, third, 2 * third];
  for (let at = 0; at < third; at += 1) {
    const [high = 0, middle = 0, low = 0] = order.map((start) => digest[start + at]);
    text += characters((high << 16) | (middle << 8) | low, 4);
    // SHA-512 goes on with the second part, SHA-256 with the third.
    const [a = 0, b = 0, c = 0] = order;
    order = isLong ? [b, c, a] : [c, a, b];
  }
  return text + (isLong ? characters(digest[63] ?? 0, 2) : characters(((digest[31] ?? 0) << 8) | (digest[30] ?? 0), 3));
}

function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, at) => ALPHABET[(value >> (6 * at)) & 63]).join('');
}
