// Writes what was planned, under the condition that the entry is still as it was read: an operator may write at the same
// moment, and is read again then.

import { type EntryKey, type Item, planEntry, planRemoval, type WantedEntry } from './plan-entry.ts';

export interface EntryStore {
  /** Strongly consistent. */
  read(key: EntryKey): Promise<Item | undefined>;
  /** @returns false where the item is no longer as it was read */
  write(item: Item, read: Item | undefined): Promise<boolean>;
  /** @returns false where the item is no longer as it was read */
  remove(key: EntryKey, read: Item): Promise<boolean>;
}

/** A failure that this function words itself: nobody's secret is in it. */
export class ApiEntryFault extends Error {
  override readonly name = 'ApiEntryFault';
}

/** Between two reads somebody wrote, each time. */
const ATTEMPTS = 10;

/**
 * @returns names of attributes that are an operator's and were left as they are
 * @throws ApiEntryFault for an entry that is somebody else's, or would be wrong
 */
export async function keepEntry(store: EntryStore, wanted: WantedEntry): Promise<readonly string[]> {
  return untilWritten(async () => {
    const current = await store.read(wanted.key);
    const plan = planEntry(current, wanted);
    if (plan.kind === 'refused') throw new ApiEntryFault(plan.why);
    return (await store.write(plan.item, current)) ? plan.kept : undefined;
  });
}

/** @returns what became of it */
export async function removeEntry(
  store: EntryStore,
  wanted: Omit<WantedEntry, 'attributes'>,
): Promise<'nothing' | 'deleted' | 'left-to-operator'> {
  return untilWritten(async () => {
    const current = await store.read(wanted.key);
    const plan = planRemoval(current, wanted);
    if (plan.kind === 'nothing' || current === undefined) return 'nothing';
    if (plan.kind === 'release') return (await store.write(plan.item, current)) ? 'left-to-operator' : undefined;
    return (await store.remove(wanted.key, current)) ? 'deleted' : undefined;
  });
}

async function untilWritten<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let count = 1; count <= ATTEMPTS; count++) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new ApiEntryFault('The entry is being written by somebody else all the time. Try again.');
}
