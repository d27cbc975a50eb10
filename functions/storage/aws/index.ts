// Opens everything that the functions keep in AWS. Only composition roots import this.

import { lazy } from '../../shared/lazy.ts';
import type { AttemptStore, GrantStore, ReplayStore, SessionStore, WorkloadStore } from '../stores.ts';
import { createAttempts } from './attempts.ts';
import { createDecidingStores, type DecidingStores, type StoreEnvironment, type StoreOptions } from './deciding-stores.ts';
import { createGrants } from './grants.ts';
import { createReplays } from './replays.ts';
import { createSessions } from './sessions.ts';

export { STORE_VARIABLES } from './deciding-stores.ts';

export interface Stores extends DecidingStores {
  readonly grants: GrantStore;
  readonly workloads: WorkloadStore;
  readonly attempts: AttemptStore;
  readonly replays: ReplayStore;
  readonly sessions: SessionStore;
}

/** Makes no call yet, as `createDecidingStores`. */
export function createStores(environment: StoreEnvironment, options: StoreOptions): Stores {
  const { dynamoDb, ...deciding } = createDecidingStores(environment, options);
  const { TOKENS_TABLE } = environment;
  // Few deployments have clients that are workloads.
  const workloads = lazy(async () =>
    (await import('./workload-claims.ts')).createWorkloadClaims(dynamoDb, environment.CLIENTS_TABLE, options.clock),
  );
  return {
    ...deciding,
    grants: createGrants(dynamoDb, TOKENS_TABLE, options.clock),
    workloads: { findClaimants: async (...asked) => (await workloads()).findClaimants(...asked) },
    attempts: createAttempts(dynamoDb, TOKENS_TABLE),
    replays: createReplays(dynamoDb, TOKENS_TABLE, options.clock),
    sessions: createSessions(dynamoDb, TOKENS_TABLE, options.clock),
  };
}
