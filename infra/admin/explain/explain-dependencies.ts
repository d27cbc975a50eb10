// Dependencies of `explain`: the stores as the functions read them. Nothing is written through any of them.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { ExternalJwtVerifier } from '../../../functions/external-issuers/external-jwt.ts';
import type { InvokeFunction } from '../../../functions/outbound/invoke-function.ts';
import type { SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import type { HeldItemStore } from '../../../functions/storage/aws/held-items.ts';
import type {
  ClientStore,
  GrantStore,
  HolderStore,
  PrimaryUserStore,
  TenantStore,
  WorkloadStore,
} from '../../../functions/storage/stores.ts';
import type { TenantStores } from '../../../functions/userstores/tenant-stores.ts';

type ApiSearch =
  | { readonly kind: 'api'; readonly apiId: string }
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'all' };

export interface ExplainDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly workloads: WorkloadStore;
  readonly users: Pick<PrimaryUserStore, 'findUser'>;
  readonly grants: Pick<GrantStore, 'findGrant'>;
  readonly held: Pick<HeldItemStore, 'findHolders' | 'listHeldItems'>;
  readonly holders: HolderStore;
  readonly userstores: TenantStores;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly externalJwts: () => Promise<ExternalJwtVerifier>;
  readonly invokeFunction: InvokeFunction;
  /** How many requests a window of a tier has counted; see `requestWindow`. */
  readonly readRequestCount: (windowKey: string) => Promise<number>;
  /**
   * Items of the Tenants table among which are the `api#` entries of an API or of a tenant; of all tenants, which reads
   * the whole table.
   */
  readonly listApis: (of: ApiSearch) => Promise<readonly UnverifiedItem[]>;
  /** Of the deployment; undefined where the command does not know it: then a JWT's own, once our key has proved it. */
  readonly issuer: string | undefined;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}
