// `check`: reads every entry of the three tables, each by itself and all against each other.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';
import { crossCheck } from '../cross-checks/index.ts';
import { ENTRY_TABLES } from '../entry-tables.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import type { Command, Operator } from './command.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';
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
    const { count, items, told } = await readAll(operator);
    const { findings, unseenSecrets } = await crossCheck(items, operator);
    for (const { label, fault, isWrong } of findings) told.push({ isWrong, label, line: faultLines(label, [fault]).join('') });
    if (directories === true) for (const found of await tryDirectories(operator, items)) told.push({ isWrong: false, ...found });
    if (unseenSecrets > 0)
      operator.report(`not looked for, for want of a right or of an answer: the secrets of ${counted(unseenSecrets, 'userstore')}`);
    const wrong = new Set(told.flatMap(({ isWrong, label }) => (isWrong ? [label] : [])));
    const warnings = told.filter(({ isWrong }) => !isWrong).length;
    const checked = {
      entries: count,
      wrong: wrong.size,
      warnings,
      findings: told.map(({ isWrong, label, line }) => ({ severity: isWrong ? 'wrong' : 'warning', entry: label, says: line })),
    };
    const isBad = wrong.size > 0 || (strict === true && warnings > 0);
    return outcomeOf(checked, ({ findings: all }) => all.map(({ severity, says }) => `${severity}: ${says}`), {
      summary: `${counted(count, 'entry', 'entries')}, ${wrong.size} wrong, ${counted(warnings, 'warning')}`,
      exitCode: isBad ? EXIT.refused : EXIT.done,
    });
  },
};

interface Told {
  readonly isWrong: boolean;
  /** `Tenants, my_company / tenant` */
  readonly label: string;
  readonly line: string;
}

/** Every entry by itself. */
async function readAll({ tables }: Operator): Promise<{ readonly count: number; readonly items: OperatorItem[]; readonly told: Told[] }> {
  const [items, told]: [OperatorItem[], Told[]] = [[], []];
  let count = 0;
  const tell = (label: string, isWrong: boolean, faults: readonly EntryFault[]): void => {
    told.push(...faultLines(label, faults).map((line) => ({ isWrong, label, line })));
  };
  for (const table of ENTRY_TABLES) {
    for (const unverified of await tables.listAll(table)) {
      count++;
      const parsed = parseOperatorItem(unverified);
      if (!('key' in parsed)) {
        const names = [unverified.tenant, unverified.entry ?? unverified.username ?? unverified.clientId];
        tell(`${table}, ${names.join(' / ')}`, true, parsed);
        continue;
      }
      const label = `${table}, ${parsed.label}`;
      tell(label, true, parsed.faults);
      tell(label, false, parsed.warnings);
      items.push(parsed);
    }
  }
  return { count, items, told };
}

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
