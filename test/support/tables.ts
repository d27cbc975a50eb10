// The four tables as the stack makes them, for the DynamoDB of a test. A test of the synthesised template holds
// `infra/` to the same keys and indexes.

import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const TABLE_VARIABLES = {
  TENANTS_TABLE: 'Gatehouse-Tenants',
  CLIENTS_TABLE: 'Gatehouse-Clients',
  USERS_TABLE: 'Gatehouse-Users',
  TOKENS_TABLE: 'Gatehouse-Tokens',
} as const;

const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' as const });
const range = (name: string) => ({ AttributeName: name, KeyType: 'RANGE' as const });

type TableKeys = Pick<CreateTableCommandInput, 'TableName' | 'KeySchema' | 'GlobalSecondaryIndexes'>;

export const TABLES: readonly TableKeys[] = [
  {
    TableName: TABLE_VARIABLES.TENANTS_TABLE,
    KeySchema: [hash('tenant'), range('entry')],
    GlobalSecondaryIndexes: [{ IndexName: 'byApi', KeySchema: [hash('apiId')], Projection: { ProjectionType: 'ALL' } }],
  },
  {
    TableName: TABLE_VARIABLES.CLIENTS_TABLE,
    KeySchema: [hash('clientId')],
    GlobalSecondaryIndexes: [{ IndexName: 'byTenant', KeySchema: [hash('tenant')], Projection: { ProjectionType: 'ALL' } }],
  },
  { TableName: TABLE_VARIABLES.USERS_TABLE, KeySchema: [hash('tenant'), range('username')] },
  {
    TableName: TABLE_VARIABLES.TOKENS_TABLE,
    KeySchema: [hash('id')],
    GlobalSecondaryIndexes: [{ IndexName: 'byUser', KeySchema: [hash('userKey')], Projection: { ProjectionType: 'KEYS_ONLY' } }],
  },
];

/** Creates the tables at an endpoint. */
export async function createTables(endpoint: string, credentials: Credentials = TEST_CREDENTIALS): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  for (const table of TABLES) {
    const keys = [...(table.KeySchema ?? []), ...(table.GlobalSecondaryIndexes ?? []).flatMap((index) => index.KeySchema ?? [])];
    await client.send(
      new CreateTableCommand({
        ...table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
      }),
    );
  }
  client.destroy();
}

/** Of AWS, as far as a test needs them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The emulators take any; DynamoDB Local keeps a database per access key id. */
export const TEST_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The environment of a function, but for what it is to call. */
export function useTestCredentials(credentials: Credentials = TEST_CREDENTIALS): void {
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
}

/** The environment of a function whose tables are there: what `createStores` reads. */
export function useTablesAt(endpoint: string, credentials: Credentials = TEST_CREDENTIALS): void {
  useTestCredentials(credentials);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
}
