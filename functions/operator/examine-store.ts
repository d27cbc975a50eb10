// FLOW of `userstore doctor`: the entry of the store → each of its servers, step by step → the report, with no secret in it.

import type { SecondaryUserstore, Tenant } from '../configuration/model.ts';
import { parseUsername } from '../configuration/username.ts';
import type { ResolveName } from '../outbound/resolve-name.ts';
import { createDeadline, type Deadline } from '../userstores/deadline.ts';
import { ldapSettings } from '../userstores/ldap/ldap-settings.ts';
import type { UserstoreDependencies } from '../userstores/userstore.ts';
import { examineDirectoryServer } from './directories/examine-directory.ts';
import type { DoctorQuestion, Examination, ServerReport } from './examination.ts';
import { hideValues, watchSecrets } from './hide-values.ts';
import { examineFunction } from './replies/examine-function.ts';
import { examineService } from './replies/examine-service.ts';

export interface DoctorDependencies extends UserstoreDependencies {
  /** Default: as calls to web services do. */
  readonly resolveName?: ResolveName;
}

/** @param limitMs of all servers together */
export async function examineStore(asked: DoctorQuestion, dependencies: DoctorDependencies, limitMs: number): Promise<Examination> {
  const tenant = await dependencies.tenants.findTenant(asked.tenant);
  if (tenant === undefined) return refused(`There is no tenant ${asked.tenant}, or its entry is wrong: see \`check\`.`);
  if (asked.domain === 'PRIMARY') return refused('PRIMARY is the Users table, which has no network in between: see `userstore test`.');
  const configured = [...tenant.userstores, ...tenant.disabledUserstores].find(({ domain }) => domain === asked.domain);
  if (configured === undefined) return refused(`${tenant.name} has no userstore ${asked.domain}; it has ${listOf(tenant)}.`);
  if (configured.entry === undefined)
    return refused(`The entry userstore#${asked.domain} of ${tenant.name} is wrong: \`check\` says where.`);
  const named = asked.user === undefined ? undefined : parseUsername(`${asked.user}@${tenant.name}`);
  if (asked.user !== undefined && (named === undefined || (named.domain !== undefined && named.domain !== asked.domain)))
    return refused(`The store ${asked.domain} is not asked for the name ${JSON.stringify(asked.user)}.`);
  const watched = watchSecrets(dependencies.secrets);
  const examined = await examineServers(
    { ...asked, user: named?.name },
    configured.entry,
    { ...dependencies, secrets: watched.secrets },
    createDeadline(limitMs),
  );
  const { type, timeoutMs } = configured.entry;
  const hidden = [...watched.values(), ...(asked.password === undefined ? [] : [asked.password])];
  return { kind: 'examined', type, timeoutMs, servers: hideValues(examined, hidden) };
}

const refused = (detail: string): Examination => ({ kind: 'refused', detail });

function listOf({ userstores, disabledUserstores }: Tenant): string {
  return [...userstores, ...disabledUserstores].map(({ domain }) => domain).join(', ') || 'none but PRIMARY';
}

async function examineServers(
  asked: DoctorQuestion,
  entry: NonNullable<SecondaryUserstore['entry']>,
  dependencies: DoctorDependencies,
  whole: Deadline,
): Promise<readonly ServerReport[]> {
  const { resolveName } = dependencies;
  if (entry.type === 'rest')
    return [{ server: entry.url, steps: await examineService({ asked, entry, dependencies, whole, resolveName }) }];
  if (entry.type === 'lambda') return [{ server: entry.functionArn, steps: await examineFunction({ asked, entry, dependencies, whole }) }];
  const reports: ServerReport[] = [];
  for (const server of ldapSettings(entry).servers)
    reports.push({ server: server.url, steps: await examineDirectoryServer({ asked, entry, server, dependencies, whole }) });
  return reports;
}
