// The ways in which a client proves who it is (RFC 6749 section 2.3): the contract.

import type { AuthMethod } from '../../configuration/entries/client-entry.ts';
import type { Client } from '../../configuration/model.ts';
import type { LogFields } from '../../shared/log.ts';
import type { ClientCredentialFault } from '../../shared/reasons/clients.ts';
import type { TokenRequest } from '../token-request.ts';

/** One way of client authentication. */
export interface ClientAuthentication {
  /** Name in `authMethods` of the client entry and in the metadata. */
  readonly name: AuthMethod;
  /** What the metadata says of it besides its name, by the endpoint's prefix: `signing_alg_values_supported`. */
  readonly metadata?: Readonly<Record<string, readonly string[]>>;
  /** False: it works only where a deployment has what it takes, and this one does not say so. Default: true. */
  readonly isAnnounced?: boolean;
  /**
   * What the request presents for this method; undefined where it presents nothing of this kind. Which it is, a method says
   * by the names of parameters alone; the rest of a method that few clients use is loaded when one does.
   *
   * @throws OAuthError where it does and is malformed
   */
  find(request: TokenRequest): PresentedClient | undefined | Promise<PresentedClient | undefined>;
}

/** Client that the caller says it is, and the check of that. */
export interface PresentedClient {
  /** Undefined: the request does not say; `findClientId` does. */
  readonly unverifiedClientId: string | undefined;
  /**
   * Client that the credential belongs to, where the request names none (RFC 7521 section 4.2). Nothing is proven by it.
   *
   * @throws OAuthError where it belongs to none, or to several
   */
  readonly findClientId?: () => Promise<string>;
  /** Attribute of the entry that permits it. Absent: `authMethods` must list the method. */
  readonly permittedBy?: 'workload';
  /**
   * Whether the caller is `client`. That the client exists, is active and has this method in its entry is checked
   * outside, so for a client that does not exist this is called with undefined, and costs the same.
   *
   * @throws Unavailable where it can't be said, such as a JWK Set that does not answer
   */
  verify(client: Client | undefined, nowSeconds: number): ClientVerification | Promise<ClientVerification>;
}

/** `note` and `reason` are for the log. */
export type ClientVerification =
  | { readonly kind: 'verified'; readonly note?: LogFields }
  | { readonly kind: 'refused'; readonly reason: ClientCredentialFault };

/** The parameters in which a client says who it is, by whatever method (RFC 6749 section 2.3.1, RFC 7521 section 4.2). */
export const CLIENT_PARAMETERS: readonly string[] = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

export interface ClientAuthentications {
  /** Methods whose credential is in the request: exactly one may be (RFC 6749 section 2.3). */
  readonly credentials: readonly ClientAuthentication[];
  /** Methods of a request that carries `client_id` and no credential: the first that the client's entry lists. */
  readonly bare: readonly ClientAuthentication[];
}
