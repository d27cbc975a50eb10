// Userstores: their secrets, the placeholders in what they send, and whether users may be copied from them.

import { assembleTenant } from '../../../functions/configuration/entries/assemble-tenant.ts';
import { isOfTenant } from '../../../functions/userstores/store-secret.ts';
import type { OperatorItem } from '../operator-item.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding, wrong } from './finding.ts';

/** The functions refuse such a secret, and the store is an outage: a tenant could name another one's. */
export function findSecretsOfOthers(index: EntryIndex, tenantSecretsPrefix: string): Finding[] {
  return index.all('userstore').flatMap(({ label, tenant, entry: { secretId } }) => {
    const own = `${tenantSecretsPrefix}${tenant}/`;
    return secretId === undefined || isOfTenant(secretId, own)
      ? []
      : [doubtful(label, 'secretId', `the name or ARN of a secret below ${own}`)];
  });
}

/** @param findSecret whether there is a secret of this name or ARN; undefined where the operator may not see */
export async function findMissingSecrets(
  index: EntryIndex,
  tenantSecretsPrefix: string,
  findSecret: (secretId: string) => Promise<boolean | undefined>,
): Promise<{ readonly findings: readonly Finding[]; readonly unseen: number }> {
  const stores = index.all('userstore').filter(({ tenant, entry }) => isOfTenant(entry.secretId ?? '', `${tenantSecretsPrefix}${tenant}/`));
  const found = await Promise.all(stores.map(async ({ label, entry }) => ({ label, isThere: await findSecret(entry.secretId ?? '') })));
  return {
    findings: found.filter(({ isThere }) => isThere === false).map(({ label }) => doubtful(label, 'secretId', 'a secret that is there')),
    unseen: found.filter(({ isThere }) => isThere === undefined).length,
  };
}

const PLACEHOLDER = /\{([a-zA-Z][a-zA-Z0-9_.-]{0,127})\}/g;

/** What is no placeholder is sent as it is written, which is hardly meant. */
export function findUnknownPlaceholders(index: EntryIndex): Finding[] {
  return index.all('userstore').flatMap(({ label, entry }: IndexedEntry<'userstore'>) => {
    if (entry.type === 'ldap') return [];
    const { lookup } = entry;
    const places: readonly (readonly [string, unknown, readonly string[]])[] = [
      ['request', entry.request, ['username', 'password', 'tenant', 'secret.']],
      ['lookup.request', lookup?.request, ['username', 'tenant', 'secret.']],
      ...(entry.type === 'rest'
        ? ([
            ['url', entry.url, ['username', 'tenant']],
            ['headers', entry.headers, ['secret.']],
            ['lookup.url', entry.lookup?.url, ['username', 'tenant']],
          ] as const)
        : []),
    ];
    return places.flatMap(([path, value, known]) => [
      ...unknownIn(value, known).map((name) => doubtful(label, path, `${known.map(shown).join(', ')} in place of {${name}}`)),
      ...(entry.secretId === undefined && JSON.stringify(value ?? '').includes('{secret.')
        ? [doubtful(label, 'secretId', `the secret whose members stand in ${path}`)]
        : []),
    ]);
  });
}

const shown = (name: string): string => (name.endsWith('.') ? `{${name}NAME}` : `{${name}}`);

function unknownIn(value: unknown, known: readonly string[]): string[] {
  const isKnown = (name: string): boolean => known.some((one) => (one.endsWith('.') ? name.startsWith(one) : name === one));
  const names = [...JSON.stringify(value ?? '').matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return [...new Set(names.filter((name) => !isKnown(name)))];
}

/** As the functions find it when they assemble a tenant (A99). */
export function findMigrationFaults(items: readonly OperatorItem[]): Finding[] {
  const byTenant = new Map<string, OperatorItem[]>();
  for (const one of items) {
    if (one.kind !== 'tenant' && one.kind !== 'userstore') continue;
    const tenant = String(one.item.tenant);
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), one]);
  }
  return [...byTenant].flatMap(([tenant, own]) => {
    const findings: Finding[] = [];
    const ofTenant = own.map(({ item }) => item);
    assembleTenant(tenant, ofTenant, 'Tenants', ({ key, faults }) =>
      findings.push(
        ...faults.filter(({ path }) => path === 'migrateUsers').map(({ path, expected }) => wrong(`Tenants, ${key}`, path, expected)),
      ),
    );
    return findings;
  });
}
