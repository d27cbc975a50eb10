// Login origin: where a login comes from, and the keys under which its attempts are counted.

import type { TenantEntry } from '../configuration/entries/tenant-entry.ts';
import type { AttemptKey } from '../storage/stores.ts';

/** What the attempts of one login are counted for. */
export interface LoginOrigin {
  readonly tenant: string;
  readonly lockout: TenantEntry['lockout'];
  readonly sourceAddress: string;
}

/** Key of a count, as JSON, so that no part can run into the next (A08, A79). */
export function attemptKey(kind: 'user' | 'address', ...parts: readonly string[]): AttemptKey {
  return `${kind}#${JSON.stringify(parts)}`;
}
