// The limit of the cold-start rows: a handler with nothing but the DynamoDB client and one read.

import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

export const handler = async (): Promise<unknown> => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: process.env.CLIENTS_TABLE ?? '', Key: { clientId: { S: 'demo-app' } } }),
  );
  return { found: Item !== undefined };
};
