// What a client that nobody has registered keeps at a host of its own, and nobody can have at the moment.

import { OAuthError, type Unavailable } from '../shared/errors.ts';

/** RFC 4918 section 11.4. */
const FAILED_DEPENDENCY = 424;
const RETRY_AFTER_SECONDS = 5;

/**
 * Outage of such a client's document or keys. The client must not take it for a refusal, and throw its tokens away. Nor is it one
 * of ours: whoever asks has chosen what was called, and could set off the alarms of the deployment by that (A134).
 */
export const clientOutage = (outage: Unavailable): OAuthError =>
  new OAuthError('temporarily_unavailable', outage.reason, {
    status: FAILED_DEPENDENCY,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: outage,
  });
