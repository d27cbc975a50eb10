// What was opened is closed again, the last first, also when the start fails half way.

export interface Closers {
  /** Remembers to close what was opened, and gives it back. */
  keep<T extends { close(): void | Promise<void> }>(opened: T): T;
  close(): Promise<void>;
}

export function openClosers(): Closers {
  const opened: { close(): void | Promise<void> }[] = [];
  return {
    keep(each) {
      opened.push(each);
      return each;
    },
    async close() {
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last.close();
    },
  };
}
