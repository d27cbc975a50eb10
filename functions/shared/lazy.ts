// Lazy loading: what few requests use is loaded when it is first needed, so that no cold start pays for it. An `import()`
// that every request comes by belongs in here as well: Node takes 4 µs to find out that it has the module already.

/** Calls `load` at the first call, and gives every call what came of it; after a failure the next one tries again. */
export function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
