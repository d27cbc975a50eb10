// Both functions as they are deployed, each in its own process, over tables that are 3 ms away: a tenant for each value of
// `jwtRevocation`, with a user, clients and an API each.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attributesOf } from '../../../functions/storage/aws/attribute-value.ts';
import { hashPassword } from '../../../functions/userstores/password-hashes/index.ts';
import { openSecretsManager } from '../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { addVersion } from '../../../infra/emulator/secrets-manager/versions.ts';
import { bundle, bundleEntryPoint } from '../../../infra/gatehouse/functions/bundle.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { putEntry } from '../../support/put-entry.ts';
import { newSigningKeys } from '../../support/signing-keys.ts';
import { TABLE_VARIABLES, TEST_CREDENTIALS } from '../../support/tables.ts';
import { newCertificate } from '../../support/x509.ts';
import { fillTables, writeItems } from '../growth/fill-tables.ts';
import { type Size, SMALL } from '../growth/size.ts';
import { tenantEntries } from '../growth/tenant-entries.ts';
import { type DistantDynamoDb, openDistantDynamoDb } from './distant-dynamodb.ts';
import { type FunctionProcess, openFunctionProcess } from './function-process.ts';
import { SECRET } from './secret.ts';

export const ISSUER = 'https://issuer.example/v1';
export const USER = { name: 'joe', password: 'a long password' } as const;
export const REDIRECT_URI = 'https://app.example/callback';
/** The API that a token is exchanged for. */
export const RESOURCE = 'https://api.example/orders';
/** Of tokens that another issuer makes for the API. */
export const API_AUDIENCE = 'orders-api';
/** Both kinds of identity provider sign with the key of one certificate. */
export const IDP = {
  iss: 'https://idp.example/realms/x',
  saml: 'https://idp.example/saml',
  kid: 'k1',
  certificate: newCertificate(),
} as const;

export const REVOCATIONS = ['check', 'feed', 'offline'] as const;
export type Revocation = (typeof REVOCATIONS)[number];

/** @param kind of tenant: its `jwtRevocation`, or what a bench calls one of its own */
export const tenantOf = (kind: string): string => `tenant-${kind}`;
/** API Gateway's id of the tenant's API: ten letters and digits. */
export const apiIdOf = (kind: string): string => `api${kind}00000`.slice(0, 10);
export const clientOf = (kind: string, format: 'opaque' | 'jwt'): string => `${format}-${kind}`;

export interface World {
  readonly dynamoDb: DistantDynamoDb;
  /** What a function finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly token: FunctionProcess;
  readonly authorizer: FunctionProcess;
  /** One consistent read by the same AWS client, and nothing else: the limit of what reads once. */
  readonly oneRead: FunctionProcess;
  close(): Promise<void>;
}

/** @param size how much there is besides; default: nothing */
export async function openWorld(size: Size = SMALL): Promise<World> {
  const near = await openTables(size);
  const dynamoDb = await openDistantDynamoDb(near.endpoint);
  const functions = await openFunctions(dynamoDb.endpoint);
  return {
    ...functions,
    dynamoDb,
    async close() {
      await functions.close();
      await dynamoDb.close();
      await near.close();
    },
  };
}

/**
 * The tables with all entries, where nobody measures how long they take.
 *
 * @param others settings of tenants besides, by kind; default: none
 */
export async function openTables(size: Size, others: Readonly<Record<string, object>> = {}): Promise<TestDynamoDb> {
  const near = await startDynamoDb();
  const kinds = { ...Object.fromEntries(REVOCATIONS.map((jwtRevocation) => [jwtRevocation, { jwtRevocation }])), ...others };
  await writeEntries(near, size, kinds);
  await beginFeed(near.endpoint);
  await fillTables(near.endpoint, size);
  return near;
}

/**
 * @param endpoint of DynamoDB
 * @param variables of the environment besides those that the functions have on AWS; default: none
 */
export async function openFunctions(endpoint: string, variables: Readonly<Record<string, string>> = {}): Promise<Omit<World, 'dynamoDb'>> {
  const region = 'us-east-1';
  const secrets = await openSecretsManager({ port: 0, region, accountId: '123456789012', file: undefined, clock: Date.now });
  const options = { token: undefined, stages: ['AWSCURRENT'], nowSeconds: secrets.vault.now() };
  addVersion(secrets.vault.newSecret('Gatehouse/signing-keys'), { SecretString: JSON.stringify(newSigningKeys()) }, options);
  const environment = {
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secrets.listener.port}` },
    ...TABLE_VARIABLES,
    ...{ SIGNING_KEYS_SECRET: 'Gatehouse/signing-keys', TENANT_SECRETS_PREFIX: 'Gatehouse/tenants/' },
    ...{ ISSUER, AUTHORIZER_CACHE_SECONDS: '60' },
    ...variables,
  };
  const open = ({ directory }: { readonly directory: string }, name: string) =>
    openFunctionProcess(join(directory, 'index.mjs'), {
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    });
  const token = await open(bundle('token'), 'Gatehouse-TokenFunction');
  const authorizer = await open(bundle('authorizer'), 'Gatehouse-AuthorizerFunction');
  const oneRead = await open(bundleEntryPoint('one-read', 'test/bench/end-to-end/one-read-handler.ts'), 'one-read');
  return {
    ...{ environment, token, authorizer, oneRead },
    async close() {
      for (const process of [token, authorizer, oneRead]) process.close();
      await secrets.listener.close();
    },
  };
}

/** As a tenant has it who has had it for an hour: in the first minutes of a feed grants are looked up. */
async function beginFeed(endpoint: string): Promise<void> {
  const sinceSeconds = Math.floor(Date.now() / 1000) - 3600;
  const page = {
    id: `feed#${TABLE_VARIABLES.TOKENS_TABLE}#${tenantOf('feed')}`,
    tenant: tenantOf('feed'),
    chain: 'bench',
    number: 0,
    entries: [],
    sinceSeconds,
  };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: TEST_CREDENTIALS });
  await client.send(new PutItemCommand({ TableName: TABLE_VARIABLES.TOKENS_TABLE, Item: attributesOf(page) }));
  client.destroy();
}

async function writeEntries(at: { readonly endpoint: string }, size: Size, kinds: Readonly<Record<string, object>>): Promise<void> {
  const passwordHash = await hashPassword(USER.password);
  for (const [kind, settings] of Object.entries(kinds)) {
    const tenant = tenantOf(kind);
    const entries = [
      { entry: 'tenant', displayName: 'My Company', signIn: {}, ...settings },
      { entry: 'role#customer', permissions: ['/permission/order'] },
      { entry: 'scope#order:write', permissions: ['/permission/order/write'] },
      apiEntry(kind, size),
      ...issuerEntries(),
    ];
    for (const entry of entries) await putEntry(at, 'Tenants', { tenant, ...entry });
    const more = tenantEntries(size);
    await writeItems(at.endpoint, 'Tenants', more.length, (n) => ({ tenant, ...more[n] }));
    const user = { tenant, username: USER.name, id: `id-of-${USER.name}`, passwordHash, status: 'active', roles: ['customer'], claims: {} };
    await putEntry(at, 'Users', user);
    for (const client of clientEntries(kind)) await putEntry(at, 'Clients', { tenant, ...client });
  }
}

function apiEntry(kind: string, { rules }: Size) {
  return {
    entry: 'api#orders',
    apiId: apiIdOf(kind),
    stage: 'prod',
    context: '/orders/1.0.0',
    resource: RESOURCE,
    audience: 'any',
    resources: [
      ...Array.from({ length: rules }, (_, n) => ({ path: `/area-${n}/{id}`, methods: ['GET', 'PUT'] })),
      { path: '/menu', methods: ['GET'], handlers: ['oauth2', 'basic'] },
      { path: '/order', methods: ['POST'], scopes: ['order:write'] },
    ],
  };
}

function issuerEntries() {
  const { iss, saml, kid, certificate } = IDP;
  return [
    {
      entry: `issuer#${iss}`,
      ...{ type: 'jwt', use: ['jwt-bearer', 'gateway'], certificates: { [kid]: certificate.pem }, algorithms: ['RS256'] },
      ...{ audiences: [ISSUER, API_AUDIENCE], usernameClaim: 'preferred_username', scopeClaim: 'scope' },
    },
    {
      entry: `issuer#${saml}`,
      ...{ type: 'saml', certificates: [certificate.pem], audience: ISSUER, recipient: `${ISSUER}/oauth2/token`, rolesAttribute: 'groups' },
    },
  ];
}

const GRANT_TYPES = [
  ...['password', 'refresh_token', 'client_credentials', 'authorization_code'],
  ...['jwt-bearer', 'saml2-bearer', 'token-exchange'].map((name) => `urn:ietf:params:oauth:grant-type:${name}`),
];

function clientEntries(kind: string) {
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  return (['opaque', 'jwt'] as const).map((tokenFormat) => ({
    ...{ clientId: clientOf(kind, tokenFormat), name: 'Shop', tokenFormat, firstParty: true, redirectUris: [REDIRECT_URI] },
    ...{ secrets: [{ sha256 }], grantTypes: GRANT_TYPES, scopes: ['order:write', 'openid'], exchange: [RESOURCE] },
  }));
}
