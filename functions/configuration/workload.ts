// A workload as a client: whom a platform's tokens speak of, and what an item of the Clients table claims of it.

/** Who a platform's token is about: `iss` and `sub`, compared whole. */
export interface Workload {
  readonly issuer: string;
  readonly subject: string;
}

/** A client whose item says that it is a workload. */
export interface WorkloadClaimant {
  readonly clientId: string;
  readonly tenant: string;
}

/** Key of a workload in a map: a list as JSON, so that no two spell the same key. */
export const workloadKey = ({ issuer, subject }: Workload): string => JSON.stringify([issuer, subject]);

/**
 * The workload that an item claims, however wrong the rest of it is: a claim that nobody can use still stands in the way of
 * another's (A146). Undefined where it claims none.
 */
export function findClaimedWorkload(item: Readonly<Record<string, unknown>>): Workload | undefined {
  const claimed = item.workload;
  if (typeof claimed !== 'object' || claimed === null || !('issuer' in claimed) || !('subject' in claimed)) return undefined;
  const { issuer, subject } = claimed;
  return typeof issuer === 'string' && typeof subject === 'string' ? { issuer, subject } : undefined;
}
