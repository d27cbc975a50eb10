// Dependencies of `explain`: the stores as the functions read them. Nothing is written through any of them.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { ExternalJwtVerifier } from '../../../functions/external-issuers/external-jwt.ts';
import type { InvokeFunction } from '../../../functions/outbound/invoke-function.ts';
import type { SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import type { HeldItemStore } from '../../../functions/storage/aws/held-items.ts';
import type { ClientStore, GrantStore, HolderStore, PrimaryUserStore, TenantStore } from '../../../functions/storage/stores.ts';
import type { TenantStores } from '../../../functions/userstores/tenant-stores.ts';

export interface ExplainDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
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
  /** All items of the Tenants table that are `api#` entries; others may be among them. */
  readonly listApis: () => Promise<readonly UnverifiedItem[]>;
  /** Of the deployment; undefined where the command does not know it: then a JWT's own, once our key has proved it. */
  readonly issuer: string | undefined;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}
