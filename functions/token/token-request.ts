// The body of a request to the token, revocation and introspection endpoints (RFC 6749 sections 3.2 and 4, appendix B):
// bounded, then parsed strictly, once.

import { isUtf8 } from 'node:buffer';
import { OAuthError } from '../shared/errors.ts';
import type { ClientCertificate, HttpRequest } from './http-request.ts';

/** A form, and what else a client may prove itself with. */
export interface TokenRequest {
  /** A parameter without a value is not there (RFC 6749 section 3.1); none stands there twice. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The `Authorization` header, as sent. */
  readonly authorization: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly sourceAddress: string;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_PARAMETERS = 100;
/**
 * A form is ASCII, and what its escapes stand for is UTF-8 (RFC 6749 appendix B). Older HTTP clients for Java name
 * ISO-8859-1 whatever they send; where they mean it, the escapes are no UTF-8 and the request is refused.
 */
const FORM = /^application\/x-www-form-urlencoded[ \t]*(;[ \t]*charset[ \t]*=[ \t]*"?(utf-8|us-ascii|iso-8859-1)"?[ \t]*)?$/i;

/** @throws OAuthError `invalid_request`, 413 and 415 where HTTP says so */
export function parseTokenRequest(request: HttpRequest): TokenRequest {
  // What stands in a URL stands in access logs (RFC 6749 section 2.3.1).
  if (request.hasQuery) throw new OAuthError('invalid_request', 'parameters-in-url');
  return {
    parameters: parseForm(request),
    authorization: request.authorization,
    clientCertificate: request.clientCertificate,
    sourceAddress: request.sourceAddress,
  };
}

/** The parameters of a form body. */
export function parseForm(request: Pick<HttpRequest, 'contentType' | 'body' | 'isBase64Encoded'>): ReadonlyMap<string, string> {
  if (request.contentType === undefined || !FORM.test(request.contentType))
    throw new OAuthError('invalid_request', 'wrong-media-type', { status: 415 });
  const parameters = new Map<string, string>();
  const body = decodeBody(request.body ?? '', request.isBase64Encoded);
  if (body === '') return parameters;
  const names = new Set<string>();
  for (const pair of body.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeFormText(equals === -1 ? pair : pair.slice(0, equals));
    if (names.has(name)) throw new OAuthError('invalid_request', 'repeated-parameter');
    if (names.size === MAX_PARAMETERS) throw new OAuthError('invalid_request', 'too-many-parameters');
    names.add(name);
    const value = equals === -1 ? '' : decodeFormText(pair.slice(equals + 1));
    if (value !== '') parameters.set(name, value);
  }
  return parameters;
}

/** API Gateway hands over text, or base64 where the API declares binary media types. */
function decodeBody(body: string, isBase64Encoded: boolean): string {
  const tooLarge = isBase64Encoded ? body.length > Math.ceil(MAX_BODY_BYTES / 3) * 4 : body.length > MAX_BODY_BYTES;
  if (tooLarge) throw new OAuthError('invalid_request', 'body-too-large', { status: 413 });
  const text = isBase64Encoded ? decodeUtf8(Buffer.from(body, 'base64')) : body;
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new OAuthError('invalid_request', 'body-too-large', { status: 413 });
  return text;
}

/** Bytes that are no UTF-8 would all become the same character, and different passwords one (RFC 6749 appendix B). */
function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new OAuthError('invalid_request', 'malformed-encoding');
  return bytes.toString();
}

/** One name or value: `+` is a blank, the rest percent-encoded UTF-8 (RFC 6749 appendix B). */
function decodeFormText(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OAuthError('invalid_request', 'malformed-encoding');
  }
}

/** @throws OAuthError `invalid_request` where the parameter is missing or empty */
export function requireParameter(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `missing-${name.replaceAll('_', '-')}`);
  return value;
}
