// All that is a tenant's, counted before it is deleted.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';
import type { TenantItem, TenantItemStore } from '../../../functions/storage/aws/tenant-items.ts';
import { unlessDenied } from '../commands/unless-denied.ts';
import type { EntryTables } from '../entry-tables.ts';
import type { TenantSecrets } from './tenant-secrets.ts';

export interface TenantParts {
  readonly tables: EntryTables;
  readonly tenantItems: TenantItemStore;
  readonly tenantSecrets: TenantSecrets;
}

export interface TenantHoldings {
  /** The tenant entry itself is the last of them to go. */
  readonly entries: readonly UnverifiedItem[];
  readonly clients: readonly UnverifiedItem[];
  readonly users: readonly UnverifiedItem[];
  /** Of the Tokens table. */
  readonly items: readonly TenantItem[];
  /** Names; undefined where the operator may not see them. */
  readonly secrets: readonly string[] | undefined;
  /** Entries of others that name the tenant: they stay. Undefined where the operator may not read them. */
  readonly named: readonly string[] | undefined;
}

/** @param onPage as of `DynamoDb.scan` */
export async function countTenant(
  { tables, tenantItems, tenantSecrets }: TenantParts,
  tenant: string,
  onPage?: (page: ScannedPage) => Promise<void>,
): Promise<TenantHoldings> {
  const [entries, clients, users, secrets, items, all] = await Promise.all([
    tables.listOfTenant('Tenants', tenant),
    tables.listOfTenant('Clients', tenant),
    tables.listOfTenant('Users', tenant),
    tenantSecrets.list(tenant),
    tenantItems.listItemsOfTenant(tenant, onPage),
    unlessDenied(tables.listAll('Tenants')),
  ]);
  return { entries, clients, users, secrets, items, named: all?.filter((item) => isAbout(item, tenant)).map(labelOf) };
}

/** An API of another tenant that lets this one in, and the platform's word that an API is this one's. */
function isAbout(item: UnverifiedItem, tenant: string): boolean {
  return item.tenant !== tenant && (item.owner === tenant || (Array.isArray(item.tenants) && item.tenants.includes(tenant)));
}

const labelOf = ({ tenant, entry }: UnverifiedItem): string => `Tenants, ${tenant} / ${entry}`;

/** `4 entries, 1 client, 2 users, 3 grants, 1 sign-in session, 0 consents, 1 secret` */
export function describeHoldings({ entries, clients, users, items, secrets }: TenantHoldings): string {
  const ofKind = (kind: TenantItem['kind']): number => items.filter((item) => item.kind === kind).length;
  const counts = [
    counted(entries.length, 'entry', 'entries'),
    counted(clients.length, 'client'),
    counted(users.length, 'user'),
    counted(ofKind('grant'), 'grant'),
    counted(ofKind('session'), 'sign-in session'),
    counted(ofKind('consent'), 'consent'),
    ...(ofKind('feed') > 0 ? [counted(ofKind('feed'), 'page of the revocation feed', 'pages of the revocation feed')] : []),
    ...(ofKind('other') > 0 ? [counted(ofKind('other'), 'other item')] : []),
    secrets === undefined ? 'secrets that you may not list' : counted(secrets.length, 'secret'),
  ];
  return counts.join(', ');
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
