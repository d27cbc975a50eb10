// What a route may say beside its method and its backend.

/** Kinds of credentials, as `handlers` of a rule names them. */
export type RouteHandler = 'oauth2' | 'basic' | 'certificate' | `lambda:${string}`;

export interface HttpRouteOptions {
  /**
   * Kinds of credentials that the rule of this route takes. Where `basic` is among them, the 401 of a REST API invites a
   * password. Absent: nobody is invited to send one; a rule that the deployment writes takes `oauth2` alone, and
   * `certificate` where the API takes client certificates.
   */
  readonly handlers?: readonly RouteHandler[];
  /** Scopes of which a token needs every one. Needs `tenant` of the API. Default: none. */
  readonly scopes?: readonly string[];
  /** Permissions of which a user needs any one; with `scopes` on a token, scopes decide. Needs `tenant`. Default: none. */
  readonly permissions?: readonly string[];
}

export interface RestRouteOptions extends HttpRouteOptions {
  /**
   * An HTTP backend gets the caller's own `Authorization`: a token that is good at every API of the caller, or the
   * password of Basic. Default: false, it gets `none`. A Lambda function behind a proxy integration always gets it.
   */
  readonly forwardAuthorization?: boolean;
}

/** Says of a Lambda function that is behind a route already where it reads the end-user JWT. */
export interface ExistingBackend {
  readonly readsJwtFrom?: 'requestContext';
}

/**
 * An HTTP API can't keep `Authorization` from its backend, since the name is reserved in its mappings: a password would
 * reach the backend (A106). A Lambda function is code of the API's owner, which need not pass it on.
 *
 * @throws Error
 */
export function requireNoPasswords(route: string, isLambda: boolean, { handlers }: HttpRouteOptions): void {
  if (isLambda || handlers?.includes('basic') !== true) return;
  throw new Error(
    `${route}: an HTTP API would hand the password of Basic to the backend. Use a REST API, or a backend of kind lambda, or leave basic out of handlers.`,
  );
}

/** @throws Error for a reason that is none */
export function requireReason(route: string, reason: string): void {
  if (typeof reason === 'string' && /\S{2,}/.test(reason)) return;
  throw new Error(`${route}: leave needs a reason, in words, such as 'IAM: called by the billing service'.`);
}
