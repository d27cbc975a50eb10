// `client_secret_basic`: HTTP Basic (RFC 7617) with user and password form-encoded first (RFC 6749 section 2.3.1).

import { OAuthError } from '../../shared/errors.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { verifySecret } from './verify-secret.ts';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;
const SCHEME = /^Basic( |$)/i;

export const clientSecretBasic: ClientAuthentication = {
  name: 'client_secret_basic',
  find({ authorization }) {
    if (authorization === undefined || !SCHEME.test(authorization)) return undefined;
    const credentials = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64').toString();
    const colon = credentials.indexOf(':');
    // Who tries the header and fails gets 401, however malformed it is (RFC 6749 section 5.2).
    if (colon < 1) throw new OAuthError('invalid_client', 'malformed-basic');
    const secret = credentials.slice(colon + 1);
    return {
      unverifiedClientId: decodeFormText(credentials.slice(0, colon)),
      verify: (client, nowSeconds) => verifySecret(client, candidatesOf(secret), nowSeconds),
    };
  },
};

/** `curl -u` and many libraries send the secret as it is, so a `%` or `+` in it would be lost by decoding alone (A59). */
function candidatesOf(secret: string): readonly string[] {
  // An empty secret is none (RFC 6749 section 2.3.1), though an entry may have its digest: of a variable that was not set.
  if (secret === '') return [];
  const decoded = decodeFormText(secret);
  return decoded === secret ? [secret] : [decoded, secret];
}

/** Decodes form encoding. What is not form-encoded stays as it is. */
function decodeFormText(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
