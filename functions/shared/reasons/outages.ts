// What does not answer: services of AWS, state of our own, HTTP.

import type { StoreOutage } from './userstores.ts';

/** A call to a service of AWS that failed. */
export type AwsOutage =
  | 'timeout'
  | 'throttled'
  | 'overloaded'
  | 'not-found'
  | 'access-denied'
  | 'no-credentials'
  | 'bad-request'
  | 'decryption-failed'
  | 'request-failed'
  | 'too-many-items'
  | 'not-text'
  | 'function-error'
  | 'too-large';

/** The platform lacks what it is documented to have. */
export type PlatformOutage = 'argon2-not-supported';

/** Tables and secrets of our own that hold what we do not write there. */
export type MalformedState =
  | 'grant-malformed'
  | 'feed-malformed'
  | 'feed-too-old'
  | 'session-malformed'
  | 'attempts-malformed'
  | 'places-malformed'
  | 'signing-keys-malformed'
  | 'no-signing-key'
  | 'no-end-user-jwt-key'
  | 'end-user-jwt-too-long';

/** An HTTP call that was not made, or has no reply that may be believed. */
export type HttpFault = 'timeout' | 'connection-failed' | 'tls-failed' | 'bad-request' | 'redirect' | 'too-large' | 'bad-reply';

/** An HTTP call to where an entry points, which was not made or not answered. */
export type OutboundFault = 'bad-url' | 'plaintext' | 'refused-port' | 'refused-address' | 'name-not-resolved' | HttpFault;

/** A function that a rule names as its handler. */
export type HandlerOutage = 'no-such-handler' | 'bad-reply' | 'bad-username';

/** Keys of a client or an issuer that can't be had. */
export type KeySetOutage = 'bad-status' | 'bad-key-set';

/** Documents of clients that nobody has registered are not asked for: too many are already. */
export type ClientDocumentOutage = 'too-many-loads';

/** `Unavailable`: something that we depend on does not answer, or answers what can't be. */
export type OutageReason =
  | AwsOutage
  | PlatformOutage
  | MalformedState
  | OutboundFault
  | StoreOutage
  | HandlerOutage
  | KeySetOutage
  | ClientDocumentOutage;
