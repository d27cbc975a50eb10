// Entries that a deployment keeps (`tenant` where an API is protected): nobody prunes them, and what of them an operator
// changes is the operator's from then on, which the plan says.

import { changedByHand, parseMark } from '../../../functions/configuration/entries/deployment-mark.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { EntryTables } from '../entry-tables.ts';

/** What a plan says of one of them. */
export interface KeptByDeployment {
  /** `Tenants, my_company / api#orders` */
  readonly entry: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Attributes that the deployment wrote and that are others now, or will be: it leaves them. */
  readonly changedByHand: readonly string[];
}

export const isKeptByDeployment = (item: UnverifiedItem): boolean => parseMark(item) !== undefined;

/**
 * All of them that the tenants of a folder have.
 *
 * @param planned items as they are to be written, which count in place of those that are stored
 */
export async function findKeptByDeployments(tables: EntryTables, planned: readonly UnverifiedItem[]): Promise<readonly KeptByDeployment[]> {
  const keyOf = ({ tenant, entry }: UnverifiedItem): string => JSON.stringify([tenant, entry]);
  const later = new Map(planned.map((item) => [keyOf(item), item]));
  const tenants = new Set(planned.filter(({ entry }) => typeof entry === 'string').map(({ tenant }) => String(tenant)));
  const stored = await Promise.all([...tenants].map((tenant) => tables.listOfTenant('Tenants', tenant)));
  return stored.flat().flatMap((item) => {
    const mark = parseMark(item);
    if (mark === undefined) return [];
    const names = changedByHand(later.get(keyOf(item)) ?? item, mark);
    return [{ entry: `Tenants, ${String(item.tenant)} / ${String(item.entry)}`, stack: stackOf(mark.by), changedByHand: names }];
  });
}

/** `arn:aws:cloudformation:us-east-1:123456789012:stack/Orders/…/Entry` → `Orders`. */
const stackOf = (by: string): string => /:stack\/([^/]+)\//.exec(by)?.[1] ?? by;

export function lineOfKept({ entry, stack, changedByHand: names }: KeptByDeployment): string {
  if (names.length === 0) return `${entry}: kept by the deployment of ${stack}`;
  return `${entry}: kept by the deployment of ${stack}, which leaves alone what is changed by hand: ${names.join(', ')}`;
}
