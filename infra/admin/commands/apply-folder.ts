// `plan` and `apply`: a folder of JSON files, each an item or a list of items as they are to stand in the tables.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRY_TABLES } from '../entry-tables.ts';
import { keepRunningState } from '../keep-running-state.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import { showChanges } from '../show-changes.ts';
import { requireNoConflict } from './check-before-write.ts';
import { type Command, CommandFailed, type Operator, type Option, requireConfirmed } from './command.ts';
import { counted } from './counted.ts';
import { faultLines, linesOfWritten, replaceItem } from './write-item.ts';

const options: Readonly<Record<string, Option>> = {
  prune: {
    type: 'boolean',
    explains: 'also delete what the tenants of the folder have beyond it, in the tables of which it has entries of theirs',
  },
};

export const plan: Command = {
  words: 'plan',
  takes: ['FOLDER'],
  does: 'shows what apply would change; with --prune also what it would delete',
  options,
  effect: 'reads',
  async run(operator, [folder = ''], { prune }) {
    const { print, tables } = operator;
    const items = readFolder(operator.pathOf(folder));
    const surplus = prune === true ? await findSurplus(operator, items) : [];
    await requireNoConflict(operator, items, surplus);
    let changed = 0;
    for (const { table, kind, key, label, item, warnings } of items) {
      for (const line of faultLines(`warning: ${table}, ${label}`, warnings)) print(line);
      const stored = await tables.get(table, key);
      const changes = showChanges(kind, stored, keepRunningState(item, stored));
      if (changes.length === 0) continue;
      changed++;
      print(`${stored === undefined ? 'would create' : 'would change'}: ${table}, ${label}`);
      for (const line of changes) print(line);
    }
    for (const { table, label } of surplus) print(`would delete: ${table}, ${label}`);
    print(`${items.length} entries in the folder, ${changed} to write, ${surplus.length} to delete`);
    return 0;
  },
};

export const apply: Command = {
  words: 'apply',
  takes: ['FOLDER'],
  does: 'writes every entry of a folder, or none where one is wrong, by itself or beside others; --prune deletes what its tenants have beyond it',
  options,
  effect: ({ prune }) => (prune === true ? 'ends' : 'writes'),
  async run(operator, [folder = ''], { prune }) {
    const items = readFolder(operator.pathOf(folder));
    const surplus = prune === true ? await findSurplus(operator, items) : [];
    await requireNoConflict(operator, items, surplus);
    if (surplus.length > 0) {
      for (const { table, label } of surplus) operator.report(`to be deleted: ${table}, ${label}`);
      await requireConfirmed(
        operator,
        `Delete ${counted(surplus.length, 'entry', 'entries')} that the folder has not, and write the others?`,
      );
    }
    for (const item of items) for (const line of linesOfWritten(await replaceItem(operator, item))) operator.print(line);
    for (const { table, key, label } of surplus) {
      await operator.tables.delete(table, key);
      operator.print(`deleted: ${table}, ${label}`);
    }
    return 0;
  },
};

/** @throws CommandFailed with the faults of all files at once */
function readFolder(folder: string): OperatorItem[] {
  const faults: string[] = [];
  const byLabel = new Map<string, { readonly file: string; readonly item: OperatorItem }>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.json')) continue;
    const content = parseJson(readFileSync(join(folder, file), 'utf8'));
    if (content === undefined) faults.push(`${file}: expected JSON`);
    for (const unverified of Array.isArray(content) ? content : content === undefined ? [] : [content]) {
      const item = parseOperatorItem(unverified);
      faults.push(...faultLines('key' in item ? `${file}: ${item.table}, ${item.label}` : file, 'key' in item ? item.faults : item));
      if (!('key' in item)) continue;
      const label = `${item.table}, ${item.label}`;
      const other = byLabel.get(label);
      if (other !== undefined) faults.push(`${file}: ${label}: expected once, and stands in ${other.file} too`);
      byLabel.set(label, { file, item });
    }
  }
  if (faults.length > 0) throw new CommandFailed(`${faults.join('\n')}\nNothing was written.`);
  if (byLabel.size === 0) throw new CommandFailed(`${folder}: has no .json file with an entry.`);
  return [...byLabel.values()].map(({ item }) => item);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the tenants of the folder have in the tables and not in the folder. A table of which the folder has nothing is left alone. */
async function findSurplus({ tables }: Operator, items: readonly OperatorItem[]): Promise<OperatorItem[]> {
  const wanted = new Set(items.map(({ table, label }) => `${table}, ${label}`));
  const surplus: OperatorItem[] = [];
  for (const table of ENTRY_TABLES) {
    const tenants = new Set(items.filter((item) => item.table === table).map(({ item }) => String(item.tenant)));
    for (const tenant of tenants) {
      for (const unverified of await tables.listOfTenant(table, tenant)) {
        const item = parseOperatorItem(unverified);
        if ('key' in item && !wanted.has(`${table}, ${item.label}`)) surplus.push(item);
      }
    }
  }
  return surplus;
}
