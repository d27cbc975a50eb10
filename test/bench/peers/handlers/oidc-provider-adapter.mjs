// The storage of oidc-provider in DynamoDB, in the shape that its page on adapters asks for: an item for each token and grant,
// and a sparse index by grant. Sessions and device codes, which no request of the bench uses, have no index.

import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamoDb } from './dynamodb.mjs';

const TableName = process.env.OIDC_TABLE;
/** What one batch takes. */
const MAX_BATCH = 25;

export class DynamoDbAdapter {
  constructor(model) {
    this.model = model;
  }

  #key(id) {
    return { id: { S: `${this.model}:${id}` } };
  }

  async upsert(id, payload, expiresInSeconds) {
    const Item = {
      ...this.#key(id),
      payload: { S: JSON.stringify(payload) },
      ...(payload.grantId && { grantId: { S: payload.grantId } }),
      ...(expiresInSeconds && { expiresAt: { N: String(Math.floor(Date.now() / 1000) + expiresInSeconds) } }),
    };
    await dynamoDb.send(new PutItemCommand({ TableName, Item }));
  }

  async find(id) {
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: this.#key(id), ConsistentRead: true }));
    // Expired items stay for days.
    if (!Item || Number(Item.expiresAt?.N) < Date.now() / 1000) return undefined;
    return { ...JSON.parse(Item.payload.S), ...(Item.consumedAt && { consumed: Number(Item.consumedAt.N) }) };
  }

  async consume(id) {
    await dynamoDb.send(
      new UpdateItemCommand({
        TableName,
        Key: this.#key(id),
        UpdateExpression: 'SET consumedAt = :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
      }),
    );
  }

  async destroy(id) {
    await dynamoDb.send(new DeleteItemCommand({ TableName, Key: this.#key(id) }));
  }

  async revokeByGrantId(grantId) {
    const { Items = [] } = await dynamoDb.send(
      new QueryCommand({
        TableName,
        IndexName: 'byGrant',
        KeyConditionExpression: 'grantId = :grantId',
        ExpressionAttributeValues: { ':grantId': { S: grantId } },
      }),
    );
    for (let at = 0; at < Items.length; at += MAX_BATCH) {
      const requests = Items.slice(at, at + MAX_BATCH).map(({ id }) => ({ DeleteRequest: { Key: { id } } }));
      await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    }
  }
}
