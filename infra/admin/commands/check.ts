// `check`: reads every entry of the three tables, each by itself and all against each other.

import { crossCheck } from '../cross-checks/index.ts';
import { ENTRY_TABLES } from '../entry-tables.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import type { Command } from './command.ts';
import { faultLines } from './write-item.ts';

export const check: Command = {
  words: 'check',
  takes: [],
  does: 'reads all entries, also against each other, and lists the wrong ones and what is hardly meant; exits with 1 where one is wrong, and with --strict also for what is hardly meant',
  options: { strict: { type: 'boolean' } },
  async run({ tables, print, tenantSecretsPrefix, findSecret }, _values, { strict }) {
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
    if (unseenSecrets > 0) print(`not looked for, for want of a right or of an answer: the secrets of ${unseenSecrets} userstores`);
    print(`${count} entries, ${wrong.size} wrong, ${warnings} warnings`);
    return wrong.size > 0 || (strict === true && warnings > 0) ? 1 : 0;
  },
};
