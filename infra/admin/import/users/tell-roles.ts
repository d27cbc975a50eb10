// Says which roles imported users have, for whoever writes what they permit.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import type { ImportReport } from '../imported.ts';

/** Names of groups are roles now; what they permit, no file of users says. */
export function tellRoles(items: readonly Item[], report: ImportReport): void {
  const roles = new Set(items.flatMap(({ roles: named }) => (Array.isArray(named) ? named : [])).map(String));
  for (const role of [...roles].sort())
    report.changed(`role ${role}`, `what it permits is written in the entry role#${role}; without one it permits nothing`);
}
