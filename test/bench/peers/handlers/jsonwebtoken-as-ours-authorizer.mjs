// jsonwebtoken, and around it what one would write by hand for the answer that ours gives: whether the token's grant still
// stands (CHECKS_GRANT), by the AWS SDK from the table that our token function writes, and a signed JWT for the backend
// (END_USER_JWT: its algorithm). Keys are in the environment, so that nothing is fetched.

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import jsonwebtoken from 'jsonwebtoken';
import { allow, bearerToken } from './caller.mjs';

const { ISSUER: issuer, PUBLIC_KEY, TOKENS_TABLE, CHECKS_GRANT, END_USER_JWT: algorithm, END_USER_KEY } = process.env;
const publicKey = createPublicKey(PUBLIC_KEY);
const endUserKey = END_USER_KEY && createPrivateKey(END_USER_KEY);
const dynamoDb = CHECKS_GRANT && new DynamoDBClient({});
const options = { algorithms: ['RS256'], issuer, audience: issuer };

export async function handler(event) {
  const claims = verify(bearerToken(event));
  if (dynamoDb && !(await isLive(claims))) throw new Error('Unauthorized');
  const { sub, scope, username, tenant } = claims;
  if (!endUserKey) return allow(event, sub, { scope });
  const endUser = { sub, scope, username, tenant };
  const endUserJwt = jsonwebtoken.sign(endUser, endUserKey, { algorithm, issuer, expiresIn: 60 });
  return allow(event, sub, { scope, endUserJwt });
}

function verify(token) {
  try {
    return jsonwebtoken.verify(token, publicKey, options);
  } catch {
    throw new Error('Unauthorized');
  }
}

/** The token's id names its grant and which of the grant's tokens it is: a revoked grant is gone, a renewed one has another. */
async function isLive({ jti }) {
  const [id, generation] = jti.split('.');
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: TOKENS_TABLE, Key: { id: { S: `grant#${id}` } }, ConsistentRead: true }),
  );
  return Item?.generation.N === generation;
}
