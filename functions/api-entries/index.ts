// Composition root of the api-entries function, which CloudFormation calls for each API whose deployment keeps its entry.

import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { readEnvironment } from '../shared/environment.ts';
import { createLog } from '../shared/log.ts';
import { withTimeBudget } from '../shared/time-budget.ts';
import { askUntilPermitted } from '../shared/wait-for-permission.ts';
import { createEntryStore } from './entry-store.ts';
import { createApiEntriesHandler } from './handle-event.ts';

const { TENANTS_TABLE } = readEnvironment(['TENANTS_TABLE'], process.env);

const client = new DynamoDBClient({ maxAttempts: 5 });

const isDenied = (error: unknown): boolean => error instanceof Error && error.name === 'AccessDeniedException';

const keep = createApiEntriesHandler({
  store: createEntryStore(TENANTS_TABLE, {
    get: (input) => askUntilPermitted(() => client.send(new GetItemCommand(input)), isDenied, delay),
    put: (input) => askUntilPermitted(() => client.send(new PutItemCommand(input)), isDenied, delay),
    delete: (input) => askUntilPermitted(() => client.send(new DeleteItemCommand(input)), isDenied, delay),
  }),
  fetch,
  log: createLog(process.env),
});

/** Handler that Lambda invokes. It has its own limit; this one says whose lines its log has. */
export const handler = withTimeBudget(keep, { maxMs: Number.POSITIVE_INFINITY, answerMs: 0 });
