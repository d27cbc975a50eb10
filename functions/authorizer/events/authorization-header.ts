// Authorization header, as the client sent it. Of several none is chosen: API Gateway's cache may have chosen the
// other one.

import { isFields } from './event-fields.ts';

export type Authorization = { readonly kind: 'none' } | { readonly kind: 'one'; readonly value: string } | { readonly kind: 'several' };

const NONE: Authorization = { kind: 'none' };
const SEVERAL: Authorization = { kind: 'several' };
const NAME = 'authorization';

/**
 * Names of headers keep the client's spelling on HTTP/1.1: all spellings count, and all values of each.
 *
 * @param headers names to values, or to lists of them
 */
export function findAuthorization(headers: unknown): Authorization {
  let found: string | undefined;
  if (!isFields(headers)) return NONE;
  for (const name in headers) {
    if (name.length !== NAME.length || name.toLowerCase() !== NAME) continue;
    const value = headers[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'string') continue;
      if (found !== undefined) return SEVERAL;
      found = one;
    }
  }
  return found === undefined ? NONE : { kind: 'one', value: found };
}

/** HTTP APIs join several values of a header by commas. No scheme that we know has one in its credentials. */
export function findJoinedAuthorization(headers: unknown): Authorization {
  const authorization = findAuthorization(headers);
  return authorization.kind === 'one' && authorization.value.includes(',') ? SEVERAL : authorization;
}
