// Opens everything that the functions keep in AWS. Only composition roots import this.

import type { Environment } from '../environment.ts';
import type { Log } from '../log.ts';
import type { InvokeFunction } from '../net/invoke-function.ts';
import type { RequestCountStore } from '../request-counts.ts';
import type { SigningKeys } from '../signing-keys.ts';
import type { AttemptStore, ClientStore, GrantStore, OnceStore, PrimaryUserStore, SecretStore, TenantStore } from '../stores.ts';
import { openAttempts } from './attempts.ts';
import { openClientTable } from './client-table.ts';
import { openDynamoDb } from './dynamodb.ts';
import { openEntryReports } from './entry-reports.ts';
import { openGrants } from './grants.ts';
import { openInvokeFunction } from './invoke-function.ts';
import { openOnce } from './once.ts';
import { openRequestCounts } from './request-counts.ts';
import { openSecrets, openSecretsManager } from './secrets.ts';
import { openSigningKeys } from './signing-keys.ts';
import { openTenantTable } from './tenant-table.ts';
import { openUserTable } from './user-table.ts';

export interface Stores {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly users: PrimaryUserStore;
  readonly grants: GrantStore;
  readonly attempts: AttemptStore;
  readonly once: OnceStore;
  readonly requestCounts: RequestCountStore;
  readonly secrets: SecretStore;
  readonly invokeFunction: InvokeFunction;
  readonly signingKeys: () => Promise<SigningKeys>;
}

/** What `openStores` needs of the environment. */
export const STORE_VARIABLES = ['TENANTS_TABLE', 'CLIENTS_TABLE', 'USERS_TABLE', 'TOKENS_TABLE', 'SIGNING_KEYS_SECRET'] as const;

/**
 * Makes no call yet. Region, credentials and endpoints (`AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_SECRETS_MANAGER`)
 * are read from the environment, by the names that the SDKs have for them.
 *
 * @param clock milliseconds since the epoch
 */
export function openStores(
  environment: Pick<Environment, (typeof STORE_VARIABLES)[number]>,
  { clock, log }: { readonly clock: () => number; readonly log: Log },
): Stores {
  const dynamoDb = openDynamoDb();
  const settle = openEntryReports(log);
  const secrets = openSecrets(openSecretsManager(), clock);
  return {
    tenants: openTenantTable(dynamoDb, environment.TENANTS_TABLE, settle, clock),
    clients: openClientTable(dynamoDb, environment.CLIENTS_TABLE, settle, clock),
    users: openUserTable(dynamoDb, environment.USERS_TABLE, settle),
    grants: openGrants(dynamoDb, environment.TOKENS_TABLE),
    attempts: openAttempts(dynamoDb, environment.TOKENS_TABLE),
    once: openOnce(dynamoDb, environment.TOKENS_TABLE, clock),
    requestCounts: openRequestCounts(dynamoDb, environment.TOKENS_TABLE),
    secrets,
    invokeFunction: openInvokeFunction(),
    signingKeys: openSigningKeys(secrets, environment.SIGNING_KEYS_SECRET, log),
  };
}
