// `check`: reads every entry of the three tables, each by itself and all against each other.

import { crossCheck } from '../cross-checks/index.ts';
import { ENTRY_TABLES } from '../entry-tables.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import type { Command, Operator } from './command.ts';
import { describeStateRights } from './state-rights.ts';
import { faultLines } from './write-item.ts';

export const check: Command = {
  words: 'check',
  takes: [],
  does: 'reads all entries, also against each other, and lists the wrong ones and what is hardly meant; exits with 1 where one is wrong, and with --strict also for what is hardly meant; with --directories it also tries what the service accounts of directories may read',
  options: {
    strict: { type: 'boolean', explains: 'exit with 1 for warnings too' },
    directories: { type: 'boolean', explains: 'try as well what the service accounts of directories may read' },
  },
  effect: 'reads',
  async run(operator, _values, { strict, directories }) {
    const { tables, print, tenantSecretsPrefix, findSecret } = operator;
    const items: OperatorItem[] = [];
    const wrong = new Set<string>();
    let count = 0;
    let warnings = 0;
    const tell = (label: string, isWrong: boolean, lines: readonly string[]): void => {
      if (isWrong && lines.length > 0) wrong.add(label);
      if (!isWrong) warnings += lines.length;
      for (const line of lines) print(`${isWrong ? 'wrong' : 'warning'}: ${line}`);
    };
    for (const table of ENTRY_TABLES) {
      for (const unverified of await tables.listAll(table)) {
        count++;
        const parsed = parseOperatorItem(unverified);
        const isKeyed = 'key' in parsed;
        const label = isKeyed
          ? `${table}, ${parsed.label}`
          : `${table}, ${[unverified.tenant, unverified.entry ?? unverified.username ?? unverified.clientId].join(' / ')}`;
        tell(label, true, faultLines(label, isKeyed ? parsed.faults : parsed));
        if (!isKeyed) continue;
        tell(label, false, faultLines(label, parsed.warnings));
        items.push(parsed);
      }
    }
    const { findings, unseenSecrets } = await crossCheck(items, { tenantSecretsPrefix, findSecret });
    for (const { label, fault, isWrong } of findings) tell(label, isWrong, faultLines(label, [fault]));
    if (directories === true) for (const { label, line } of await tryDirectories(operator, items)) tell(label, false, [line]);
    if (unseenSecrets > 0) print(`not looked for, for want of a right or of an answer: the secrets of ${unseenSecrets} userstores`);
    print(`${count} entries, ${wrong.size} wrong, ${warnings} warnings`);
    return wrong.size > 0 || (strict === true && warnings > 0) ? 1 : 0;
  },
};

/** Directories are asked where the command line runs, which may be outside their network. */
async function tryDirectories({ tenants, userstores }: Operator, items: readonly OperatorItem[]) {
  const found: { readonly label: string; readonly line: string }[] = [];
  const names = new Set(items.flatMap(({ kind, key }) => (kind === 'userstore' && typeof key.tenant === 'string' ? [key.tenant] : [])));
  for (const name of names) {
    const tenant = await tenants.findTenant(name);
    for (const configured of tenant?.userstores.filter(({ entry }) => entry?.type === 'ldap') ?? []) {
      const label = `Tenants, ${name} / userstore#${configured.domain}`;
      const missing = tenant && (await describeStateRights(await userstores.secondary(tenant, configured)));
      if (missing !== undefined) found.push({ label, line: `${label}: ${missing}` });
    }
  }
  return found;
}
