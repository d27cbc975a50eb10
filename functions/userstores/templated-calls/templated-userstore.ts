// A userstore that is asked by templates: of a login by its own, of a user without a password by that of its `lookup`. What
// differs between a web service and a function is how the question gets there.

import type { LambdaUserstoreEntry, RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { Userstore } from '../userstore.ts';
import { answerOfReply, findOfReply, recheckOfReply } from './answer-of-reply.ts';
import type { StoreReply } from './judge-reply.ts';
import type { AskedStore } from './user-of-reply.ts';

/** What fills the placeholders of a template. */
export type TemplateValues = Readonly<Record<string, string>>;

interface Questions<Lookup> {
  /** Whether a name can be sent unchanged. One that can't is nobody's. */
  isAskable(name: string): boolean;
  /** @throws Unavailable */
  logIn(values: TemplateValues): Promise<StoreReply>;
  /** @throws Unavailable */
  lookUp(lookup: Lookup, values: TemplateValues): Promise<StoreReply>;
}

export function templatedUserstore<Entry extends RestUserstoreEntry | LambdaUserstoreEntry>(
  store: AskedStore & Pick<Userstore, 'domain'>,
  entry: Entry,
  { isAskable, logIn, lookUp }: Questions<NonNullable<Entry['lookup']>>,
): Userstore {
  const { tenant, domain } = store;
  const lookup: NonNullable<Entry['lookup']> | undefined = entry.lookup;
  return {
    domain,
    async authenticate(name, password, reserve) {
      if (!isAskable(name)) return { kind: 'unknown', reason: 'malformed-username' };
      const reservation = await reserve();
      if (reservation.kind === 'locked') return reservation;
      return answerOfReply(store, entry, name, await logIn({ username: name, password, tenant }));
    },
    ...(lookup !== undefined && {
      async find(name: string) {
        if (!isAskable(name)) return { kind: 'unknown' };
        return findOfReply(store, lookup, name, await lookUp(lookup, { username: name, tenant, id: '' }));
      },
    }),
    async recheck(user) {
      if (lookup === undefined) return { kind: 'active', user };
      return recheckOfReply(store, lookup, user, await lookUp(lookup, { username: user.username, tenant, id: user.id ?? '' }));
    },
  };
}
