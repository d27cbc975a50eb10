// Opens everything that the functions keep in AWS. Only composition roots import this.

import type { InvokeFunction } from '../../outbound/invoke-function.ts';
import type { SigningKeys } from '../../own-tokens/signing-keys.ts';
import type { Environment } from '../../shared/environment.ts';
import { lazy } from '../../shared/lazy.ts';
import type { Log } from '../../shared/log.ts';
import type { RequestCountStore } from '../request-counts.ts';
import type {
  AttemptStore,
  ClientStore,
  GrantStore,
  HolderStore,
  PrimaryUserStore,
  ReplayStore,
  SecretStore,
  SessionStore,
  TenantStore,
  WorkloadStore,
} from '../stores.ts';
import { createAttempts } from './attempts.ts';
import type { CreateAwsClient } from './aws-call.ts';
import { createClientTable } from './client-table.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createEntryReports } from './entry-reports.ts';
import { createGrants } from './grants.ts';
import { createHolders } from './holders.ts';
import { createInvokeFunction } from './invoke-function.ts';
import { createReplays } from './replays.ts';
import { createRequestCounts } from './request-counts.ts';
import { createSecrets, createSecretsManager } from './secrets.ts';
import { createSessions } from './sessions.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTenantTable } from './tenant-table.ts';
import { createUserTable } from './user-table.ts';

export interface Stores {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly workloads: WorkloadStore;
  readonly users: PrimaryUserStore;
  readonly grants: GrantStore;
  readonly holders: HolderStore;
  readonly attempts: AttemptStore;
  readonly replays: ReplayStore;
  readonly requestCounts: RequestCountStore;
  readonly sessions: SessionStore;
  readonly secrets: SecretStore;
  readonly invokeFunction: InvokeFunction;
  readonly signingKeys: () => Promise<SigningKeys>;
}

/** Variables of the environment that `createStores` needs. */
export const STORE_VARIABLES = ['TENANTS_TABLE', 'CLIENTS_TABLE', 'USERS_TABLE', 'TOKENS_TABLE', 'SIGNING_KEYS_SECRET'] as const;

/**
 * Makes no call yet. Region, credentials and endpoints (`AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_SECRETS_MANAGER`)
 * are read from the environment, by the names that the SDKs have for them.
 *
 * @param clock milliseconds since the epoch
 * @param createClient absent: the one that the bundle is built on
 */
export function createStores(
  environment: Pick<Environment, (typeof STORE_VARIABLES)[number]>,
  { clock, log, createClient }: { readonly clock: () => number; readonly log: Log; readonly createClient?: CreateAwsClient },
): Stores {
  const dynamoDb = createDynamoDb(undefined, createClient);
  const logReports = createEntryReports(log);
  const secrets = createSecrets(createSecretsManager(undefined, createClient), clock);
  const users = createUserTable(dynamoDb, environment.USERS_TABLE, logReports);
  // Few deployments have clients that are workloads.
  const workloads = lazy(async () =>
    (await import('./workload-claims.ts')).createWorkloadClaims(dynamoDb, environment.CLIENTS_TABLE, clock),
  );
  return {
    tenants: createTenantTable(dynamoDb, environment.TENANTS_TABLE, logReports, clock),
    clients: createClientTable(dynamoDb, environment.CLIENTS_TABLE, logReports, clock),
    workloads: { findClaimants: async (...asked) => (await workloads()).findClaimants(...asked) },
    users,
    grants: createGrants(dynamoDb, environment.TOKENS_TABLE),
    holders: createHolders(dynamoDb, environment.TOKENS_TABLE, users),
    attempts: createAttempts(dynamoDb, environment.TOKENS_TABLE),
    replays: createReplays(dynamoDb, environment.TOKENS_TABLE, clock),
    requestCounts: createRequestCounts(dynamoDb, environment.TOKENS_TABLE),
    sessions: createSessions(dynamoDb, environment.TOKENS_TABLE, clock),
    secrets,
    invokeFunction: createInvokeFunction(),
    signingKeys: createSigningKeys(secrets, environment.SIGNING_KEYS_SECRET, log),
  };
}
