// Dependencies of the token Lambda, made once by its composition root.

import type { SendOutbound } from '../outbound/outbound.ts';
import type { SigningKeys } from '../own-tokens/signing-keys.ts';
import type { Log } from '../shared/log.ts';
import type {
  AttemptStore,
  ClientStore,
  GrantStore,
  HolderStore,
  PrimaryUserStore,
  ReplayStore,
  SessionStore,
  TenantStore,
  WorkloadStore,
} from '../storage/stores.ts';
import type { Userstores } from '../userstores/userstore.ts';
import type { ClientDocuments } from './found-client.ts';

export interface TokenDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly workloads: WorkloadStore;
  readonly grants: GrantStore;
  readonly holders: HolderStore;
  readonly users: Pick<PrimaryUserStore, 'findUser'>;
  readonly replays: ReplayStore;
  readonly attempts: Pick<AttemptStore, 'rememberSignIn'>;
  /** Sessions of the sign-in page. */
  readonly sessions: SessionStore;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly userstores: Userstores;
  readonly sendOutbound: SendOutbound;
  /** RFC 8414 section 2, without a slash at its end; from the environment, never from a request (A63). */
  readonly issuer: string;
  /** At the endpoints of a tenant's own issuer, which `issuer` is then: the deployment's, by which older tokens were signed. */
  readonly sharedIssuer?: string;
  /** The tenant whose own issuer it is. Absent: the deployment's issuer, for all tenants. */
  readonly ownTenant?: string;
  /** At the endpoints of a tenant's own issuer: clients whose id is the URL of a document. Absent: there are none. */
  readonly documents?: ClientDocuments;
  /** URL at which the token API is reached by mutual TLS as well, without a slash at its end. Default: none. */
  readonly mutualTlsUrl?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}
