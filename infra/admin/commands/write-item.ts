// The one way in which the command line writes an item: checked, shown, then written.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { type OperatorItem, parseOperatorItem } from '../operator-item.ts';
import { showChanges } from '../show-changes.ts';
import { CommandFailed, type Operator } from './command.ts';

/** @throws CommandFailed with every fault, where there is one */
export function requireItem(unverified: unknown, label: string): OperatorItem {
  const parsed = parseOperatorItem(unverified);
  if (!('key' in parsed)) throw new CommandFailed(faultLines(label, parsed).join('\n'));
  if (parsed.faults.length > 0) throw new CommandFailed(faultLines(`${parsed.table}, ${parsed.label}`, parsed.faults).join('\n'));
  return parsed;
}

export function faultLines(label: string, faults: readonly EntryFault[]): string[] {
  return faults.map(({ path, expected }) => `${label}${path === '' ? '' : `, ${path}`}: expected ${expected}`);
}

/**
 * The item as it is to be written. What `revoke` has declared dead stays dead: a file that does not speak of
 * `tokensNotBefore`, or speaks of an earlier moment, does not bring tokens back.
 */
export function keepRevocation(item: Item, stored: UnverifiedItem | undefined): Item {
  const moment = stored?.tokensNotBefore;
  if (typeof moment !== 'number') return item;
  const wanted = typeof item.tokensNotBefore === 'number' ? item.tokensNotBefore : 0;
  return wanted >= moment ? item : { ...item, tokensNotBefore: moment };
}

const MAX_TRIES = 5;

/** Writes an item in place of what is there, and says what that changed. */
export async function replaceItem(
  { tables, print, report }: Operator,
  { table, kind, key, item, label, warnings }: OperatorItem,
): Promise<void> {
  for (const line of faultLines(`warning: ${table}, ${label}`, warnings)) report(line);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const stored = await tables.get(table, key);
    const written = keepRevocation(item, stored);
    const changes = showChanges(kind, stored, written);
    if (changes.length === 0) {
      print(`unchanged: ${table}, ${label}`);
      return;
    }
    // Race: a revocation between the look and the write; it must win.
    if (!(await tables.replace(table, written))) continue;
    print(`${stored === undefined ? 'created' : 'changed'}: ${table}, ${label}`);
    for (const line of changes) print(line);
    return;
  }
  throw new CommandFailed(`${table}, ${label}: is being changed by somebody else. Try again.`);
}
