// The credentials in an `Authorization` header of one scheme (RFC 9110 section 11.4).

import type { Authorization } from '../events/authorization-header.ts';

const SPACE = 0x20;

/**
 * Credentials: what follows the scheme, in whatever case it is written, and one or more blanks; undefined where another scheme was
 * sent, or no header, or several.
 *
 * @param scheme in lower case
 */
export function credentialsOf(authorization: Authorization, scheme: string): string | undefined {
  if (authorization.kind !== 'one') return undefined;
  const { value } = authorization;
  if (value.charCodeAt(scheme.length) !== SPACE || value.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  let start = scheme.length + 1;
  while (value.charCodeAt(start) === SPACE) start++;
  return value.slice(start);
}
