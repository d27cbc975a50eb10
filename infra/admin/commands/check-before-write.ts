// What a write would break between entries, looked at before anything is written.

import { API_OWNERS } from '../../../functions/configuration/entries/api-owner-entry.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { apiIdsOf } from '../cross-checks/api-claims.ts';
import type { Finding } from '../cross-checks/finding.ts';
import { checkBeforeWrite } from '../cross-checks/index.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import { CommandFailed, type Operator } from './command.ts';
import { requireUnclaimedWorkloads } from './require-unclaimed-workloads.ts';
import { unlessDenied } from './unless-denied.ts';
import { faultLines } from './write-item.ts';

/**
 * Warns of what is hardly meant.
 *
 * @throws CommandFailed where an entry, one of these or another, would no longer be obeyed as it stands; what was so
 *   before is warned of, so that nobody is kept from mending an entry by what another tenant has written
 */
export async function requireNoConflict(
  { tables, report, tenantSecretsPrefix }: Operator,
  written: readonly OperatorItem[],
  deleted: readonly OperatorItem[] = [],
): Promise<void> {
  await requireUnclaimedWorkloads({ tables, report }, written, deleted);
  const ofTenants = written.filter(({ table }) => table === 'Tenants');
  if (ofTenants.length === 0) return;
  const tenants = [...new Set(ofTenants.map(({ item }) => String(item.tenant)))];
  const apiIds = [...new Set(ofTenants.flatMap(({ item }) => apiIdsOf(item)))];
  const ofOthers = apiIds.length === 0 ? [] : [tables.listOfTenant('Tenants', API_OWNERS), ...apiIds.map((id) => tables.listOfApi(id))];
  const [own, others] = await Promise.all([
    Promise.all(tenants.map((tenant) => tables.listOfTenant('Tenants', tenant))),
    // Who may write entries of one tenant alone can't look; at run time an API that is claimed twice lets nobody in anyway.
    unlessDenied(Promise.all(ofOthers)),
  ]);
  if (others === undefined) report('not looked at, for want of a right: what other tenants claim of the API');
  const stored = [...own, ...(others ?? [])].flat();
  const before = byLabel(stored);
  const after = new Map(before);
  for (const { label } of deleted) after.delete(label);
  for (const item of ofTenants) after.set(item.label, item);
  const known = new Set(checkBeforeWrite([...before.values()], tenantSecretsPrefix).map(lineOf));
  const labels = new Set(ofTenants.map(({ table, label }) => `${table}, ${label}`));
  const findings = checkBeforeWrite([...after.values()], tenantSecretsPrefix);
  const broken = findings.filter((finding) => finding.isWrong && !known.has(lineOf(finding)));
  if (broken.length > 0) throw new CommandFailed(`${broken.map(lineOf).join('\n')}\nNothing was written.`);
  for (const finding of findings) if (labels.has(finding.label)) report(`warning: ${lineOf(finding)}`);
}

const lineOf = ({ label, fault }: Finding): string => faultLines(label, [fault]).join('\n');

function byLabel(items: readonly UnverifiedItem[]): Map<string, OperatorItem> {
  const parsed = items.map(parseOperatorItem).filter((item): item is OperatorItem => 'key' in item);
  return new Map(parsed.map((item) => [item.label, item]));
}
