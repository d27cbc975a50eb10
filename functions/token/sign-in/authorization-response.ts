// The answer to an authorization request: back to the client with a code or an error, `state` and `iss` (RFC 6749
// sections 4.1.2 and 4.1.2.1, RFC 9207), by 303 so that no browser posts a password again (RFC 9700 section 4.12, A120).

import type { OAuthErrorCode } from '../../shared/errors.ts';
import type { HttpResponse } from '../http-response.ts';
import type { AnswerAddress } from './authorization-request.ts';
import { formPostPage } from './pages/form-post-page.ts';
import type { PageContext } from './pages/layout.ts';

export type AuthorizationAnswer = { readonly code: string } | { readonly error: OAuthErrorCode; readonly description: string };

/**
 * @param issuer of the answer: a client that asked several servers compares it (A117)
 * @param cookies `Set-Cookie` values that go along
 */
export function answerClient(
  address: AnswerAddress,
  answer: AuthorizationAnswer,
  { issuer, context, cookies = [] }: { readonly issuer: string; readonly context: PageContext; readonly cookies?: readonly string[] },
): HttpResponse {
  const parameters: readonly (readonly [string, string])[] = [
    ...('code' in answer
      ? [['code', answer.code] as const]
      : [['error', answer.error] as const, ['error_description', answer.description] as const]),
    ...(address.state === undefined ? [] : [['state', address.state] as const]),
    ['iss', issuer],
  ];
  if (address.responseMode === 'form_post') return { ...formPostPage(address.redirectUri, parameters, context), cookies };
  return seeOther(withParameters(address.redirectUri, parameters), cookies);
}

/** Sends the browser on, by GET whatever it came with. */
export function seeOther(location: string, cookies: readonly string[] = []): HttpResponse {
  const headers = { Location: location, 'Cache-Control': 'no-store', Pragma: 'no-cache', 'Referrer-Policy': 'no-referrer' };
  return { statusCode: 303, headers, cookies, body: '' };
}

/** Adds parameters to a URI. What it has by itself is retained (RFC 6749 section 3.1.2); it has no fragment. */
export function withParameters(uri: string, parameters: readonly (readonly [string, string])[]): string {
  const query = parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`).join('&');
  if (query === '') return uri;
  return `${uri}${uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'}${query}`;
}
