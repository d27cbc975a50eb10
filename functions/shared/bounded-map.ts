// Maps that hold at most so many entries, and forget the oldest first. Where nothing need ever be searched for the oldest,
// and what is used should stay, there is `lru-map.ts`.

/** Puts the entry in as the newest, and drops the oldest above the bound. */
export function setNewest<T>(map: Map<string, T>, key: string, value: T, maxEntries: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= maxEntries) break;
    map.delete(oldest);
  }
}
