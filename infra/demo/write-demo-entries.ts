// Writes the demo entries with nothing but the AWS SDK: on the local run by `npm start`, on AWS by
// `node infra/demo/write-demo-entries.ts --stack Gatehouse --api-id … --user-service-url https://…`.

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, ResourceExistsException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { AGENTS, agentsItems } from './agents-data.ts';
import {
  DEMO,
  type DemoEntriesTarget,
  type DemoItem,
  demoItems,
  externalSecretName,
  type StoredUser,
  USER_SERVICE_CREDENTIALS,
} from './demo-data.ts';

export type { DemoEntriesTarget } from './demo-data.ts';

export interface DemoClients {
  readonly dynamoDb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
}

/** Writes what is not there yet: what an operator changed stays. */
async function putWhereMissing({ dynamoDb }: DemoClients, target: DemoEntriesTarget, { table, item }: DemoItem): Promise<void> {
  const key = table === 'Clients' ? 'clientId' : 'tenant';
  try {
    await dynamoDb.send(
      new PutItemCommand({
        TableName: `${target.stackName}-${table}`,
        Item: attributesOf(item),
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': key },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** The web service's address is another one on every local start. */
async function pointAtUserService({ dynamoDb }: DemoClients, target: DemoEntriesTarget): Promise<void> {
  await dynamoDb.send(
    new UpdateItemCommand({
      TableName: `${target.stackName}-Tenants`,
      Key: attributesOf({ tenant: DEMO.tenant, entry: 'userstore#EXTERNAL' }),
      UpdateExpression: 'SET #url = :url',
      ExpressionAttributeNames: { '#url': 'url' },
      ExpressionAttributeValues: attributesOf({ ':url': target.userServiceUrl }),
    }),
  );
}

async function createExternalSecret({ secretsManager }: DemoClients, target: DemoEntriesTarget): Promise<void> {
  const SecretString = JSON.stringify(USER_SERVICE_CREDENTIALS);
  try {
    await secretsManager.send(new CreateSecretCommand({ Name: externalSecretName(target), SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
  }
}

const storedUser = async (password: string): Promise<StoredUser> => ({ id: randomUUID(), passwordHash: await hashByArgon2id(password) });

/** Writes the secret and the entries of the demo, and leaves what is there. */
export async function writeDemoEntries(clients: DemoClients, target: DemoEntriesTarget): Promise<void> {
  const [publisher, ada] = await Promise.all([storedUser(DEMO.primaryUser.password), storedUser(AGENTS.user.password)]);
  await createExternalSecret(clients, target);
  const items = [...demoItems(target, publisher), ...agentsItems(ada)];
  await Promise.all(items.map((item) => putWhereMissing(clients, target, item)));
  await pointAtUserService(clients, target);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string', default: 'Gatehouse' },
      'api-id': { type: 'string' },
      stage: { type: 'string', default: 'prod' },
      'user-service-url': { type: 'string' },
    },
  });
  const { stack: stackName, 'api-id': apiId, stage, 'user-service-url': userServiceUrl } = values;
  if (apiId === undefined || userServiceUrl === undefined)
    throw new Error('--api-id and --user-service-url are needed: see the outputs of the stack.');
  const clients = { dynamoDb: new DynamoDBClient({}), secretsManager: new SecretsManagerClient({}) };
  await writeDemoEntries(clients, { stackName, apiId, stage, userServiceUrl, isLocal: userServiceUrl.startsWith('http://') });
}
