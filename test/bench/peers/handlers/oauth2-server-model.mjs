// The model of @node-oauth/oauth2-server in DynamoDB, in the shape that its page on models asks for: an item for each token.

import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import jsonwebtoken from 'jsonwebtoken';
import { ACCESS_TOKEN_SECONDS, CLIENT_SECRET, CLIENTS, SCOPE } from './clients.mjs';
import { dynamoDb } from './dynamodb.mjs';
import { findUser, isPasswordOf } from './users.mjs';

const TableName = process.env.OAUTH2_TABLE;
const { ISSUER: issuer } = process.env;
const privateKey = createPrivateKey(process.env.PRIVATE_KEY);
const grants = ['client_credentials', 'password', 'refresh_token'];

const put = (id, content, expires) =>
  dynamoDb.send(
    new PutItemCommand({
      TableName,
      Item: { id: { S: id }, content: { S: JSON.stringify(content) }, expiresAt: { N: String(Math.floor(expires / 1000)) } },
    }),
  );

export const model = {
  getClient: (id, secret) => CLIENTS.includes(id) && secret === CLIENT_SECRET && { id, grants },
  getUserFromClient: (client) => ({ username: client.id }),
  validateScope: (_user, _client, scope = [SCOPE]) => scope.every((one) => one === SCOPE) && scope,

  async getUser(username, password) {
    const user = await findUser(username);
    return user && (await isPasswordOf(user, password)) && { username };
  },

  generateAccessToken(client, { username }, scope) {
    if (client.id !== 'jwt') return randomBytes(32).toString('base64url');
    const claims = { sub: username, client_id: client.id, scope: scope.join(' '), jti: randomUUID() };
    return jsonwebtoken.sign(claims, privateKey, { algorithm: 'ES256', issuer, audience: issuer, expiresIn: ACCESS_TOKEN_SECONDS });
  },

  async saveToken(token, client, user) {
    const content = { scope: token.scope, client, user };
    const { accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt } = token;
    await Promise.all([
      put(`access:${accessToken}`, content, accessTokenExpiresAt),
      refreshToken && put(`refresh:${refreshToken}`, content, refreshTokenExpiresAt),
    ]);
    return { ...token, client, user };
  },

  async getRefreshToken(refreshToken) {
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName, Key: { id: { S: `refresh:${refreshToken}` } }, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    return { ...JSON.parse(Item.content.S), refreshToken, refreshTokenExpiresAt: new Date(Number(Item.expiresAt.N) * 1000) };
  },

  /** Of two that renew at once, one deletes it. */
  async revokeToken({ refreshToken }) {
    const { Attributes } = await dynamoDb.send(
      new DeleteItemCommand({ TableName, Key: { id: { S: `refresh:${refreshToken}` } }, ReturnValues: 'ALL_OLD' }),
    );
    return Attributes !== undefined;
  },
};
