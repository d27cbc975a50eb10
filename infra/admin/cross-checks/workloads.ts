// Clients that are workloads, against each other and against the issuers of their tenants.

import { findClaimedWorkload, workloadKey } from '../../../functions/configuration/workload.ts';
import type { OperatorItem } from '../operator-item.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding, wrong } from './finding.ts';

/** Two clients that claim one workload: neither gets in (A146). The claim of a wrong entry counts as well. @param items right ones and wrong ones */
export function findWorkloadClaims(items: readonly OperatorItem[]): Finding[] {
  const claims = Map.groupBy(
    items.filter(({ kind, item }) => kind === 'client' && findClaimedWorkload(item) !== undefined),
    ({ item }) => workloadKey(findClaimedWorkload(item) ?? { issuer: '', subject: '' }),
  );
  return [...claims.values()]
    .filter((claimants) => claimants.length > 1)
    .flatMap((claimants) =>
      claimants.map(({ table, label }) => {
        const rivals = claimants.filter((other) => other.label !== label).map((other) => other.label);
        const expected = `a workload that no other client claims: ${rivals.join(', ')} claims it too, and neither gets in`;
        return wrong(`${table}, ${label}`, 'workload', expected);
      }),
    );
}

/** Workloads that nobody can prove, or that need no proof of the platform's; issuers that are for workloads, and of none. */
export function findOddWorkloads(index: EntryIndex): Finding[] {
  const named = new Set(
    index.all('client').flatMap(({ tenant, entry }) => (entry.workload ? [JSON.stringify([tenant, entry.workload.issuer])] : [])),
  );
  return [
    ...index.all('client').flatMap((client) => ofClient(index, client)),
    ...index
      .all('issuer')
      .filter(({ tenant, name, entry }) => entry.type === 'jwt' && entry.use.length === 0 && !named.has(JSON.stringify([tenant, name])))
      .map(({ label }) =>
        doubtful(label, 'use', 'a use, or a client of the tenant whose workload is of this issuer: it is believed nowhere'),
      ),
  ];
}

function ofClient(index: EntryIndex, { label, tenant, entry }: IndexedEntry<'client'>): Finding[] {
  const { workload, secrets } = entry;
  if (workload === undefined) return [];
  const issuer = index.find('issuer', tenant, workload.issuer)?.entry;
  const named = `Tenants, ${tenant} / issuer#${workload.issuer}`;
  const findings: Finding[] = [];
  if (issuer === undefined) findings.push(doubtful(label, 'workload.issuer', `${named}, which is not there`));
  else if (issuer.type !== 'jwt')
    findings.push(doubtful(label, 'workload.issuer', `an issuer of type jwt: ${named} is of type ${issuer.type}`));
  else if (!issuer.enabled) findings.push(doubtful(label, 'workload.issuer', `an issuer that is enabled: ${named} is not`));
  else if (issuer.use.includes('jwt-bearer'))
    findings.push(doubtful(label, 'workload.issuer', `an issuer whose tokens are no users’ assertions: use of ${named} has jwt-bearer`));
  if (secrets.length > 0)
    findings.push(
      doubtful(label, 'secrets', 'none, once it has changed over: its workload needs none, and a secret that is left can leak'),
    );
  return findings;
}
