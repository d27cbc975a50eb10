// Everything that the token Lambda works with, opened once by its composition root.

import type { Log } from '../shared/log.ts';
import type { SendOutbound } from '../shared/net/outbound.ts';
import type { SigningKeys } from '../shared/signing-keys.ts';
import type { ClientStore, GrantStore, OnceStore, TenantStore } from '../shared/stores.ts';
import type { Userstores } from '../userstores/index.ts';

export interface TokenDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly grants: GrantStore;
  readonly once: OnceStore;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly userstores: Userstores;
  readonly sendOutbound: SendOutbound;
  /** RFC 8414 section 2, without a slash at its end; from the environment, never from a request (A63). */
  readonly issuer: string;
  /** The token API is reached by mutual TLS as well, so that `tls_client_auth` can be announced. Default: no. */
  readonly mutualTls?: boolean;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}
