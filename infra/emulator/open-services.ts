// What stands in for AWS on this machine: the gateway's port, DynamoDB, Secrets Manager and the Lambda API. Ports are
// taken before anything slow is done: one that somebody else has is said at once, and the issuer is known.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Closers } from './closers.ts';
import { openDynamoDb } from './dynamodb/open-dynamodb.ts';
import type { LocalFunction } from './functions/open-function.ts';
import { openLambdaEndpoint } from './functions/open-lambda-endpoint.ts';
import type { LocalFunctions } from './functions/read-functions.ts';
import type { GatewayResponse } from './gateway/http-message.ts';
import { type Handle, listen } from './gateway/listen.ts';
import { openSecretsManager } from './secrets-manager/open-secrets-manager.ts';
import type { Vault } from './secrets-manager/vault.ts';
import type { Deployment } from './template/physical-resource.ts';

export type FindFunction = (nameOrArn: string) => LocalFunction | undefined;

export interface Services {
  readonly gatewayUrl: string;
  readonly dynamoDbPort: number;
  readonly vault: Vault;
  /** Where SDKs find the services, as they read it from the environment. */
  readonly endpoints: {
    readonly AWS_ENDPOINT_URL_DYNAMODB: string;
    readonly AWS_ENDPOINT_URL_LAMBDA: string;
    readonly AWS_ENDPOINT_URL_SECRETS_MANAGER: string;
  };
  /** Functions that the Lambda API knows; until then there are none. */
  offer(functions: Pick<LocalFunctions, 'find' | 'all'>): void;
  /** What answers the gateway's callers; until then it is 503. */
  serve(handle: Handle): void;
}

export interface ServiceOptions {
  /** Of the gateway; DynamoDB and Secrets Manager take the two that follow, Lambda the third if it is free. 0: free ones. */
  readonly port: number;
  readonly dataDirectory: string | undefined;
  readonly deployment: Deployment;
  readonly clock: () => number;
  readonly report: (line: string) => void;
}

const STARTING: GatewayResponse = {
  status: 503,
  headers: [
    ['Content-Type', 'application/json'],
    ['Retry-After', '1'],
  ],
  body: Buffer.from('{"message":"Gatehouse is starting"}'),
};

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

/** @throws Error that names a port that is taken */
export async function openServices(options: ServiceOptions, { keep }: Closers): Promise<Services> {
  const { port, dataDirectory, deployment, clock, report } = options;
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const inData = (name: string) => (dataDirectory === undefined ? undefined : join(dataDirectory, name));
  const following = (offset: number): number => (port === 0 ? 0 : port + offset);
  let handle: Handle = async () => STARTING;
  let known: Pick<LocalFunctions, 'find' | 'all'> = { find: () => undefined, all: [] };

  const gateway = keep(await listen(port, (request) => handle(request), report));
  const dynamoDb = keep(await openDynamoDb(following(1), inData('dynamodb')));
  const secretsManager = await openSecretsManager({ ...deployment, port: following(2), file: inData('secrets.json'), clock });
  keep(secretsManager.listener);
  const lambda = keep(await openLambdaEndpoint(following(3), () => known, report));
  return {
    gatewayUrl: urlOf(gateway.port),
    dynamoDbPort: dynamoDb.port,
    vault: secretsManager.vault,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: urlOf(dynamoDb.port),
      AWS_ENDPOINT_URL_LAMBDA: urlOf(lambda.port),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: urlOf(secretsManager.listener.port),
    },
    offer(functions) {
      known = functions;
    },
    serve(answer) {
      handle = answer;
    },
  };
}
