// Errors at the sign-in page: an answer to the client where it may have one, else a page.

import { type OAuthError, oauthErrorOf } from '../../shared/errors.ts';
import { describe, statusOf } from '../error-response.ts';
import type { HttpResponse } from '../http-response.ts';
import type { PageContext } from './pages/layout.ts';
import { messagePage } from './pages/message-page.ts';

/** The error as one that may be sent. */
export const wireErrorOf = (cause: unknown): OAuthError => oauthErrorOf(cause);

/** An outage is shown to the user, who can try again; what the client did wrong is the client's to know (RFC 6749 section 4.1.2.1). */
export const isForClient = (error: OAuthError): boolean => statusOf(error) < 500;

/** Error page for what can't be answered to anybody: nobody is sent anywhere (A119). */
export function errorPage(context: PageContext, error: OAuthError): HttpResponse {
  const status = statusOf(error);
  if (status >= 500) {
    const headers = status === 503 ? { 'Retry-After': '5' } : {};
    return messagePage(context, { title: 'somethingIsWrong', message: status === 503 ? 'unavailable' : 'internalError', status, headers });
  }
  return messagePage(context, {
    title: 'somethingIsWrong',
    message: 'badRequest',
    detail: `${error.code}: ${describe(error)}`,
    status,
  });
}
