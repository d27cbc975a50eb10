// The event of API Gateway as a request: what the endpoints may know of it, and nothing else. Host and X-Forwarded-*
// are left behind here, so that no answer can be built from them (A63, A73).

import type { APIGatewayProxyEvent } from 'aws-lambda';
import { OAuthError } from '../shared/errors.ts';

/** A REST API event, payload 1.0. */
export interface HttpRequest {
  readonly method: string;
  /** `/oauth2/token`, without stage and without the base path of a custom domain. */
  readonly path: string;
  /** Query of the URL, decoded by API Gateway: every name with all its values. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  readonly acceptLanguage: string | undefined;
  /** `Sec-Fetch-Site`: whether a page of ours or of another site made the browser send it. */
  readonly fetchSite: string | undefined;
  /** Values of `Gatehouse-End-User-Address`, all that were sent: what they are worth, the client's entry says. */
  readonly endUserAddresses: readonly string[];
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  /** Address of the caller, as API Gateway saw it. */
  readonly sourceAddress: string;
  readonly requestId: string;
  /** Certificate that API Gateway verified against its truststore; never from a header (A74). */
  readonly clientCertificate: ClientCertificate | undefined;
}

export interface ClientCertificate {
  readonly subjectDn: string;
  readonly pem: string;
}

/** The headers that are looked at, by their name in lower case. */
interface ReadHeaders {
  authorization?: string;
  'content-type'?: string;
  origin?: string;
  cookie?: string;
  'accept-language'?: string;
  'sec-fetch-site'?: string;
}

const READ = new Set<string>([
  ...(['authorization', 'content-type', 'origin', 'cookie', 'accept-language', 'sec-fetch-site'] satisfies (keyof ReadHeaders)[]),
]);
const END_USER_ADDRESS = 'gatehouse-end-user-address';
/** Most headers are neither, and need no other spelling to show it. */
const READ_LENGTHS = new Set([...READ, END_USER_ADDRESS].map((name) => name.length));

/** @throws OAuthError `invalid_request` where a header that counts stands there twice (A59) */
export function parseHttpRequest(event: APIGatewayProxyEvent): HttpRequest {
  const headers = readHeaders(event);
  const { identity } = event.requestContext;
  return {
    method: event.httpMethod,
    path: pathOf(event),
    query: readQuery(event),
    authorization: headers.authorization,
    contentType: headers['content-type'],
    origin: headers.origin,
    cookie: headers.cookie,
    acceptLanguage: headers['accept-language'],
    fetchSite: headers['sec-fetch-site'],
    endUserAddresses: headers.endUserAddresses,
    body: event.body,
    isBase64Encoded: event.isBase64Encoded,
    sourceAddress: identity.sourceIp,
    requestId: event.requestContext.requestId,
    clientCertificate:
      identity.clientCert == null ? undefined : { subjectDn: identity.clientCert.subjectDN, pem: identity.clientCert.clientCertPem },
  };
}

/** Filled in from the resource: `path` begins with the base path where a custom domain has one. */
function pathOf({ resource, path, pathParameters }: APIGatewayProxyEvent): string {
  if (!resource.startsWith('/')) return path;
  if (!resource.includes('{')) return resource;
  return pathParameters === null ? path : resource.replaceAll(/\{([^{}+]+)\+?\}/g, (_, name: string) => pathParameters[name] ?? '');
}

const NONE: readonly string[] = [];

/** Header names keep the client's spelling on HTTP/1.1 and are lower case on HTTP/2. */
function readHeaders(event: APIGatewayProxyEvent): ReadHeaders & Pick<HttpRequest, 'endUserAddresses'> {
  const read: ReadHeaders = {};
  let endUserAddresses: readonly string[] = NONE;
  const all: Readonly<Record<string, string | string[] | undefined>> = event.multiValueHeaders ?? event.headers ?? {};
  for (const spelling in all) {
    if (!READ_LENGTHS.has(spelling.length)) continue;
    const name = spelling.toLowerCase();
    if (!READ.has(name) && name !== END_USER_ADDRESS) continue;
    const sent = all[spelling];
    const values = typeof sent === 'string' ? [sent] : (sent ?? NONE);
    if (name === END_USER_ADDRESS) {
      endUserAddresses = [...endUserAddresses, ...values];
      continue;
    }
    const [value, second] = values;
    const key = name as keyof ReadHeaders;
    if (second !== undefined || read[key] !== undefined) throw new OAuthError('invalid_request', 'repeated-header');
    if (value !== undefined) read[key] = value;
  }
  return { ...read, endUserAddresses };
}

const NO_QUERY: HttpRequest['query'] = new Map();

function readQuery({ multiValueQueryStringParameters: many, queryStringParameters: single }: APIGatewayProxyEvent): HttpRequest['query'] {
  if (many === null && single === null) return NO_QUERY;
  const query = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(single ?? {})) query.set(name, value === undefined ? [] : [value]);
  for (const [name, values] of Object.entries(many ?? {})) query.set(name, values ?? []);
  return query;
}
