// Looks that a right may be missing for, and that a command can do without.

/** Undefined where the operator lacks a right. */
export async function unlessDenied<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return undefined;
    throw error;
  }
}
