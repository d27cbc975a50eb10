// Composition root of the operator function: in the network of the functions that log users in, with the same code, for
// `userstore doctor` and `userstore test`. It is there where the construct was asked for it alone.

import { createSendOutbound } from '../outbound/send-outbound.ts';
import { readEnvironment } from '../shared/environment.ts';
import { createLog } from '../shared/log.ts';
import { withTimeBudget } from '../shared/time-budget.ts';
import { createAttempts } from '../storage/aws/attempts.ts';
import { createDynamoDb } from '../storage/aws/dynamodb.ts';
import { createEntryReports } from '../storage/aws/entry-reports.ts';
import { createInvokeFunction } from '../storage/aws/invoke-function.ts';
import { createSecrets, createSecretsManager } from '../storage/aws/secrets.ts';
import { createTenantTable } from '../storage/aws/tenant-table.ts';
import { createUserTable } from '../storage/aws/user-table.ts';
import type { DoctorDependencies } from './examine-store.ts';
import { createOperatorHandler } from './handle-event.ts';

const environment = readEnvironment(['TENANTS_TABLE', 'USERS_TABLE', 'TOKENS_TABLE', 'TENANT_SECRETS_PREFIX'], process.env);
const clock = Date.now;
const log = createLog(process.env);
const dynamoDb = createDynamoDb();

/** Opened anew for each event: an entry or a secret that was mended a moment ago is read as it is now. */
function openDependencies(): DoctorDependencies {
  const logReports = createEntryReports(log);
  return {
    tenants: createTenantTable(dynamoDb, environment.TENANTS_TABLE, logReports, { clock }),
    users: createUserTable(dynamoDb, environment.USERS_TABLE, logReports),
    // Never called: what an operator tries is counted nowhere, and the function may not write there.
    attempts: createAttempts(dynamoDb, environment.TOKENS_TABLE),
    secrets: createSecrets(createSecretsManager(), clock),
    sendOutbound: createSendOutbound(),
    invokeFunction: createInvokeFunction(),
    tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX,
    clock,
    log,
  };
}

/** Handler that Lambda invokes. */
export const handler = withTimeBudget(createOperatorHandler(openDependencies), { maxMs: Number.POSITIVE_INFINITY, answerMs: 1000 });
