// What the commands work with, opened on a stack: the tables as an operator writes them, and as the functions read them.

import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { createAttempts } from '../../functions/storage/aws/attempts.ts';
import type { ReadAwsSettings } from '../../functions/storage/aws/aws-settings.ts';
import { createClientTable } from '../../functions/storage/aws/client-table.ts';
import { createDynamoDb } from '../../functions/storage/aws/dynamodb.ts';
import { createGrants } from '../../functions/storage/aws/grants.ts';
import { createHeldItems } from '../../functions/storage/aws/held-items.ts';
import { createInvokeFunction } from '../../functions/storage/aws/invoke-function.ts';
import { createRevocation } from '../../functions/storage/aws/revocation.ts';
import { createSecrets, createSecretsManager } from '../../functions/storage/aws/secrets.ts';
import { createTenantItems } from '../../functions/storage/aws/tenant-items.ts';
import { createTenantTable } from '../../functions/storage/aws/tenant-table.ts';
import { createUnlock } from '../../functions/storage/aws/unlock.ts';
import { createUserTable } from '../../functions/storage/aws/user-table.ts';
import { createTenantStores } from '../../functions/userstores/tenant-stores.ts';
import type { UserstoreDependencies } from '../../functions/userstores/userstore.ts';
import { openAuditLog } from './audit/open-audit-log.ts';
import { type AuditLog, createAudit } from './audit/write-audit.ts';
import type { Operator } from './commands/command.ts';
import { openEntryTables } from './entry-tables.ts';
import { openExplain } from './explain/open-explain.ts';
import { openLog } from './explain/open-log.ts';
import { createFindLocalOutputs } from './find-local-outputs.ts';
import { createFindSecret } from './find-secret.ts';
import { createFindStackOutputs } from './find-stack-outputs.ts';
import { createAskSigningKeys } from './incidents/ask-signing-keys.ts';
import { createTenantSecrets } from './tenants/tenant-secrets.ts';
import { createAskUserstores } from './userstores/create-ask-userstores.ts';

import { createWriteSecret } from './write-secret.ts';

/** As long as the token function may run (infra/gatehouse/settings.ts). */
const TOKEN_FUNCTION_MS = 20_000;
/** On this machine nobody waits for anything. */
const LOCAL_REQUEST_MS = 2000;

export interface OperatorOptions
  extends Pick<Operator, 'clock' | 'report' | 'confirm' | 'isInteractive' | 'readInput' | 'readSecret' | 'pathOf' | 'environment'> {
  /** Of the token endpoint; absent: an output of the stack says it. */
  readonly tokenUrl?: string | undefined;
  /** Replaces CloudFormation. */
  readonly findStackOutputs?: Operator['findStackOutputs'];
  /** Replaces the log that audit events go to. */
  readonly openAuditLog?: () => Promise<AuditLog>;
  /** What the names of tables and secrets begin with. */
  readonly stackName: string;
  /** Region and credentials; absent: of the environment. */
  readonly readSettings?: ReadAwsSettings;
  /** Port of the local run's gateway; absent: the stack is on AWS. */
  readonly localPort?: number | undefined;
  /** Replaces the pause between two looks at what a user has open, in milliseconds. */
  readonly wait?: (ms: number) => Promise<void>;
}

export function openOperator(options: OperatorOptions): Operator & { close(): void } {
  const { stackName, readSettings, localPort, wait, tokenUrl, ...given } = options;
  const { clock } = given;
  const findOutputs = () => (localPort === undefined ? createFindStackOutputs(stackName) : createFindLocalOutputs(localPort));
  const findStackOutputs = given.findStackOutputs ?? findOutputs();
  const findTokenUrl = async () => tokenUrl ?? (await findStackOutputs())?.TokenUrl;
  const nameOf = (table: string): string => `${stackName}-${table}`;
  const tenantSecretsPrefix = `${stackName}/tenants/`;
  const dynamoDb = createDynamoDb(readSettings);
  const tenants = createTenantTable(dynamoDb, nameOf('Tenants'), () => {}, { clock });
  const storeDependencies = (): UserstoreDependencies => ({
    tenants,
    users: createUserTable(dynamoDb, nameOf('Users'), () => {}),
    attempts: createAttempts(dynamoDb, nameOf('Tokens')),
    secrets: createSecrets(createSecretsManager(readSettings), clock),
    sendOutbound: createSendOutbound(),
    invokeFunction: createInvokeFunction(),
    tenantSecretsPrefix,
    clock,
    log: () => {},
  });
  const userstores = createTenantStores(storeDependencies());
  const read = {
    tables: openEntryTables(stackName),
    held: createHeldItems(dynamoDb, nameOf('Tokens'), wait),
    tenants,
    clients: createClientTable(dynamoDb, nameOf('Clients'), () => {}, { clock }),
    userstores,
  };
  return {
    ...given,
    ...read,
    findStackOutputs,
    findTokenUrl,
    revocation: createRevocation(dynamoDb, {
      TENANTS_TABLE: nameOf('Tenants'),
      CLIENTS_TABLE: nameOf('Clients'),
    }),
    unlock: createUnlock(dynamoDb, nameOf('Tokens')),
    askSigningKeys: createAskSigningKeys(`${stackName}/signing-keys`),
    grants: createGrants(dynamoDb, nameOf('Tokens')),
    tenantItems: createTenantItems(dynamoDb, nameOf('Tokens')),
    tenantSecrets: createTenantSecrets(tenantSecretsPrefix),
    longestRequestMs: localPort === undefined ? TOKEN_FUNCTION_MS : LOCAL_REQUEST_MS,
    stackName,
    tenantSecretsPrefix,
    wait,
    askUserstores: createAskUserstores({
      isLocal: localPort !== undefined,
      openDependencies: storeDependencies,
      findStackOutputs,
      tenantSecretsPrefix,
    }),
    openExplain: async () => openExplain({ ...read, clock }, { stackName, readSettings, tokenUrl: await findTokenUrl() }),
    openLog: (logGroups) => openLog({ stackName, localPort, logGroups }),
    audit: createAudit({ ...given, openAuditLog: given.openAuditLog ?? (() => openAuditLog({ stackName, localPort })) }),
    findSecret: createFindSecret(),
    writeSecret: createWriteSecret(),
    close: () => userstores.close(),
  };
}
