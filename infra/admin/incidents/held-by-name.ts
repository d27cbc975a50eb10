// Whom a name means who has anything open, with all of it: by the stores first, and by the whole table then.

import { qualifiedName } from '../../../functions/configuration/username.ts';
import type { ScannedPage } from '../../../functions/storage/aws/dynamodb.ts';
import type { HeldItemStore, HeldItems } from '../../../functions/storage/aws/held-items.ts';
import { CommandFailed } from '../commands/command.ts';
import { findByStores, findByTable, type UserFinderDependencies } from './find-named-users.ts';
import { type NamedUser, readNamedUser } from './named-user.ts';

/** One user who has something open. */
export interface HeldByUser {
  readonly subject: string;
  /** As the backend knows the user. */
  readonly user: string;
  readonly tenant: string;
  readonly held: HeldItems;
}

export interface HeldByNameDependencies extends UserFinderDependencies {
  readonly held: HeldItemStore;
}

export interface HeldByName {
  /** Whom the stores mean by it. @param onSilent hears of each store that could not be asked */
  byStores(onSilent: (store: string) => void): Promise<readonly HeldByUser[]>;
  /**
   * Whoever else has anything open under it, in the whole table.
   *
   * @param onPage as of `DynamoDb.scan`
   * @throws CommandFailed where the name says no tenant, and people of several are called so
   */
  byTable(onPage: (page: ScannedPage) => Promise<void>): Promise<readonly HeldByUser[]>;
}

/** @param tenant that the operator names beside the name */
export async function openHeldByName(dependencies: HeldByNameDependencies, typed: string, tenant: string | undefined): Promise<HeldByName> {
  const isTenant = async (name: string): Promise<boolean> => (await dependencies.tenants.findTenant(name)) !== undefined;
  const readings = await readNamedUser(typed, tenant, isTenant);
  const known = new Set<string>();
  const load = async (subjects: Iterable<string>): Promise<readonly HeldByUser[]> => {
    const found: HeldByUser[] = [];
    for (const subject of subjects) {
      if (known.has(subject)) continue;
      const held = await dependencies.held.listHeldItems(subject);
      const [holder] = [...held.grants, ...held.sessions].flatMap(({ user }) => (user === undefined ? [] : [user]));
      if (holder === undefined && held.unreadable.length === 0) continue;
      known.add(subject);
      const user = holder === undefined ? subject : qualifiedName(holder);
      found.push({ subject, user, tenant: holder?.tenant ?? subject.slice(subject.lastIndexOf('@') + 1), held });
    }
    return found;
  };
  return {
    async byStores(onSilent) {
      const { subjects, silent } = await findByStores(dependencies, typed, readings);
      for (const store of silent) onSilent(store);
      return load(subjects);
    },
    async byTable(onPage) {
      const holders = await findByTable(dependencies, typed, readings, onPage);
      requireOneTenant(typed, readings, new Set([...holders.values()].map((holder) => holder.tenant)));
      return load(holders.keys());
    },
  };
}

function requireOneTenant(typed: string, readings: readonly NamedUser[], tenants: ReadonlySet<string>): void {
  if (tenants.size <= 1 || readings.every((reading) => reading.tenant !== undefined)) return;
  const names = [...tenants].sort();
  throw new CommandFailed(
    `${typed}: people of ${names.length} tenants are called so: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}. Name the tenant: --tenant ${names[0]}`,
  );
}
