// The authorizer as it stands in a warm function: its stores in memory, entries read once, JSON in and JSON out as Lambda
// does, the log line made and written to nowhere.

import { createAuthorizer } from '../../functions/authorizer/authorize.ts';
import type { Tenant } from '../../functions/configuration/model.ts';
import { tokenDigest } from '../../functions/keys/jwt.ts';
import { newGrantId } from '../../functions/own-tokens/opaque-token.ts';
import { signAccessToken } from '../../functions/own-tokens/sign-access-token.ts';
import type { SigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import { createLog, type Log } from '../../functions/shared/log.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { openMemoryStores } from '../support/memory-stores.ts';

const ISSUER = 'https://login.example.org';

/** What a terminal, a file or the threads of a stream cost is not ours. */
const nowhere = { characters: 0 };
const logToNowhere: Log = createLog(
  { AWS_LAMBDA_FUNCTION_NAME: 'Gatehouse-AuthorizerFunction', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' },
  (line) => {
    nowhere.characters += line.length;
  },
);

/** What the demo's tenant and client would be, read once: the configuration cache holds them in a warm function. */
export async function readTenant(algorithm: 'none' | 'ES256' | 'RS256'): Promise<Tenant> {
  const tenant = await (await openStores(algorithm)).tenants.findTenant('my_company');
  if (tenant === undefined) throw new Error('The tenant of the bench is not well formed.');
  return tenant;
}

async function openStores(algorithm: string) {
  const stores = openMemoryStores({ clock: Date.now });
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', tokenFormat: 'jwt', endUserJwt: { algorithm } });
  stores.put('Tenants', { tenant: 'my_company', entry: 'role#customer', permissions: ['/permission/order'] });
  stores.put('Tenants', { tenant: 'my_company', entry: 'scope#order:write', permissions: ['/permission/order/write'] });
  stores.put('Tenants', {
    tenant: 'my_company',
    entry: 'api#pizzashack',
    apiId: 'abcdefghij',
    stage: 'prod',
    context: '/pizzashack/1.0.0',
    resources: [
      { path: '/menu', methods: ['GET'] },
      { path: '/order', methods: ['POST'], scopes: ['order:write'] },
    ],
  });
  stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', name: 'Demo', scopes: ['order:write'] });
  return stores;
}

export async function openInvoker(algorithm: 'none' | 'ES256' | 'RS256', keys: SigningKeys, grants: ReadonlyMap<string, Grant>) {
  const stores = await openStores(algorithm);
  const tenant = await stores.tenants.findTenant('my_company');
  const client = await stores.clients.findClient('demo-app');
  const apis = await stores.tenants.findApiClaims('abcdefghij');
  const handler = createAuthorizer({
    ...stores,
    tenants: { findTenant: async () => tenant, findApiClaims: async () => apis, findApiOwner: async () => undefined },
    clients: { findClient: async () => client },
    grants: { ...stores.grants, findGrant: async (id) => grants.get(id) },
    holders: { findHolder: async (id) => ({ grant: grants.get(id), user: undefined }) },
    signingKeys: async () => keys,
    issuer: ISSUER,
    authorizerCacheSeconds: 60,
    simpleResponseApis: new Set(),
    userstores: () => Promise.reject(new Error('The bench has no users.')),
    invokeFunction: () => Promise.reject(new Error('The bench has no functions.')),
    externalJwts: () => Promise.reject(new Error('The bench has no other issuers.')),
    clock: Date.now,
    log: logToNowhere,
  });
  return async (token: string) => JSON.stringify(await handler(JSON.parse(eventText(token))));
}

export function newToken(keys: SigningKeys, tenant: Tenant, grants: Map<string, Grant>, nowSeconds: number): string {
  const signer = keys.signer('access-token', 'RS256', nowSeconds);
  if (signer === undefined) throw new Error('The key set has no RS256 key for access tokens.');
  const user = {
    tenant: 'my_company',
    domain: 'EXTERNAL',
    username: 'userx',
    roles: ['customer'],
    claims: { emailaddress: 'userx@example.org', givenname: 'User', lastname: 'Example' },
  };
  const scopes = ['order:write'];
  const access = { scopes, issuedAtSeconds: nowSeconds, expiresAtSeconds: nowSeconds + 3600 };
  const core = { id: newGrantId(), clientId: 'demo-app', user, generation: 0, issuedAtSeconds: nowSeconds };
  const token = signAccessToken(signer, { issuer: ISSUER, tenant, grant: core, access });
  const digest = tokenDigest(token);
  grants.set(core.id, {
    ...core,
    tenant: 'my_company',
    grantType: 'password',
    scopes,
    access: { ...access, digest },
  });
  return token;
}

/** A `REQUEST` event of a REST API as API Gateway sends it. */
export function eventText(token: string): string {
  return EVENT_TEXT.replace('TOKEN', token);
}

const EVENT_TEXT = JSON.stringify({
  type: 'REQUEST',
  methodArn: 'arn:aws:execute-api:us-east-1:123456789012:abcdefghij/prod/POST/pizzashack/1.0.0/order',
  resource: '/pizzashack/1.0.0/order',
  path: '/pizzashack/1.0.0/order',
  httpMethod: 'POST',
  headers: {
    Accept: 'application/json',
    Authorization: 'Bearer TOKEN',
    Host: 'api.example.org',
    'User-Agent': 'bench',
    'X-Forwarded-For': '198.51.100.7',
  },
  multiValueHeaders: null,
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: {
    resourceId: 'abc123',
    resourcePath: '/pizzashack/1.0.0/order',
    httpMethod: 'POST',
    path: '/prod/pizzashack/1.0.0/order',
    accountId: '123456789012',
    protocol: 'HTTP/1.1',
    stage: 'prod',
    requestId: '7b1b0a1e-0000-4000-8000-000000000000',
    identity: { sourceIp: '198.51.100.7', userAgent: 'bench' },
    apiId: 'abcdefghij',
  },
});
