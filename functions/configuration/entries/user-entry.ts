// An item of the Users table, the primary userstore.

import * as v from 'valibot';
import { listOf, mapOf, someString, text, trueOrFalse, userstoreDomain } from './fields.ts';

/** What a user is known as in the store that the copy is of: tokens go on to say that, and so stay those of the same user. */
const origin = v.object({ domain: userstoreDomain, username: text(512), id: v.optional(text(512)) });

const digest = v.pipe(someString, v.regex(/^[A-Za-z0-9_-]{43}$/, 'a SHA-256 digest in base64url'));

export const userEntry = v.object({
  id: v.pipe(someString, v.regex(/^[0-9A-Za-z-]{1,64}$/, 'a UUID')),
  passwordHash: v.pipe(
    text(1024),
    v.regex(
      /^(\$|\{[A-Za-z]|pbkdf2_|scrypt\$)/,
      'a PHC string such as $argon2id$v=19$…, or a hash of another system, such as $2b$… or {SSHA}…',
    ),
  ),
  /**
   * Written by Gatehouse when it puts a hash of its own in place of an imported one: digests of the hash before and of the
   * hash now. A `passwordHash` that an operator writes afterwards fits neither, and so is a new password (A101).
   */
  rehashed: v.optional(v.object({ from: digest, to: digest })),
  mustChangePassword: v.optional(trueOrFalse),
  status: v.optional(v.picklist(['active', 'disabled'], 'active or disabled'), 'active'),
  roles: v.optional(listOf(text(128), 200), []),
  claims: v.optional(mapOf(v.union([text(2048), listOf(text(2048), 200)], 'a string or a list of strings')), {}),
  /** Written with a user who is copied from a secondary store (`migrateUsers`). */
  origin: v.optional(origin),
});

export type UserEntry = v.InferOutput<typeof userEntry>;
