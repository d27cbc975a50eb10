// Reads ahead: entries of tenants with `jwtRevocation: "feed"` are read again in the background, so that no request of
// theirs waits for a table. In return they may be a little older; those of all other tenants are as young as ever.

import type { Tenant } from '../../configuration/model.ts';
import { setNewest } from '../../shared/bounded-map.ts';

/** With `CONFIGURATION_CACHE_MS`, and the second that DynamoDB may be behind where a read is not strongly consistent, below ten seconds. */
const EXTRA_MS = 3000;
const MAX_TENANTS = 5000;

/** How long entries serve beyond their time while they are read again, in milliseconds. */
export interface ReadAhead {
  /** Of this tenant, which was read a moment ago. */
  learn(tenant: Tenant): number;
  /** Of what belongs to these tenants, as far as they are known. */
  extraMsOf(tenants: readonly string[]): number;
}

export function createReadAhead(): ReadAhead {
  const fed = new Map<string, true>();
  const extraMsOf = (tenants: readonly string[]): number => (tenants.length > 0 && tenants.every((name) => fed.has(name)) ? EXTRA_MS : 0);
  return {
    learn({ name, jwtRevocation }) {
      if (jwtRevocation === 'feed') setNewest(fed, name, true, MAX_TENANTS);
      else fed.delete(name);
      return extraMsOf([name]);
    },
    extraMsOf,
  };
}

/** How entries are kept. */
export interface EntryCaching {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Absent: nothing is read in the background. */
  readonly ahead?: ReadAhead | undefined;
}
