// The limit of whatever reads once: a handler that does one consistent read by the AWS client of the functions.

import { createDynamoDb } from '../../../functions/storage/aws/dynamodb.ts';

const dynamoDb = createDynamoDb();

export const handler = async (): Promise<unknown> => {
  const item = await dynamoDb.get(process.env.CLIENTS_TABLE ?? '', { clientId: 'opaque-check' }, { isConsistent: true });
  return { found: item !== undefined };
};
