// The client that all of a function's calls share, as the SDK comes.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const dynamoDb = new DynamoDBClient({});
