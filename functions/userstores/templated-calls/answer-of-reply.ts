// Answers to a login and to a look-up, from the reply of a service or function.

import type { LambdaUserstoreEntry, RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { EndUser } from '../../configuration/model.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { StoreAnswer, UserLookup, UserRecheck } from '../userstore.ts';
import { judgeReply, type StoreReply } from './judge-reply.ts';
import { type AskedStore, userOfReply } from './user-of-reply.ts';

type Entry = RestUserstoreEntry | LambdaUserstoreEntry;

/** @param asked the name that was sent */
export function answerOfReply(store: AskedStore, entry: Entry, asked: string, reply: StoreReply): StoreAnswer {
  switch (judgeReply(entry, reply)) {
    case 'yes':
      return { kind: 'authenticated', user: userOfReply(store, entry, asked, reply.json) };
    case 'wrong-password':
      return { kind: 'refused', reason: 'wrong-password' };
    case 'unknown-user':
      return { kind: 'unknown' };
    // The service does not say whether it knows the user, so a later store may.
    case 'no':
      return { kind: 'unknown', reason: 'unknown-user-or-wrong-password' };
    case 'not-understood':
      throw new Unavailable(store.label, reply.fault);
  }
}

/** With `gone` a reply that is neither is no word about the user: an outage must end nobody's session. */
const judgeLookup = ({ success, gone }: NonNullable<Entry['lookup']>, reply: StoreReply) =>
  judgeReply({ success, unknownUser: gone, wrongPassword: gone }, reply);

/** The user whom a look-up by name found. */
export function findOfReply(store: AskedStore, lookup: NonNullable<Entry['lookup']>, asked: string, reply: StoreReply): UserLookup {
  const verdict = judgeLookup(lookup, reply);
  if (verdict === 'not-understood') throw new Unavailable(store.label, reply.fault);
  return verdict === 'yes' ? { kind: 'active', user: userOfReply(store, lookup, asked, reply.json) } : { kind: 'unknown' };
}

/** Claims and roles that the look-up does not map stay as they were at login. */
export function recheckOfReply(store: AskedStore, lookup: NonNullable<Entry['lookup']>, known: EndUser, reply: StoreReply): UserRecheck {
  const verdict = judgeLookup(lookup, reply);
  if (verdict === 'not-understood') throw new Unavailable(store.label, reply.fault);
  if (verdict !== 'yes') return { kind: 'refused', reason: 'user-gone' };
  const found = userOfReply(store, lookup, known.username, reply.json);
  // Somebody else has got the name meanwhile.
  if (lookup.uniqueId !== undefined && found.id !== known.id) return { kind: 'refused', reason: 'user-gone' };
  const claims = lookup.claims === undefined ? known.claims : found.claims;
  const roles = lookup.roles === undefined ? known.roles : found.roles;
  const { passwordState = found.passwordState, ...kept } = known;
  const present = lookup.passwordChanged === undefined ? passwordState : found.passwordState;
  return { kind: 'active', user: { ...kept, ...(present !== undefined && { passwordState: present }), claims, roles } };
}
