// A session of the sign-in page as an item of the Tokens table. `userKey` puts it in `byUser`, so that it ends with the
// user's grants.

import * as v from 'valibot';
import { subjectOf } from '../../configuration/username.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { SignInSession } from '../sign-in-session.ts';
import type { Item } from './dynamodb.ts';
import { endUserItem } from './grant-item.ts';
import { sessionKey, userKeyOf } from './token-keys.ts';

const sessionItem = v.object({
  id: v.pipe(
    v.string(),
    v.startsWith('session#'),
    v.transform((id) => id.slice('session#'.length)),
  ),
  // Sessions of an earlier version have none: no cookie opens them, and their grants go on.
  secretDigest: v.optional(v.string(), ''),
  sid: v.string(),
  tenant: v.string(),
  user: endUserItem,
  authTimeSeconds: v.number(),
  lastUsedAtSeconds: v.number(),
  expiresAt: v.number(),
});

export function sessionToItem({ id, expiresAtSeconds, user, ...session }: SignInSession): Item {
  return { ...session, user: { ...user }, userKey: userKeyOf(subjectOf(user)), expiresAt: expiresAtSeconds, ...sessionKey(id) };
}

/** @throws Unavailable where the item is none that we write */
export function sessionFromItem(item: Record<string, unknown>): SignInSession {
  const parsed = v.safeParse(sessionItem, item);
  if (!parsed.success) throw new Unavailable('dynamodb', 'session-malformed');
  const { expiresAt, ...session } = parsed.output;
  return { ...session, expiresAtSeconds: expiresAt };
}
