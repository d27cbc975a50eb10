// What the commands work with, opened on a stack: the tables as an operator writes them, and as the functions read them.

import { openAttempts } from '../../functions/shared/aws/attempts.ts';
import type { ReadAwsSettings } from '../../functions/shared/aws/aws-settings.ts';
import { openDynamoDb } from '../../functions/shared/aws/dynamodb.ts';
import { openGrants } from '../../functions/shared/aws/grants.ts';
import { openInvokeFunction } from '../../functions/shared/aws/invoke-function.ts';
import { openRevocation } from '../../functions/shared/aws/revocation.ts';
import { openSecrets, openSecretsManager } from '../../functions/shared/aws/secrets.ts';
import { openTenantTable } from '../../functions/shared/aws/tenant-table.ts';
import { openUserTable } from '../../functions/shared/aws/user-table.ts';
import { openSendOutbound } from '../../functions/shared/net/send-outbound.ts';
import { openTenantStores } from '../../functions/userstores/tenant-stores.ts';
import type { Operator } from './commands/command.ts';
import { openEntryTables } from './entry-tables.ts';

export interface OperatorOptions extends Pick<Operator, 'clock' | 'print' | 'readInput' | 'tokenUrl'> {
  /** What the names of tables and secrets begin with. */
  readonly stackName: string;
  /** Region and credentials; absent: of the environment. */
  readonly readSettings?: ReadAwsSettings;
}

export function openOperator({ stackName, readSettings, ...given }: OperatorOptions): Operator & { close(): void } {
  const { clock } = given;
  const nameOf = (table: string): string => `${stackName}-${table}`;
  const tenantSecretsPrefix = `${stackName}/tenants/`;
  const dynamoDb = openDynamoDb(readSettings);
  const tenants = openTenantTable(dynamoDb, nameOf('Tenants'), () => {}, clock);
  const userstores = openTenantStores({
    tenants,
    users: openUserTable(dynamoDb, nameOf('Users'), () => {}),
    attempts: openAttempts(dynamoDb, nameOf('Tokens')),
    secrets: openSecrets(openSecretsManager(readSettings), clock),
    sendOutbound: openSendOutbound(),
    invokeFunction: openInvokeFunction(),
    tenantSecretsPrefix,
    clock,
    log: () => {},
  });
  return {
    ...given,
    tables: openEntryTables(stackName),
    revocation: openRevocation(dynamoDb, {
      TENANTS_TABLE: nameOf('Tenants'),
      CLIENTS_TABLE: nameOf('Clients'),
      TOKENS_TABLE: nameOf('Tokens'),
    }),
    deleteGrant: openGrants(dynamoDb, nameOf('Tokens')).deleteGrant,
    tenants,
    userstores,
    tenantSecretsPrefix,
    close: () => userstores.close(),
  };
}
