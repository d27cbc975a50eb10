// An item of the Users table, the primary userstore.

import * as v from 'valibot';
import { listOf, mapOf, text } from './fields.ts';

export const userEntry = v.object({
  id: v.pipe(v.string('a string'), v.regex(/^[0-9A-Za-z-]{1,64}$/, 'a UUID')),
  /** PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. A hash that another system made is replaced at the first login. */
  passwordHash: v.pipe(
    text(1024),
    v.regex(
      /^(\$|\{[A-Za-z]|pbkdf2_|scrypt\$)/,
      'a PHC string such as $argon2id$v=19$…, or a hash of another system, such as $2b$… or {SSHA}…',
    ),
  ),
  status: v.optional(v.picklist(['active', 'disabled'], 'active or disabled'), 'active'),
  roles: v.optional(listOf(text(128), 200), []),
  claims: v.optional(mapOf(v.union([text(2048), listOf(text(2048), 200)], 'a string or a list of strings')), {}),
});

export type UserEntry = v.InferOutput<typeof userEntry>;
