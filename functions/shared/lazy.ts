// What is opened when it is first needed, so that no cold start pays for what few requests use.

/** Calls `open` at the first call, and gives every call what came of it. */
export function lazy<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
