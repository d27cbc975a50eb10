// `tenant list`.

import { layOutTable } from '../lay-out-table.ts';
import type { Command } from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';

export const listTenants: Command = {
  words: 'tenant list',
  takes: [],
  does: 'lists the tenants, with their status and how many entries each has',
  effect: 'reads',
  async run({ tables }) {
    const byTenant = Map.groupBy(await tables.listAll('Tenants'), ({ tenant }) => String(tenant));
    // The owners of APIs have a partition of their own, which is no tenant.
    byTenant.delete('#apis');
    const tenants = [...byTenant].map(([tenant, items]) => {
      const own = items.find(({ entry }) => entry === 'tenant');
      const status = own === undefined ? 'no tenant entry' : typeof own.status === 'string' ? own.status : 'active';
      return { tenant, status, displayName: typeof own?.displayName === 'string' ? own.displayName : '', entries: items.length };
    });
    tenants.sort((one, other) => one.tenant.localeCompare(other.tenant));
    const show = (list: typeof tenants, columns: number) =>
      layOutTable(
        list.map(({ tenant, status, displayName, entries }) => ({
          TENANT: tenant,
          STATUS: status,
          ENTRIES: String(entries),
          NAME: displayName,
        })),
        columns,
      );
    return outcomeOf(tenants, show, { summary: counted(tenants.length, 'tenant') });
  },
};
