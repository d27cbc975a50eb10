// `Authorization: Bearer …` (RFC 6750 section 2.1): an access token, opaque or JWT.

import type { CredentialRefusal } from '../../shared/reasons/authorizer.ts';
import type { BearerTokenCheck } from '../bearer-tokens/index.ts';
import { credentialsOf } from './credentials-of.ts';
import type { CredentialHandler } from './index.ts';

/** @param checks asked in order; the first that knows the token as its own decides */
export function createBearer(checks: readonly BearerTokenCheck[]): CredentialHandler {
  return {
    name: 'oauth2',
    authenticate(given) {
      const token = credentialsOf(given.request.authorization, 'bearer');
      return token === undefined || token === '' ? undefined : checkToken(checks, token, given);
    },
  };
}

async function checkToken(checks: readonly BearerTokenCheck[], token: string, given: Parameters<BearerTokenCheck>[1]) {
  let reason: CredentialRefusal = 'unknown-token';
  for (const check of checks) {
    const answer = await check(token, given);
    if (answer.kind !== 'not-mine') return answer;
    reason = answer.reason;
  }
  return { kind: 'refused', reason } as const;
}
