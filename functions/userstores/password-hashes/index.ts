// The ways in which a password may be stored: the registry of hash formats. New hashes are argon2id; all others are
// read where they come from another system, and replaced when their user logs in.

import { argon2, CURRENT_COST, hashByArgon2id } from './argon2.ts';
import { bcrypt } from './bcrypt.ts';
import type { HashFormat, PasswordCost, StoredHash } from './hash-format.ts';
import { ldifDigest } from './ldif-digest.ts';
import { pbkdf2 } from './pbkdf2.ts';
import { scrypt } from './scrypt.ts';
import { shaCrypt } from './sha-crypt.ts';

const FORMATS: readonly HashFormat[] = [argon2, bcrypt, pbkdf2, scrypt, shaCrypt, ldifDigest];

/** Prefix that LDIF puts before hashes of crypt(3). */
const CRYPT = /^\{CRYPT\}(?=\$)/i;

/** Names are an operator's, so a hash may be anything. */
export function parsePasswordHash(stored: string, current: PasswordCost = CURRENT_COST): StoredHash | 'unreadable' {
  for (const format of FORMATS) {
    const hash = format(stored.replace(CRYPT, ''), current);
    if (hash !== undefined) return hash;
  }
  return 'unreadable';
}

/** Hash that the Users table keeps of a new password. */
export const hashPassword = hashByArgon2id;

/** The work of one login, for those for whom there is nothing to check (A21). */
export async function spendPasswordWork(password: string, cost?: PasswordCost): Promise<void> {
  await hashPassword(password, cost);
}
