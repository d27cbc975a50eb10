// The same calls by the AWS SDK: for those whose rules forbid a signer of one's own, or whose credentials only the SDK
// knows. It costs a cold start twice the time; `awsClient: 'sdk'` of the construct takes it in place of `aws-client.ts`.

import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { remainingMs } from '../../shared/time-budget.ts';
import { type AwsCall, AwsRefusal, type AwsService, type CreateAwsClient } from './aws-call.ts';

/** Tries as many and as long as those of the other client. */
const CONFIG = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 500,
    requestTimeout: 1500,
    throwOnRequestTimeout: true,
    // Written out, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn verification off (A14).
    httpsAgent: { keepAlive: true, maxSockets: 50, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  },
} as const;

type Signal = { readonly abortSignal?: AbortSignal };
type Send = (input: never, options: Signal) => Promise<{ readonly $metadata: unknown }>;

function operationsOf(service: AwsService['name'], settings: object): ReadonlyMap<string, Send> {
  if (service === 'secretsmanager') {
    const client = new SecretsManagerClient({ ...CONFIG, ...settings });
    return new Map<string, Send>([['GetSecretValue', (input, options) => client.send(new GetSecretValueCommand(input), options)]]);
  }
  const client = new DynamoDBClient({ ...CONFIG, ...settings });
  return new Map<string, Send>([
    ['BatchGetItem', (input, options) => client.send(new BatchGetItemCommand(input), options)],
    ['BatchWriteItem', (input, options) => client.send(new BatchWriteItemCommand(input), options)],
    ['DeleteItem', (input, options) => client.send(new DeleteItemCommand(input), options)],
    ['GetItem', (input, options) => client.send(new GetItemCommand(input), options)],
    ['PutItem', (input, options) => client.send(new PutItemCommand(input), options)],
    ['Query', (input, options) => client.send(new QueryCommand(input), options)],
    ['Scan', (input, options) => client.send(new ScanCommand(input), options)],
    ['UpdateItem', (input, options) => client.send(new UpdateItemCommand(input), options)],
  ]);
}

export const createAwsClient: CreateAwsClient = (service, readSettings): AwsCall => {
  const settings =
    readSettings === undefined
      ? {}
      : { region: async () => (await readSettings()).region, credentials: async () => (await readSettings()).credentials };
  const operations = operationsOf(service.name, settings);
  return async (operation, input, known) => {
    const send = operations.get(operation);
    if (send === undefined) throw new Error(`The SDK's client knows no ${operation}.`);
    const limitMs = remainingMs();
    const options = limitMs === Number.POSITIVE_INFINITY ? {} : { abortSignal: AbortSignal.timeout(Math.floor(limitMs)) };
    try {
      const { $metadata: _, ...reply } = await send(input as never, options);
      return known?.(JSON.stringify(reply)) ?? reply;
    } catch (error) {
      throw failureOf(error);
    }
  };
};

/** The SDK's errors in the words of the seam: what the service said, or what became of the connection. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // The time of the request is over: the SDK calls that an abortion.
  if (error.name === 'AbortError') return Object.assign(new Error('timeout'), { name: 'TimeoutError' });
  // It calls a connection that was closed a time-out too.
  if ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return new Error('closed', { cause: error });
  const isAnswer = '$fault' in error && '$metadata' in error;
  if (!isAnswer) return error;
  const { attempts } = error.$metadata as { readonly attempts?: number };
  return new AwsRefusal(error.name, attempts ?? 1);
}
