// What a route may say beside its method and its backend.

import type { HttpApiBackend } from './http-backend.ts';

/** Kinds of credentials, as `handlers` of a rule names them. */
export type RouteHandler = 'oauth2' | 'basic' | 'certificate' | `lambda:${string}`;

export interface HttpRouteOptions {
  /**
   * Kinds of credentials that the rule of this route takes, as its api# entry says. Where `basic` is among them, the 401
   * of a REST API invites a password. Absent: nobody is invited to send one; the rule alone decides what is taken.
   */
  readonly handlers?: readonly RouteHandler[];
}

export interface RestRouteOptions extends HttpRouteOptions {
  /**
   * An HTTP backend gets the caller's own `Authorization`: a token that is good at every API of the caller, or the
   * password of Basic. Default: false, it gets `none`. A Lambda function behind a proxy integration always gets it.
   */
  readonly forwardAuthorization?: boolean;
}

/**
 * An HTTP API can't keep `Authorization` from its backend, since the name is reserved in its mappings: a password would
 * reach the backend (A106). A Lambda function is code of the API's owner, which need not pass it on.
 *
 * @throws Error
 */
export function requireNoPasswords(route: string, backend: HttpApiBackend, { handlers }: HttpRouteOptions): void {
  if (backend.kind === 'lambda' || handlers?.includes('basic') !== true) return;
  throw new Error(
    `${route}: an HTTP API would hand the password of Basic to the backend. Use a REST API, or a backend of kind lambda, or leave basic out of handlers.`,
  );
}
