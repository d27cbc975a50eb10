// Roles with their permissions out of WSO2's tables UM_PERMISSION and UM_ROLE_PERMISSION.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { counted } from '../../commands/counted.ts';
import { parseOperatorItem } from '../../operator-item.ts';
import type { ImportReport } from '../imported.ts';
import type { Tables } from './tables.ts';

/** WSO2 shows a permission in its console where the action is this one; the others are of files in its registry. */
const ACTION = 'ui.execute';

export function importRolePermissions(tenant: string, tables: Tables, report: ImportReport): readonly Item[] {
  const permissions = new Map(
    (tables.get('UM_PERMISSION') ?? [])
      .filter((row) => row.get('UM_ACTION') === ACTION)
      .map((row) => [row.get('UM_ID'), row.get('UM_RESOURCE_ID') ?? '']),
  );
  const rows = tables.get('UM_ROLE_PERMISSION') ?? [];
  const names = new Set(
    [...(tables.get('UM_ROLE') ?? []), ...rows].map((row) => row.get('UM_ROLE_NAME') ?? '').filter((name) => name !== ''),
  );
  return [...names].flatMap((name) => {
    const of = `role ${name}`;
    const own = rows.filter((row) => row.get('UM_ROLE_NAME') === name);
    const allowed = own.filter((row) => ['1', 't', 'true'].includes((row.get('UM_IS_ALLOWED') ?? '').toLowerCase()));
    if (allowed.length < own.length)
      report.lost(of, `${counted(own.length - allowed.length, 'permission')} that it is denied: here a role has what its entry lists`);
    const paths = [...new Set(allowed.flatMap((row) => permissions.get(row.get('UM_PERMISSION_ID')) || []))].sort();
    const item: Item = { tenant, entry: `role#${name}`, permissions: paths };
    const parsed = parseOperatorItem(item);
    const faults = 'key' in parsed ? parsed.faults : parsed;
    if (faults.length > 0) {
      report.lost(of, `left out: ${faults.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ')}`);
      return [];
    }
    if (paths.length === 0) report.changed(of, 'permits nothing: the tables have no permission of it');
    else report.kept(of, counted(paths.length, 'permission'));
    return [item];
  });
}
