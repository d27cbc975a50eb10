// Users of the endpoints of others: the table that our own are in, and the same hash of their passwords.

import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from './dynamodb.mjs';

const { USERS_TABLE: TableName, USERS_TENANT } = process.env;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;

export async function findUser(username) {
  const Key = { tenant: { S: USERS_TENANT }, username: { S: username } };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item && { username, passwordHash: Item.passwordHash.S };
}

export async function isPasswordOf({ passwordHash }, password) {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(passwordHash);
  const expected = Buffer.from(tag, 'base64');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), tagLength: expected.length };
  const derived = await promisify(argon2)('argon2id', { ...cost, message: password, nonce: Buffer.from(salt, 'base64') });
  return timingSafeEqual(derived, expected);
}
