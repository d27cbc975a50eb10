// Route: the contract of an endpoint of the token Lambda.

import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { RequestTrace } from './request-trace.ts';

export type Method = 'GET' | 'HEAD' | 'POST';

/** Value of the `Allow` header: OPTIONS is answered everywhere. */
export const allowedMethods = (methods: readonly Method[]): string => [...methods, 'OPTIONS'].join(', ');

/** One endpoint. */
export interface Route {
  /** The first is the one that the metadata and the log name. */
  readonly paths: readonly [string, ...string[]];
  readonly methods: readonly Method[];
  /** Challenge of a 401: to the client, or to the bearer of a token. */
  readonly challenge: 'Basic' | 'Bearer';
  /** How the metadata names it, and which clients may authenticate at it. */
  readonly metadata?: { readonly endpoint: string; readonly clientAuthentication?: 'any' | 'confidential' };
  /** Finds the `allowedOrigins` that decide what a web page may read of the answer; absent: it is public. */
  readonly findOrigins?: (request: HttpRequest) => Promise<readonly string[]>;
  /** @throws OAuthError, Unavailable */
  answer(request: HttpRequest, trace: RequestTrace): Promise<HttpResponse>;
}
