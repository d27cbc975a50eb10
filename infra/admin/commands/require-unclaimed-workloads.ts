// Two clients that claim one workload are both shut out (A146): so the second is not written.

import { findClaimedWorkload, workloadKey } from '../../../functions/configuration/workload.ts';
import type { OperatorItem } from '../operator-item.ts';
import { CommandFailed, type Operator } from './command.ts';
import { unlessDenied } from './unless-denied.ts';

/**
 * Looks at all clients, of whichever tenant, where one of those to be written is a workload.
 *
 * @throws CommandFailed where another client claims the same, or will; what was so before is warned of
 */
export async function requireUnclaimedWorkloads(
  { tables, report }: Pick<Operator, 'tables' | 'report'>,
  written: readonly OperatorItem[],
  deleted: readonly OperatorItem[] = [],
): Promise<void> {
  const claiming = written.filter(({ table, item }) => table === 'Clients' && findClaimedWorkload(item) !== undefined);
  if (claiming.length === 0) return;
  const stored = await unlessDenied(tables.listWorkloadClaims());
  if (stored === undefined)
    report('not looked at, for want of a right to read the whole Clients table: whether other clients claim a workload');
  const before = new Map((stored ?? []).map((item) => [String(item.clientId), keyOf(item)]));
  const after = new Map(before);
  for (const { table, label } of deleted) if (table === 'Clients') after.delete(label);
  for (const { table, label, item } of written) if (table === 'Clients') after.set(label, keyOf(item));
  const conflicts = claiming.flatMap(({ label }) => {
    const rivals = [...after].filter(([clientId, key]) => clientId !== label && key === after.get(label)).map(([clientId]) => clientId);
    return rivals.length === 0 ? [] : [{ label, rivals, isNew: before.get(label) !== after.get(label) }];
  });
  for (const { label, rivals, isNew } of conflicts) if (!isNew) report(`warning: ${lineOfRivals(label, rivals)}`);
  const broken = conflicts.filter(({ isNew }) => isNew);
  if (broken.length > 0)
    throw new CommandFailed(`${broken.map(({ label, rivals }) => lineOfRivals(label, rivals)).join('\n')}\nNothing was written.`);
}

const keyOf = (item: Readonly<Record<string, unknown>>): string | undefined => {
  const claimed = findClaimedWorkload(item);
  return claimed && workloadKey(claimed);
};

/** @param rivals client ids */
export const lineOfRivals = (clientId: string, rivals: readonly string[]): string =>
  `Clients, ${clientId}, workload: expected a workload that no other client claims: ${rivals.join(', ')} claims it too, and neither gets in`;
