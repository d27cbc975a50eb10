// The one table that turns errors into HTTP (RFC 6749 section 5.2, RFC 6750 section 3.1). What the caller reads follows
// from the code and, for its own mistakes, from the reason; never from what went wrong inside.

import type { OAuthError, OAuthErrorCode } from '../shared/errors.ts';
import type { BearerFault } from '../shared/reasons/grants.ts';
import type { TokenApiReason } from '../shared/reasons/index.ts';
import type { RequestFault } from '../shared/reasons/requests.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';

const STATUS: Readonly<Record<OAuthErrorCode, number>> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  access_denied: 400,
  unsupported_response_type: 400,
  login_required: 400,
  consent_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  temporarily_unavailable: 503,
  server_error: 500,
};

const DESCRIPTIONS: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request: 'The request is malformed.',
  invalid_client: 'Client authentication failed.',
  invalid_grant: 'The credentials or the grant are not valid.',
  unauthorized_client: 'The client may not use this grant.',
  unsupported_grant_type: 'This grant_type is not supported.',
  invalid_scope: 'The scope is malformed, unknown, or more than was granted.',
  invalid_target: 'The resource is malformed, unknown, not for this client, or more than was granted.',
  invalid_token: 'The access token is missing, expired or not valid.',
  insufficient_scope: 'The access token lacks a scope.',
  access_denied: 'The user did not allow it.',
  unsupported_response_type: 'The response_type must be code.',
  login_required: 'The user is not signed in.',
  consent_required: 'The user has not allowed this client yet.',
  request_not_supported: 'Request objects are not supported.',
  request_uri_not_supported: 'Request objects are not supported.',
  temporarily_unavailable: 'Try again later.',
  server_error: 'Something went wrong.',
};

/** Mistakes of an application that its developer should not have to guess. None tells of users, clients or tenants. */
const MISTAKES: Readonly<Record<RequestFault, string>> = {
  'no-such-endpoint': 'There is no such endpoint.',
  'no-protected-resource': 'This API does not say who gives tokens for it.',
  'method-not-allowed': 'The method is not allowed here; see Allow.',
  'wrong-media-type': 'The body must be application/x-www-form-urlencoded in UTF-8.',
  'body-too-large': 'The body is larger than 64 KiB.',
  'too-many-parameters': 'There are too many parameters.',
  'repeated-parameter': 'A parameter is there more than once.',
  'repeated-header': 'A header is there more than once.',
  'bad-end-user-address': 'Gatehouse-End-User-Address must be one IPv4 or IPv6 address.',
  'parameters-in-url': 'Parameters belong in the body, not in the URL.',
  'malformed-encoding': 'The body is not well-formed.',
  'two-client-authentications': 'The client must authenticate in one way only.',
  'two-client-ids': 'client_id differs from the client that authenticates.',
  'two-access-tokens': 'The access token must be sent in one way only.',
  'missing-grant-type': 'The parameter grant_type is missing.',
  'missing-username': 'The parameter username is missing.',
  'missing-password': 'The parameter password is missing.',
  'missing-refresh-token': 'The parameter refresh_token is missing.',
  'missing-assertion': 'The parameter assertion is missing.',
  'missing-token': 'The parameter token is missing.',
  'missing-client-id': 'The parameter client_id is missing.',
  'missing-client-assertion': 'The parameter client_assertion is missing.',
  'missing-client-assertion-type': 'The parameter client_assertion_type is missing.',
  'missing-code': 'The parameter code is missing.',
  'missing-code-verifier': 'The parameter code_verifier is missing.',
  'missing-subject-token': 'The parameter subject_token is missing.',
  'missing-subject-token-type': 'The parameter subject_token_type is missing.',
  'unknown-token-type': 'The types of the tokens must be access_token; that of subject_token may be jwt.',
  'subject-token-not-live': 'The subject_token is no live access token.',
  'subject-token-of-another-tenant': 'The subject_token is no live access token.',
  'subject-token-without-user': 'The subject_token is an application’s own: there is no user to act for.',
  'subject-user-refused': 'The user of the subject_token gets no new token.',
  'actor-token-not-live': 'The actor_token is no live access token.',
  'actor-token-of-another-tenant': 'The actor_token is no live access token.',
  'too-many-actors': 'Four act for the user already.',
  'missing-code-challenge': 'The parameter code_challenge is missing: PKCE is required of every client.',
  'missing-redirect-uri': 'The parameter redirect_uri is missing.',
  'missing-response-type': 'The parameter response_type is missing.',
  'unknown-client': 'There is no client of this client_id.',
  'client-suspended': 'The client is suspended.',
  'grant-not-of-this-client': 'The entry of the client does not list the grant authorization_code.',
  'tenant-not-active': 'The tenant of the client is not there or suspended.',
  'sign-in-off': 'The sign-in page is off: the entry of the tenant has no signIn.',
  'redirect-uri-not-registered': 'The redirect_uri is none that the entry or the document of the client lists, character for character.',
  'state-too-long': 'The parameter state is longer than 2048 characters.',
  'request-too-long': 'The parameters of the request are too long, all together.',
  'nonce-too-long': 'The parameter nonce is longer than 2048 characters.',
  'unknown-response-mode': 'The response_mode must be query or form_post.',
  'unknown-prompt': 'The parameter prompt is none, or some of login, consent and select_account.',
  'malformed-max-age': 'The parameter max_age is no number of seconds.',
  'code-challenge-method': 'The code_challenge_method must be S256.',
  'malformed-code-challenge': 'The code_challenge is no SHA-256 in base64url.',
  'sealed-request-unreadable': 'The form is none of ours, or older than our keys. Start again at the application.',
  'foreign-origin': 'The form was sent by a page of another site.',
  'client-documents-off': 'The client_id is a URL, and clients have to be registered here.',
  'client-url':
    'The client_id is a URL, and not written as one of a client must be: https, a name for a host, a path, no user, no fragment, no dot segments.',
  'client-host-not-trusted': 'The client_id is a URL of a host that is not trusted here.',
  // One text, whatever became of it: who asks is not to learn what answers at an address (A131).
  'client-document-not-loaded':
    'The document at the client_id can not be loaded: it must be public JSON of at most 5 kB, with status 200, no redirect, and there within 2 seconds.',
  'client-document-refused':
    'The document at the client_id is not good: it needs the same client_id, redirect_uris that can be used, the grant authorization_code, the authentication none or private_key_jwt, and no secret.',
};

const DESCRIPTIONS_BY_REASON: Readonly<Partial<Record<TokenApiReason, string>>> = MISTAKES;

/** A request without any token gets no error code (RFC 6750 section 3.1). */
const NO_TOKEN: BearerFault = 'no-access-token';

/** Retry-After of an outage of which nobody knows when it will be over. */
const RETRY_AFTER_SECONDS = 5;

/** @param challenge of `WWW-Authenticate`: Basic where a client authenticates, Bearer where a token is the key */
export function errorResponse(error: OAuthError, challenge: 'Basic' | 'Bearer', realm: string): HttpResponse {
  const status = statusOf(error);
  const retryAfter = error.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined);
  return jsonResponse(status, JSON.stringify({ error: error.code, error_description: describe(error) }), {
    ...challengeHeader(error, status, challenge, realm),
    ...(retryAfter !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
  });
}

/** The HTTP status of an error. */
export const statusOf = (error: OAuthError): number => error.status ?? STATUS[error.code];

/** Description of an error that a developer may read. */
export function describe(error: OAuthError): string {
  if (error.status === 429) return 'Too many failed attempts; try again later.';
  return DESCRIPTIONS_BY_REASON[error.reason] ?? DESCRIPTIONS[error.code];
}

/** RFC 6749 section 5.2; RFC 6750 section 3. */
function challengeHeader(error: OAuthError, status: number, challenge: 'Basic' | 'Bearer', realm: string) {
  if (challenge === 'Basic') return status === 401 ? { 'WWW-Authenticate': `Basic realm="${realm}", charset="UTF-8"` } : {};
  if (status >= 500) return {};
  const code = error.reason === NO_TOKEN ? '' : `, error="${error.code}"`;
  const scope = error.code === 'insufficient_scope' ? ', scope="openid"' : '';
  return { 'WWW-Authenticate': `Bearer realm="${realm}"${code}${scope}` };
}
