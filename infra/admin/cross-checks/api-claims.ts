// Who claims which API: at run time nobody gets in where two tenants do (A108).

import { parseApiOwnerKey } from '../../../functions/configuration/entries/api-owner-entry.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding, wrong } from './finding.ts';

type ApiEntry = IndexedEntry<'api'>;

/** Claims of several tenants to one path; those of tenants whose API it is not; and two of one tenant to one place. */
export function findClaimFaults(index: EntryIndex): Finding[] {
  const owners = new Map(index.all('api-owner').map(({ name, entry }) => [name, entry.owner]));
  return [...byStage(index.all('api'))].flatMap(([key, apis]) => {
    const owner = owners.get(key);
    const others = apis.filter(({ tenant }) => owner !== undefined && tenant !== owner);
    const counted = apis.filter((api) => !others.includes(api));
    return [
      ...others.map(({ label }) => doubtful(label, 'apiId', `an API of this tenant: Tenants, #apis / ${key} says that it is ${owner}’s`)),
      ...counted.flatMap((api) => claimedTwice(api, counted, key)),
      ...counted.flatMap((api) => claimedAgain(api, counted)),
    ];
  });
}

function byStage(apis: readonly ApiEntry[]): Map<string, ApiEntry[]> {
  const found = new Map<string, ApiEntry[]>();
  for (const api of apis) {
    const key = `${api.entry.apiId}/${api.entry.stage}`;
    found.set(key, [...(found.get(key) ?? []), api]);
  }
  return found;
}

function claimedTwice(api: ApiEntry, all: readonly ApiEntry[], key: string): Finding[] {
  const rivals = all.filter((other) => other.tenant !== api.tenant && overlaps(api, other));
  if (rivals.length === 0) return [];
  const names = rivals.map(({ label }) => label.replace('Tenants, ', '')).join(', ');
  return [
    wrong(
      api.label,
      'context',
      `paths that no other tenant claims: ${names} claims them too, and nobody gets in. #apis / ${key} may say whose they are`,
    ),
  ];
}

/** Of one tenant; the first by name decides for its own callers. */
function claimedAgain(api: ApiEntry, all: readonly ApiEntry[]): Finding[] {
  const place = ({ entry }: ApiEntry): string => (entry.context ?? '').toLowerCase();
  const first = all.find((other) => other.tenant === api.tenant && other.name < api.name && place(other) === place(api));
  return first === undefined ? [] : [doubtful(api.label, 'context', `another one than api#${first.name} has, whose rules decide here`)];
}

/** One context is the beginning of the other; case counts where both entries say so. */
function overlaps(one: ApiEntry, other: ApiEntry): boolean {
  const isCaseSensitive = one.entry.caseSensitivePaths && other.entry.caseSensitivePaths;
  const [a, b] = [one, other].map(({ entry: { context = '' } }) => `${isCaseSensitive ? context : context.toLowerCase()}/`);
  return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a));
}

/** The ids of the APIs that an item is about. */
export function apiIdsOf(item: Readonly<Record<string, unknown>>): string[] {
  const owned = parseApiOwnerKey(item.entry)?.apiId;
  return [item.apiId, owned].filter((id): id is string => typeof id === 'string');
}
