// Opens what the authorizer decides by, and the token function too. What only some calls of an API need, it opens itself.

import type { InvokeFunction } from '../../outbound/invoke-function.ts';
import type { SigningKeys } from '../../own-tokens/signing-keys.ts';
import type { Environment } from '../../shared/environment.ts';
import { lazy } from '../../shared/lazy.ts';
import type { Log } from '../../shared/log.ts';
import type { RequestCountStore } from '../request-counts.ts';
import type { FeedStore } from '../revocation-feed.ts';
import type { ClientStore, GrantStore, HolderStore, PrimaryUserStore, SecretStore, TenantStore } from '../stores.ts';
import type { CreateAwsClient } from './aws-call.ts';
import { createClientTable } from './client-table.ts';
import { createDynamoDb, type DynamoDb } from './dynamodb.ts';
import { createEntryReports } from './entry-reports.ts';
import { createFindGrant } from './find-grant.ts';
import { createHolders } from './holders.ts';
import { createInvokeFunction } from './invoke-function.ts';
import type { ReadAhead } from './read-ahead.ts';
import { createRequestCounts } from './request-counts.ts';
import { createSecrets, createSecretsManager } from './secrets.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTenantTable } from './tenant-table.ts';
import { createUserTable } from './user-table.ts';

export interface DecidingStores {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly users: PrimaryUserStore;
  readonly grants: Pick<GrantStore, 'findGrant'>;
  readonly holders: HolderStore;
  readonly requestCounts: RequestCountStore;
  readonly secrets: SecretStore;
  readonly invokeFunction: InvokeFunction;
  readonly signingKeys: () => Promise<SigningKeys>;
  /** Opened when the first tenant with a revocation feed comes. */
  readonly feed: () => Promise<FeedStore>;
}

/** Variables of the environment that `createDecidingStores` needs. */
export const STORE_VARIABLES = ['TENANTS_TABLE', 'CLIENTS_TABLE', 'USERS_TABLE', 'TOKENS_TABLE', 'SIGNING_KEYS_SECRET'] as const;

export type StoreEnvironment = Pick<Environment, (typeof STORE_VARIABLES)[number]>;

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
  /** Absent: the one that the bundle is built on. */
  readonly createClient?: CreateAwsClient;
  /** Reads entries of tenants with a revocation feed again in the background. Absent: they are waited for, as those of all others. */
  readonly ahead?: ReadAhead;
  /** As `TenantReading` has it. */
  readonly skipsApis?: boolean;
  /** Tells how old a cached entry is. Default: `clock`. */
  readonly cacheClock?: () => number;
}

/**
 * Makes no call yet. Region, credentials and endpoints (`AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_SECRETS_MANAGER`)
 * are read from the environment, by the names that the SDKs have for them.
 */
export function createDecidingStores(
  environment: StoreEnvironment,
  { clock, log, createClient, ahead, skipsApis = false, cacheClock = clock }: StoreOptions,
): DecidingStores & { readonly dynamoDb: DynamoDb } {
  const dynamoDb = createDynamoDb(undefined, createClient);
  const logReports = createEntryReports(log);
  const secrets = createSecrets(createSecretsManager(undefined, createClient), clock);
  const users = createUserTable(dynamoDb, environment.USERS_TABLE, logReports);
  return {
    dynamoDb,
    tenants: createTenantTable(dynamoDb, environment.TENANTS_TABLE, logReports, { clock: cacheClock, ahead, skipsApis }),
    clients: createClientTable(dynamoDb, environment.CLIENTS_TABLE, logReports, { clock: cacheClock, ahead }),
    users,
    grants: { findGrant: createFindGrant(dynamoDb, environment.TOKENS_TABLE) },
    holders: createHolders(dynamoDb, environment.TOKENS_TABLE, users),
    requestCounts: createRequestCounts(dynamoDb, environment.TOKENS_TABLE),
    secrets,
    invokeFunction: createInvokeFunction(),
    signingKeys: createSigningKeys(secrets, environment.SIGNING_KEYS_SECRET, log),
    feed: lazy(async () => (await import('./feed.ts')).createFeed(dynamoDb, environment.TOKENS_TABLE, users)),
  };
}
