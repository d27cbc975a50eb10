// Refusal context, from which API Gateway makes bodies and challenges, as text that needs no escaping there (RFC 6750
// section 3; the numbers are those that clients of WSO2 know).

import type { ForbiddenReason } from '../shared/reasons/authorizer.ts';

/** Refusals that say why. `900901` is said by HTTP APIs, whose authorizers can't answer 401, and by what is kept after its end. */
export type RefusalCode = '900901' | '900906' | '900908' | '900910';

/** Code of each refusal on the wire. */
export const REFUSAL_CODES: Readonly<Record<ForbiddenReason, RefusalCode>> = {
  'ambiguous-path': '900906',
  'unsafe-resource': '900906',
  'path-too-long': '900906',
  'no-api-entry': '900906',
  'api-entry-wrong': '900906',
  'api-claimed-twice': '900906',
  'path-differs-in-case': '900906',
  'no-rule': '900906',
  'tenant-not-allowed': '900908',
  'no-subscription': '900908',
  'scope-or-permission-missing': '900910',
};

/** Realm, as in the challenge that API Gateway sends with 401. */
const REALM = 'gatehouse';

const TEXTS: Readonly<Record<RefusalCode, { readonly message: string; readonly description: string }>> = {
  900901: {
    message: 'Invalid Credentials',
    description: 'The credential is missing, wrong, expired or revoked.',
  },
  900906: {
    message: 'No matching resource found in the API for the given request',
    description: 'Check the path and the method of the request.',
  },
  900908: {
    message: 'Resource forbidden',
    description: 'User is NOT authorized to access the Resource. API Subscription validation failed.',
  },
  900910: {
    message: 'The access token does not allow you to access the requested resource',
    description: 'User is NOT authorized to access the Resource. Scope validation failed.',
  },
};

/**
 * @param scopes those that the rule asks for; undefined where no scope would help
 * @param metadataUrl where a client learns who gives them (RFC 9728 section 5.1); undefined: the API says it to nobody
 */
export function refusalContext(code: RefusalCode, scopes?: readonly string[], metadataUrl?: string): Record<string, string> {
  return { code, ...TEXTS[code], wwwAuthenticate: code === '900901' ? challenge('invalid_token') : scopeChallenge(scopes, metadataUrl) };
}

/** @param code of the tier that is used up */
export function throttledContext(code: string): Record<string, string> {
  return { code, message: 'Message throttled out', description: 'You have exceeded your quota.', wwwAuthenticate: challenge() };
}

/** Neither a scope token nor the URL has a quote or a backslash in it, so they need no escaping. */
function scopeChallenge(scopes: readonly string[] | undefined, metadataUrl: string | undefined): string {
  if (scopes === undefined) return challenge();
  const needed = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  const found = metadataUrl === undefined ? '' : `, resource_metadata="${metadataUrl}"`;
  return `${challenge('insufficient_scope')}${needed}${found}`;
}

function challenge(error?: 'invalid_token' | 'insufficient_scope'): string {
  return `Bearer realm="${REALM}"${error === undefined ? '' : `, error="${error}"`}`;
}
