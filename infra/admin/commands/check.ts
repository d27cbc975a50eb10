// `check`: reads every entry of the three tables and lists the wrong ones, and what points nowhere.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';
import { isOfTenant } from '../../../functions/userstores/store-secret.ts';
import { ENTRY_TABLES } from '../entry-tables.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import type { Command } from './command.ts';
import { faultLines } from './write-item.ts';

export const check: Command = {
  words: 'check',
  takes: [],
  does: 'reads all entries and lists the wrong ones; exits with 1 where there is one',
  async run({ tables, print, tenantSecretsPrefix }) {
    const items: OperatorItem[] = [];
    let wrong = 0;
    let warned = 0;
    for (const table of ENTRY_TABLES) {
      for (const unverified of await tables.listAll(table)) {
        const parsed = parseOperatorItem(unverified);
        const isKeyed = 'key' in parsed;
        const faults = isKeyed ? parsed.faults : parsed;
        const label = isKeyed
          ? parsed.label
          : [unverified.tenant, unverified.entry ?? unverified.username ?? unverified.clientId].join(' / ');
        for (const line of faultLines(`wrong: ${table}, ${label}`, faults)) print(line);
        for (const line of isKeyed ? faultLines(`warning: ${table}, ${label}`, parsed.warnings) : []) print(line);
        if (faults.length > 0) wrong++;
        else if (isKeyed) items.push(parsed);
        warned += isKeyed ? parsed.warnings.length : 0;
      }
    }
    const loose = [...danglingReferences(items), ...secretsOfOthers(items, tenantSecretsPrefix)];
    for (const { label, fault } of loose) print(faultLines(`warning: ${label}`, [fault]).join('\n'));
    print(`${items.length + wrong} entries, ${wrong} wrong, ${warned + loose.length} warnings`);
    return wrong === 0 ? 0 : 1;
  },
};

/** What an entry names and nobody has written: no fault of the entry, and hardly meant. */
function danglingReferences(items: readonly OperatorItem[]): { readonly label: string; readonly fault: EntryFault }[] {
  const present = new Set(items.map(({ table, label }) => `${table}, ${label}`));
  return items.flatMap(({ table, label, kind, item }) => {
    const missing = (path: string, name: string): EntryFault[] =>
      present.has(name) ? [] : [{ path, expected: `${name}, which is not there` }];
    const tenant = typeof item.tenant === 'string' ? item.tenant : '';
    const faults = kind === 'tenant' ? [] : missing('tenant', `Tenants, ${tenant} / tenant`);
    if (kind === 'client')
      faults.push(...textsOf(item.scopes).flatMap((scope) => missing('scopes', `Tenants, ${tenant} / scope#${scope}`)));
    if (kind === 'user') faults.push(...textsOf(item.roles).flatMap((role) => missing('roles', `Tenants, ${tenant} / role#${role}`)));
    if (kind === 'api') {
      const others = textsOf(item.tenants).filter((other) => other !== '*');
      faults.push(...others.flatMap((other) => missing('tenants', `Tenants, ${other} / tenant`)));
    }
    return faults.map((fault) => ({ label: `${table}, ${label}`, fault }));
  });
}

/** The functions refuse such a secret, and the store is an outage: a tenant could name another one's. */
function secretsOfOthers(items: readonly OperatorItem[], prefix: string): { readonly label: string; readonly fault: EntryFault }[] {
  return items.flatMap(({ table, label, kind, item }) => {
    const own = `${prefix}${item.tenant}/`;
    if (kind !== 'userstore' || typeof item.secretId !== 'string' || isOfTenant(item.secretId, own)) return [];
    return [{ label: `${table}, ${label}`, fault: { path: 'secretId', expected: `the name or ARN of a secret below ${own}` } }];
  });
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
