// The sign-in page: authorization code with PKCE and OpenID Connect. Loaded when a browser first comes, so that no request
// for a token pays for it.

import type { OAuthError } from '../../shared/errors.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import type { RequestTrace } from '../request-trace.ts';
import { authorize } from './authorize.ts';
import { createCookies } from './cookies.ts';
import { errorPage } from './errors.ts';
import { findTexts } from './pages/texts/index.ts';
import { signOut } from './sign-out.ts';

export interface SignIn {
  authorize(request: HttpRequest, trace: RequestTrace): Promise<HttpResponse>;
  signOut(request: HttpRequest, trace: RequestTrace): Promise<HttpResponse>;
}

/** The page for an error that neither of the two could answer: no time was left, or there is no such method. */
export async function showError({ acceptLanguage }: HttpRequest, error: OAuthError): Promise<HttpResponse> {
  return errorPage({ texts: await findTexts(undefined, acceptLanguage), tenant: undefined }, error);
}

export function createSignIn(dependencies: TokenDependencies): SignIn {
  const pages = { ...dependencies, cookies: createCookies(dependencies.issuer) };
  return {
    authorize: (request, trace) => authorize(pages, request, trace),
    signOut: (request, trace) => signOut(pages, request, trace),
  };
}
