// Both functions of ours and those of others over one DynamoDB that is 3 ms away, with a table for each of the others, the
// keys that they check our tokens by, and tenants of ours that differ in what others can't do or do otherwise.

import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TEST_CREDENTIALS } from '../../support/tables.ts';
import { tokenEvent } from '../../support/token-events.ts';
import { openDistantDynamoDb } from '../end-to-end/distant-dynamodb.ts';
import { askForTokens, tokenCall } from '../end-to-end/flow.ts';
import { type FunctionProcess, openFunctionProcess } from '../end-to-end/function-process.ts';
import { OWN_INDEXES } from '../end-to-end/index-units.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { openFunctions, openTables, tenantOf, type World } from '../end-to-end/world.ts';
import { SMALL } from '../growth/size.ts';
import { bundlePeer } from './bundle-peer.ts';

/** Kinds of tenants besides those of `end-to-end`. */
const TENANTS = {
  es256: { endUserJwt: { algorithm: 'ES256' } },
  unsigned: { endUserJwt: { algorithm: 'none' } },
  signing: { accessTokenAlgorithm: 'ES256' },
} as const;
const OIDC_TABLE = 'Peers-Oidc';
const OAUTH2_TABLE = 'Peers-OAuth2';

export const LOGIN_GRANT = 'urn:bench:login';
/** Keys with which others sign JWTs for a backend, as PEM. */
export type EndUserKeys = Readonly<Record<'RS256' | 'ES256', string>>;

export interface PeerWorld extends World {
  readonly endUserKeys: EndUserKeys;
  /** What the functions of others find in their environment. */
  readonly peerEnvironment: Readonly<Record<string, string>>;
  /**
   * @param name of the file in `handlers/`
   * @param settings more of its environment
   */
  openPeer(name: string, settings?: Readonly<Record<string, string>>): Promise<FunctionProcess>;
}

export async function openPeerWorld(): Promise<PeerWorld> {
  const near = await openTables(SMALL, TENANTS);
  await createPeerTables(near.endpoint);
  const dynamoDb = await openDistantDynamoDb(near.endpoint, [], { ...OWN_INDEXES, [OIDC_TABLE]: 'grantId' });
  const functions = await openFunctions(dynamoDb.endpoint);
  const { keys, jwks } = await readKeys(functions);
  const keyServer = await serve(jwks);
  const peerEnvironment = {
    ...functions.environment,
    ...{ NODE_ENV: 'production', JWKS_URI: keyServer.url, JWKS: jwks, PUBLIC_KEY: keys },
    ...{ OIDC_TABLE, OAUTH2_TABLE, USERS_TENANT: tenantOf('signing'), CLIENT_SECRET: SECRET, LOGIN_GRANT },
    ...newPrivateKeys(),
  };
  const opened: FunctionProcess[] = [];
  return {
    ...{ ...functions, dynamoDb, peerEnvironment, endUserKeys: { RS256: pemOf(newKey('RS256')), ES256: pemOf(newKey('ES256')) } },
    async openPeer(name, settings = {}) {
      const process = await openFunctionProcess(bundlePeer(name).path, { ...peerEnvironment, ...settings });
      opened.push(process);
      return process;
    },
    async close() {
      for (const process of opened) process.close();
      keyServer.close();
      await functions.close();
      await dynamoDb.close();
      await near.close();
    },
  };
}

async function createPeerTables(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: TEST_CREDENTIALS });
  const id = { AttributeName: 'id', AttributeType: 'S' } as const;
  const grantId = { AttributeName: 'grantId', AttributeType: 'S' } as const;
  const byGrant = {
    IndexName: 'byGrant',
    KeySchema: [{ AttributeName: 'grantId', KeyType: 'HASH' as const }],
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  };
  const table = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }], BillingMode: 'PAY_PER_REQUEST' as const };
  await client.send(
    new CreateTableCommand({ ...table, TableName: OIDC_TABLE, AttributeDefinitions: [id, grantId], GlobalSecondaryIndexes: [byGrant] }),
  );
  await client.send(new CreateTableCommand({ ...table, TableName: OAUTH2_TABLE, AttributeDefinitions: [id] }));
  client.destroy();
}

/** The set of keys that our token function publishes, and that of its access tokens as PEM. */
async function readKeys(functions: Pick<World, 'token'>): Promise<{ readonly jwks: string; readonly keys: string }> {
  const { answer } = await functions.token.invoke<{ readonly body: string }>(tokenEvent({ method: 'GET', path: '/oauth2/jwks' }));
  const { access_token } = await askForTokens(functions, tokenCall({ grant_type: 'client_credentials' }, 'jwt'));
  const { kid } = JSON.parse(Buffer.from(access_token.split('.')[0] ?? '', 'base64url').toString());
  const { keys } = JSON.parse(answer.body) as { readonly keys: readonly (JsonWebKey & { readonly kid: string })[] };
  const jwk = keys.find((key) => key.kid === kid);
  if (jwk === undefined) throw new Error(`The key ${kid} is not published.`);
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
  return { jwks: answer.body, keys: pem };
}

async function serve(text: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`, close: () => void server.close() };
}

/** With which the endpoints of others sign access tokens, in the form that each of them takes. */
function newPrivateKeys() {
  const key = newKey('ES256');
  const sig = { use: 'sig' } as const;
  const keys = [
    { ...key.export({ format: 'jwk' }), ...sig, alg: 'ES256', kid: 'es256' },
    // Of ID tokens, which nobody asks for; it does not start without.
    { ...newKey('RS256').export({ format: 'jwk' }), ...sig, alg: 'RS256', kid: 'rs256' },
  ];
  return { PRIVATE_KEY: pemOf(key), PRIVATE_JWKS: JSON.stringify({ keys }) };
}

function newKey(algorithm: 'RS256' | 'ES256'): KeyObject {
  return algorithm === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
