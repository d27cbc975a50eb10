// FLOW of `sessions`: whom the stores mean by the name → what those have open → where that is nothing, whoever has anything
// open under it in the whole table.

import { findTokenClient } from '../../../functions/own-tokens/find-token-client.ts';
import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';
import type { Grant } from '../../../functions/storage/grant.ts';
import type { ClientStore, GrantStore } from '../../../functions/storage/stores.ts';
import { describeHeld, type OpenItem } from './describe-held.ts';
import { type HeldByNameDependencies, type HeldByUser, openHeldByName } from './held-by-name.ts';

export interface ListOpenDependencies extends HeldByNameDependencies {
  readonly clients: ClientStore;
  readonly grants: Pick<GrantStore, 'findGrant'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface ListOpenSteps {
  /** Whether the whole table is looked through in any case. */
  readonly isThorough: boolean;
  /** Warnings and progress, for standard error. */
  readonly report: (line: string) => void;
  readonly onPage: (page: ScannedPage) => Promise<void>;
}

export async function listOpen(
  dependencies: ListOpenDependencies,
  { typed, tenant }: { readonly typed: string; readonly tenant: string | undefined },
  { isThorough, report, onPage }: ListOpenSteps,
): Promise<readonly OpenItem[]> {
  const found = await openHeldByName(dependencies, typed, tenant);
  const quick = await describeAll(dependencies, await found.byStores((store) => report(`warning: not asked: ${store}`)));
  if (quick.length > 0 && !isThorough) return quick;
  report('looking for whatever is open under the name');
  return [...quick, ...(await describeAll(dependencies, await found.byTable(onPage)))];
}

async function describeAll(
  { tenants, clients, grants, clock }: ListOpenDependencies,
  users: readonly HeldByUser[],
): Promise<readonly OpenItem[]> {
  const described: OpenItem[] = [];
  const nowSeconds = Math.floor(clock() / 1000);
  // What was exchanged ends with what it hangs on, and stands in the table for as long as it would have lived.
  const hasParents = async ({ delegation }: Grant): Promise<boolean> =>
    (await Promise.all((delegation?.parentIds ?? []).map((id) => grants.findGrant(id, nowSeconds)))).every(
      (parent) => parent !== undefined,
    );
  for (const { held } of users) {
    const [first] = [...held.grants, ...held.sessions];
    const tenant = first && (await tenants.findTenant(first.tenant));
    const clientIds = new Set(held.grants.map(({ clientId }) => clientId));
    const known = await Promise.all([...clientIds].map(async (id) => [id, await findTokenClient({ clients }, tenant, id)] as const));
    const context = {
      tenant,
      clients: new Map(known),
      nowSeconds,
    };
    const hanging = await Promise.all(held.grants.map(hasParents));
    described.push(...describeHeld({ ...held, grants: held.grants.filter((_, at) => hanging[at] === true) }, context));
  }
  return described;
}
