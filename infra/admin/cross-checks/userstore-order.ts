// The order of a tenant's userstores: who is asked before whom, and what a store passes on to the next.

import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

type Store = IndexedEntry<'userstore'>;

/** Only stores that are enabled are asked, and only they are looked at. */
export function findOddOrders(index: EntryIndex): Finding[] {
  const stores = index.all('userstore').filter(({ entry }) => entry.enabled);
  return [...Map.groupBy(stores, ({ tenant }) => tenant).values()].flatMap((own) => {
    // As a login asks them.
    const ordered = own.toSorted((a, b) => a.entry.priority - b.entry.priority || (a.name < b.name ? -1 : 1));
    return ordered.flatMap((store, at) => [
      ...samePriority(store, ordered.slice(0, at)),
      ...passedOn(store, ordered.slice(at + 1)),
      ...sameNetbiosName(store, ordered.slice(0, at)),
    ]);
  });
}

function samePriority({ label, entry }: Store, earlier: readonly Store[]): Finding[] {
  const other = earlier.find((one) => one.entry.priority === entry.priority);
  return other === undefined
    ? []
    : [doubtful(label, 'priority', `another than that of userstore#${other.name}: which of them is asked first is decided by their names`)];
}

/** A no that may mean an unknown user goes on, with the password that was typed for this store. */
function passedOn({ label, entry }: Store, later: readonly Store[]): Finding[] {
  const [next] = later;
  if (next === undefined || entry.type === 'ldap' || entry.unknownUser !== undefined || entry.wrongPassword !== undefined) return [];
  const expected = `this attribute, or a place behind userstore#${next.name}: it only says no, so that its users' wrong passwords are sent on to that store`;
  return [doubtful(label, 'unknownUser', expected)];
}

function sameNetbiosName({ label, entry }: Store, earlier: readonly Store[]): Finding[] {
  const nameOf = (one: Store['entry']): string | undefined => (one.type === 'ldap' ? one.netbiosName?.toLowerCase() : undefined);
  const name = nameOf(entry);
  const other = name === undefined ? undefined : earlier.find((one) => nameOf(one.entry) === name);
  return other === undefined
    ? []
    : [doubtful(label, 'netbiosName', `another than that of userstore#${other.name}, which is asked for these names`)];
}
