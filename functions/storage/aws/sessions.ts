// Sessions and consents of the sign-in page in the Tokens table. A sign-in is one call: a batch that stops half way leaves
// a session or a code of which nobody was told.

import * as v from 'valibot';
import type { Consent } from '../sign-in-session.ts';
import type { SessionStore } from '../stores.ts';
import type { DynamoDb, Item } from './dynamodb.ts';
import { grantToItem } from './grant-item.ts';
import { writeWithSignIn } from './places.ts';
import { sessionFromItem, sessionToItem } from './session-item.ts';
import { consentKey, sessionKey } from './token-keys.ts';

/** A consent is asked again after this time. */
const CONSENT_SECONDS = 365 * 86_400;

const consentItem = v.object({
  tenant: v.string(),
  subject: v.string(),
  clientId: v.string(),
  resources: v.exactOptional(v.array(v.string())),
  scopes: v.array(v.string()),
  allowedAtSeconds: v.number(),
  expiresAt: v.number(),
});

/** @param clock milliseconds since the epoch */
export function createSessions(dynamoDb: DynamoDb, table: string, clock: () => number): SessionStore {
  return {
    async saveSignIn({ session, grant, consent, signIn }) {
      const puts = [
        ...(session === undefined ? [] : [sessionToItem(session)]),
        ...(grant === undefined ? [] : [grantToItem(grant)]),
        ...(consent === undefined ? [] : [consentToItem(consent)]),
      ];
      if (signIn !== undefined) await writeWithSignIn(dynamoDb, table, puts, signIn);
      else if (puts.length > 0) await dynamoDb.writeBatch(table, puts, []);
    },

    async findSession(id) {
      // Strongly consistent: who has signed out is signed out.
      const item = await dynamoDb.get(table, sessionKey(id), { isConsistent: true });
      return item && sessionFromItem(item);
    },

    async renewSession(from, to) {
      // Race: a sign-out, or a sign-in in another tab, between our read and this write. What has ended does not come back.
      const outcome = await dynamoDb.put(table, sessionToItem(to), {
        condition: '#secretDigest = :secretDigest',
        names: ['secretDigest'],
        values: { secretDigest: from.secretDigest },
      });
      if (outcome !== 'refused-unsure') return outcome === 'written';
      // Race: our own first try was written and its answer lost, so that the second met our own write.
      const item = await dynamoDb.get(table, sessionKey(to.id), { isConsistent: true });
      return item !== undefined && sessionFromItem(item).secretDigest === to.secretDigest;
    },

    async touchSession({ id }, nowSeconds) {
      // Race: a sign-out between our read and this write. It is not to be undone.
      const outcome = await dynamoDb.update(table, sessionKey(id), 'SET #lastUsedAtSeconds = :now', {
        condition: 'attribute_exists(#id)',
        names: ['id', 'lastUsedAtSeconds'],
        values: { now: nowSeconds },
      });
      return outcome === 'written';
    },

    async endSession(id) {
      await dynamoDb.delete(table, sessionKey(id));
    },

    async findConsent(asked) {
      const item = await dynamoDb.get(table, consentKey(asked), { isConsistent: true });
      const parsed = v.safeParse(consentItem, item);
      // One that can't be read is one that was not given: the user is asked again.
      if (!parsed.success || parsed.output.expiresAt * 1000 <= clock()) return undefined;
      const { expiresAt: _, ...consent } = parsed.output;
      return consent;
    },
  };
}

function consentToItem(consent: Consent): Item {
  return { ...consent, expiresAt: consent.allowedAtSeconds + CONSENT_SECONDS, ...consentKey(consent) };
}
