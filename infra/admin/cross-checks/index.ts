// What no entry can say of itself: entries against each other, as `check` reads them all, and what of it a write refuses.

import type { OperatorItem } from '../operator-item.ts';
import { findClaimFaults } from './api-claims.ts';
import { findDiscoveryFaults } from './api-discovery.ts';
import { findSharedResources } from './api-resources.ts';
import { findOddRules } from './api-rules.ts';
import { findIdleGrants } from './client-grants.ts';
import { findIdleDocuments } from './document-clients.ts';
import { indexEntries } from './entry-index.ts';
import type { Finding } from './finding.ts';
import { findDanglingReferences } from './references.ts';
import { findIdleRevocation } from './token-formats.ts';
import { findOddOrders } from './userstore-order.ts';
import { findMigrationFaults, findMissingSecrets, findSecretsOfOthers, findUnknownPlaceholders } from './userstores.ts';
import { findOddWorkloads, findWorkloadClaims } from './workloads.ts';

export interface CrossCheckDependencies {
  /** What the names of all tenants' secrets begin with: `Gatehouse/tenants/`. */
  readonly tenantSecretsPrefix: string;
  /** Whether there is a secret of this name or ARN; undefined where the operator may not see. */
  readonly findSecret: (secretId: string) => Promise<boolean | undefined>;
}

/** @param items every entry of the stack whose key is right */
export async function crossCheck(
  items: readonly OperatorItem[],
  { tenantSecretsPrefix, findSecret }: CrossCheckDependencies,
): Promise<{ readonly findings: readonly Finding[]; readonly unseenSecrets: number }> {
  const index = indexEntries(items);
  const secrets = await findMissingSecrets(index, tenantSecretsPrefix, findSecret);
  const findings = [
    ...findClaimFaults(index),
    ...findMigrationFaults(items),
    ...findDanglingReferences(index),
    ...findIdleGrants(index),
    ...findIdleDocuments(index),
    ...findWorkloadClaims(items),
    ...findOddWorkloads(index),
    ...findSecretsOfOthers(index, tenantSecretsPrefix),
    ...secrets.findings,
    ...findUnknownPlaceholders(index),
    ...findOddRules(index),
    ...findSharedResources(index),
    ...findDiscoveryFaults(index, items),
    ...findOddOrders(index),
    ...findIdleRevocation(index),
  ];
  return { findings, unseenSecrets: secrets.unseen };
}

/**
 * What would be wrong with entries that are about to be written, beside those that stay: they are refused, or warned of.
 *
 * @param after the entries of their tenants, and all that name their APIs, as they will be
 */
export function checkBeforeWrite(after: readonly OperatorItem[], tenantSecretsPrefix: string): readonly Finding[] {
  const index = indexEntries(after);
  return [
    ...findClaimFaults(index),
    ...findMigrationFaults(after),
    ...findSecretsOfOthers(index, tenantSecretsPrefix),
    ...findUnknownPlaceholders(index),
    ...findOddRules(index),
    ...findSharedResources(index),
    ...findDiscoveryFaults(index, after),
    ...findOddOrders(index),
  ];
}
