// The body of a request to the token, revocation and introspection endpoints (RFC 6749 sections 3.2 and 4, appendix B):
// bounded, then parsed strictly, once. What an endpoint doesn't read, it ignores wherever it stands (section 3.2).

import { OAuthError } from '../shared/errors.ts';
import type { MissingParameter } from '../shared/reasons/requests.ts';
import { decodeUtf8 } from '../shared/utf8.ts';
import { isForm } from './form-media-type.ts';
import type { ClientCertificate, HttpRequest } from './http-request.ts';

/** A form, and what else a client may authenticate with. */
export interface TokenRequest {
  /**
   * Parameters that the endpoint reads. One without a value is not there (RFC 6749 section 3.1); none stands there twice, but
   * for those that may be repeated, whose values stand there with a blank between.
   */
  readonly parameters: ReadonlyMap<string, string>;
  /** The `Authorization` header, as sent. */
  readonly authorization: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly sourceAddress: string;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_PARAMETERS = 100;
/** `resource` may be sent several times (RFC 8707 section 2), and a URI has no blank in it. */
const REPEATABLE: ReadonlySet<string> = new Set(['resource']);

export const isRepeatable = (name: string): boolean => REPEATABLE.has(name);

/**
 * Adds a parameter to those of a request; an empty one is not there.
 *
 * @throws OAuthError `invalid_request` where it stands there already, and may not be repeated (RFC 6749 section 3.1)
 */
export function addParameter(parameters: Map<string, string>, names: Set<string>, name: string, value: string): void {
  if (names.has(name) && !REPEATABLE.has(name)) throw new OAuthError('invalid_request', 'repeated-parameter');
  names.add(name);
  const before = parameters.get(name);
  if (value !== '') parameters.set(name, before === undefined ? value : `${before} ${value}`);
}

/**
 * @param read the names of the parameters that the endpoint reads
 * @throws OAuthError `invalid_request`, 413 and 415 where HTTP says so
 */
export function parseTokenRequest(request: HttpRequest, read: ReadonlySet<string>): TokenRequest {
  refuseInUrl(request, read);
  return {
    parameters: parseForm(request, read),
    authorization: request.authorization,
    clientCertificate: request.clientCertificate,
    sourceAddress: request.sourceAddress,
  };
}

/**
 * Refuses parameters in the URL. What stands there stands in access logs (RFC 6749 section 2.3.1), so no parameter that counts is taken
 * from there.
 *
 * @throws OAuthError `invalid_request`
 */
export function refuseInUrl({ query }: Pick<HttpRequest, 'query'>, read: ReadonlySet<string>): void {
  for (const name of query.keys()) if (read.has(name)) throw new OAuthError('invalid_request', 'parameters-in-url');
}

/** The parameters of a form body that the endpoint reads. */
export function parseForm(
  request: Pick<HttpRequest, 'contentType' | 'body' | 'isBase64Encoded'>,
  read: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  if (request.contentType === undefined || !isForm(request.contentType))
    throw new OAuthError('invalid_request', 'wrong-media-type', { status: 415 });
  const parameters = new Map<string, string>();
  const body = decodeBody(request.body ?? '', request.isBase64Encoded);
  if (body === '') return parameters;
  const names = new Set<string>();
  let count = 0;
  for (const pair of body.split('&')) {
    if (pair === '') continue;
    if (count === MAX_PARAMETERS) throw new OAuthError('invalid_request', 'too-many-parameters');
    count += 1;
    const equals = pair.indexOf('=');
    const name = decodeFormText(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decodeFormText(pair.slice(equals + 1));
    if (!read.has(name)) continue;
    addParameter(parameters, names, name, value);
  }
  return parameters;
}

/** API Gateway hands over text, or base64 where the API declares binary media types. */
function decodeBody(body: string, isBase64Encoded: boolean): string {
  const tooLarge = isBase64Encoded ? body.length > Math.ceil(MAX_BODY_BYTES / 3) * 4 : body.length > MAX_BODY_BYTES;
  if (tooLarge) throw new OAuthError('invalid_request', 'body-too-large', { status: 413 });
  // Bytes that are no UTF-8 would all become the same character, and different passwords one (RFC 6749 appendix B).
  const text = isBase64Encoded ? decodeUtf8(Buffer.from(body, 'base64')) : body;
  if (text === undefined) throw new OAuthError('invalid_request', 'malformed-encoding');
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new OAuthError('invalid_request', 'body-too-large', { status: 413 });
  return text;
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

/** Parameters that an endpoint or a grant can't do without, and what is said where one is missing. */
const REQUIRED = {
  grant_type: 'missing-grant-type',
  username: 'missing-username',
  password: 'missing-password',
  refresh_token: 'missing-refresh-token',
  assertion: 'missing-assertion',
  token: 'missing-token',
  code: 'missing-code',
  code_verifier: 'missing-code-verifier',
  subject_token: 'missing-subject-token',
  subject_token_type: 'missing-subject-token-type',
} as const satisfies Readonly<Record<string, MissingParameter>>;

/** @throws OAuthError `invalid_request` where the parameter is missing or empty */
export function requireParameter(parameters: ReadonlyMap<string, string>, name: keyof typeof REQUIRED): string {
  const value = parameters.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', REQUIRED[name]);
  return value;
}
