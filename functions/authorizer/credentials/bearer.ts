// `Authorization: Bearer …` (RFC 6750 section 2.1): an access token, opaque or JWT.

import type { CredentialRefusal } from '../../shared/reasons.ts';
import type { BearerTokenCheck } from '../bearer-tokens/index.ts';
import type { CredentialHandler } from './index.ts';

const SCHEME = 'bearer ';

/** @param checks asked in order; the first that knows the token as its own decides */
export function createBearer(checks: readonly BearerTokenCheck[]): CredentialHandler {
  return {
    name: 'oauth2',
    authenticate(given) {
      const { authorization } = given.request;
      if (authorization.kind !== 'one') return undefined;
      const { value } = authorization;
      if (value.length <= SCHEME.length || value.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined;
      return checkToken(checks, value.slice(SCHEME.length), given);
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
