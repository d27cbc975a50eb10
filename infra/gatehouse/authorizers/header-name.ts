// Which header may carry the end-user JWT: one that parameter mappings of both kinds of APIs can write, and that nobody
// else writes, reads or takes away ("Amazon API Gateway important notes"; "Transform API requests and responses for HTTP
// APIs in API Gateway", Reserved headers).

import { METHOD_OVERRIDES } from './backend-headers.ts';

/** What API Gateway sets, refuses to map or renames, and what HTTP itself (RFC 9110), browsers and callers mean something by. */
const TAKEN: ReadonlySet<string> = new Set([
  'accept',
  'age',
  'allow',
  'authorization',
  'cache-control',
  'connection',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'forwarded',
  'from',
  'host',
  'keep-alive',
  'last-modified',
  'location',
  'max-forwards',
  'origin',
  'pragma',
  'range',
  'referer',
  'retry-after',
  'server',
  'set-cookie',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'vary',
  'via',
  'warn',
  'warning',
  'www-authenticate',
  'x-api-key',
  'x-real-ip',
  ...METHOD_OVERRIDES.map((name) => name.toLowerCase()),
]);

const TAKEN_BEGINNINGS = ['accept-', 'access-control-', 'apigw-', 'content-', 'if-', 'proxy-', 'sec-', 'x-amz-', 'x-amzn-', 'x-forwarded-'];

/** @throws Error that says what is wrong with the name */
export function requireHeaderName(header: string): void {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(header))
    throw new Error(`header must be letters, digits and hyphens, at most 64, for API Gateway to map it; it is ${JSON.stringify(header)}.`);
  const name = header.toLowerCase();
  if (TAKEN.has(name) || TAKEN_BEGINNINGS.some((beginning) => name.startsWith(beginning)))
    throw new Error(`header must be a name that nobody else uses; ${header} belongs to HTTP or to API Gateway.`);
}
