// LRU map, bounded and approximate. Two generations take turns, so that nothing is ever searched for the oldest entry:
// what is not used while one of them fills up is forgotten.

export interface LruMap<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
}

/** @param maxEntries at most so many are held */
export function createLruMap<T>(maxEntries: number): LruMap<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();

  function set(key: string, value: T): void {
    if (young.size >= maxEntries / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    set,
  };
}
