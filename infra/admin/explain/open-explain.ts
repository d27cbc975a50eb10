// What `explain` works with, opened on a stack.

import { createExternalJwtVerifier } from '../../../functions/external-issuers/index.ts';
import { createSendOutbound } from '../../../functions/outbound/send-outbound.ts';
import { TOKEN_PATHS } from '../../../functions/shared/token-paths.ts';
import type { ReadAwsSettings } from '../../../functions/storage/aws/aws-settings.ts';
import { environmentSettings } from '../../../functions/storage/aws/aws-settings.ts';
import { createDynamoDb } from '../../../functions/storage/aws/dynamodb.ts';
import { createGrants } from '../../../functions/storage/aws/grants.ts';
import { createHolders } from '../../../functions/storage/aws/holders.ts';
import { createInvokeFunction } from '../../../functions/storage/aws/invoke-function.ts';
import { createSecrets, createSecretsManager } from '../../../functions/storage/aws/secrets.ts';
import { createSigningKeys } from '../../../functions/storage/aws/signing-keys.ts';
import { requestsKey } from '../../../functions/storage/aws/token-keys.ts';
import { createUserTable } from '../../../functions/storage/aws/user-table.ts';
import { createWorkloadClaims } from '../../../functions/storage/aws/workload-claims.ts';
import type { Operator } from '../commands/command.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';

export interface ExplainStack {
  /** What the names of tables and secrets begin with. */
  readonly stackName: string;
  /** Region and credentials; absent: of the environment. */
  readonly readSettings?: ReadAwsSettings | undefined;
  /** URL of the token endpoint; undefined where nothing says it. */
  readonly tokenUrl: string | undefined;
}

/** The issuer is what stands before the path. */
function issuerOf(tokenUrl: string | undefined): string | undefined {
  return tokenUrl?.endsWith(TOKEN_PATHS.token[0]) ? tokenUrl.slice(0, -TOKEN_PATHS.token[0].length) : undefined;
}

export async function openExplain(
  { tenants, clients, userstores, held, tables, clock }: Pick<Operator, 'tenants' | 'clients' | 'userstores' | 'held' | 'tables' | 'clock'>,
  { stackName, readSettings = environmentSettings, tokenUrl }: ExplainStack,
): Promise<ExplainDependencies> {
  const nameOf = (table: string): string => `${stackName}-${table}`;
  const dynamoDb = createDynamoDb(readSettings);
  const users = createUserTable(dynamoDb, nameOf('Users'), () => {});
  const secrets = createSecrets(createSecretsManager(readSettings), clock);
  return {
    tenants,
    clients,
    workloads: createWorkloadClaims(dynamoDb, nameOf('Clients'), clock),
    userstores,
    held,
    clock,
    issuer: issuerOf(tokenUrl),
    users,
    grants: createGrants(dynamoDb, nameOf('Tokens')),
    holders: createHolders(dynamoDb, nameOf('Tokens'), users),
    signingKeys: createSigningKeys(secrets, `${stackName}/signing-keys`, () => {}),
    externalJwts: async () => createExternalJwtVerifier({ sendOutbound: createSendOutbound(), clock, log: () => {} }),
    invokeFunction: createInvokeFunction(),
    async readRequestCount(windowKey) {
      const item = await dynamoDb.get(nameOf('Tokens'), requestsKey(windowKey), { isConsistent: true });
      return typeof item?.count === 'number' ? item.count : 0;
    },
    listApis: (of) =>
      of.kind === 'api'
        ? tables.listOfApi(of.apiId)
        : of.kind === 'tenant'
          ? tables.listOfTenant('Tenants', of.tenant)
          : tables.listAll('Tenants'),
    region: (await readSettings()).region,
  };
}
