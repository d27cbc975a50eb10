// The contract and the registry of the ways in which a caller says who it is. A kind of credential answers "is this
// mine?" with a value or `undefined`; what is its own it then believes or refuses, and nothing else is asked.

import type { Client, EndUser, Tenant } from '../../configuration/model.ts';
import type { LogFields } from '../../shared/log.ts';
import type { CredentialRefusal } from '../../shared/reasons/authorizer.ts';
import type { AuthorizerRequest } from '../authorizer-request.ts';
import type { RuleMatch } from '../rule-match.ts';

/** Names of handlers, as rules list them. */
export type HandlerName = 'oauth2' | 'basic' | 'certificate' | FunctionHandlerName;
export type FunctionHandlerName = `lambda:${string}`;

/** Principal: the person or application that a request comes from. */
export interface Principal {
  readonly handler: HandlerName;
  readonly tenant: Tenant;
  /** Absent: the credential is a person's own, such as a password. */
  readonly client?: Client;
  /** Absent: the application itself. */
  readonly user?: EndUser;
  /** Scopes of a bearer token; absent for every other credential. */
  readonly scopes?: readonly string[];
  /** APIs that a token of ours is for, by their URIs: empty where it is for none in particular. Absent for every other credential. */
  readonly resources?: readonly string[];
  /** `sub` of those who act for the user, the last one first. Absent: nobody does. */
  readonly actors?: readonly string[];
  /** End of the token or certificate, in seconds since the epoch. Absent: nobody knows yet. */
  readonly endsAtSeconds?: number;
  /** SHA-256 of the whole bearer token: one end-user JWT per token and API is enough while it is fresh. Absent: one per request. */
  readonly tokenDigest?: string;
  /** Age of what was known of revocations, where the feed told of them. Absent: nothing was remembered. */
  readonly feedAgeMs?: number;
}

export type Authentication =
  | { readonly kind: 'authenticated'; readonly principal: Principal }
  /** The caller learns nothing but that the credential is no good; `reason` is for the log, and so is what is known of a `login` that failed. */
  | { readonly kind: 'refused'; readonly reason: CredentialRefusal; readonly login?: LogFields };

/** Request and rules: all that is known before anybody looks at the credential. */
export interface AuthenticationCase {
  readonly request: AuthorizerRequest;
  /** Entries that speak for the match, with their owners. */
  readonly matches: readonly RuleMatch[];
  readonly nowSeconds: number;
}

export interface CredentialHandler {
  readonly name: HandlerName;
  /**
   * `undefined`: the request carries no credential of this kind.
   *
   * @throws Unavailable where a store can't say
   */
  authenticate(given: AuthenticationCase): Promise<Authentication | undefined> | undefined;
}

export const refused = (reason: CredentialRefusal): Authentication => ({ kind: 'refused', reason });
