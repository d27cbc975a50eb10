// The keys of the Tokens table: what kind of item it is, then the id of a grant or the digest of anything that a caller
// chose, so that no user name stands in a key and no key outgrows its limit.

import { createHash } from 'node:crypto';
import type { Consent } from '../sign-in-session.ts';
import type { AttemptKey } from '../stores.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const grantKey = (id: string): { id: string } => ({ id: `grant#${id}` });
export const sessionKey = (id: string): { id: string } => ({ id: `session#${id}` });
export const consentKey = ({
  tenant,
  subject,
  clientId,
  resources = [],
}: Omit<Consent, 'scopes' | 'allowedAtSeconds'>): { id: string } => ({
  id: `consent#${digest(JSON.stringify([tenant, subject, clientId, ...resources.toSorted()]))}`,
});
/** Both of keys that are digests already: see `attempt-keys.ts`. */
export const attemptsKey = (key: AttemptKey): { id: string } => ({ id: `attempts#${key}` });
export const placesKey = (name: AttemptKey): { id: string } => ({ id: `places#${name}` });
export const requestsKey = (key: string): { id: string } => ({ id: `requests#${digest(key)}` });
export const replayKey = (key: string): { id: string } => ({ id: `once#${digest(key)}` });

/** Key of the index `byUser`. */
export const userKeyOf = (subject: string): string => digest(subject);

/** The id of a grant from its key. */
export const grantIdOf = (key: string): string => key.slice('grant#'.length);
