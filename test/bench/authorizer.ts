// The authorizer rows of the bench: the handler warm, its stores in memory, JSON in and JSON out as Lambda does, the log
// line made and written to nowhere; beside it the bare cryptography that no authorizer can do without.

import { createPublicKey, sign, verify } from 'node:crypto';
import { createAuthorizer } from '../../functions/authorizer/authorize.ts';
import type { Tenant } from '../../functions/configuration/model.ts';
import { tokenDigest } from '../../functions/keys/jwt.ts';
import { newGrantId } from '../../functions/own-tokens/opaque-token.ts';
import { signAccessToken } from '../../functions/own-tokens/sign-access-token.ts';
import { parseSigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import { createLog, type Log } from '../../functions/shared/log.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { newSigningKeys } from '../support/signing-keys.ts';
import { type Medians, measure } from './measure.ts';
import type { Row } from './row.ts';

const ISSUER = 'https://login.example.org';
/** More than the authorizer remembers, so that a token is new again when its turn comes. */
const TOKENS = 2500;
const ROUNDS = 15;
const ROUND_MS = 60;

/** What a terminal, a file or the threads of a stream cost is not ours. */
const nowhere = { characters: 0 };
const logToNowhere: Log = createLog(
  { AWS_LAMBDA_FUNCTION_NAME: 'Gatehouse-AuthorizerFunction', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' },
  (line) => {
    nowhere.characters += line.length;
  },
);

export async function authorizerRows(): Promise<readonly Row[]> {
  const document = newSigningKeys();
  const keys = parseSigningKeys(JSON.stringify(document));
  const nowSeconds = Math.floor(Date.now() / 1000);
  const grants = new Map<string, Grant>();
  const tenant = await readTenant('none');
  const tokens = Array.from({ length: TOKENS }, () => newToken(keys, tenant, grants, nowSeconds));

  const invokers = new Map<string, (token: string) => Promise<string>>();
  for (const algorithm of ['none', 'ES256', 'RS256'] as const) invokers.set(algorithm, await openInvoker(algorithm, keys, grants));
  const invoke = (algorithm: string, token: string) => invokers.get(algorithm)?.(token);
  /** Each handler has an order of its own, or it would remember what came by while the others had their turn. */
  const inTurn = (algorithm: string) => {
    const next = tokensInTurn(tokens);
    return () => invoke(algorithm, next());
  };
  const [first = ''] = tokens;

  const jwk = document.keys.find((key) => key.purpose === 'access-token' && key.alg === 'RS256')?.publicJwk;
  if (jwk === undefined) throw new Error('The key set has no RS256 key for access tokens.');
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const end = first.lastIndexOf('.');
  const signed = Buffer.from(first.slice(0, end));
  const signature = Buffer.from(first.slice(end + 1), 'base64url');
  const signerOf = (alg: 'RS256' | 'ES256') => {
    const signer = keys.signer('end-user-jwt', alg, nowSeconds);
    if (signer === undefined) throw new Error(`The key set has no ${alg} key for end-user JWTs.`);
    return signer.privateKey;
  };
  const rsaKey = signerOf('RS256');
  const ecKey = signerOf('ES256');
  const verifyOnce = () => verify('RSA-SHA256', signed, publicKey, signature);
  const fixed: unknown = JSON.parse((await invoke('RS256', first)) ?? '');
  const emptyHandler = async (_event: unknown) => fixed;

  const times = await measure(
    [
      { name: 'verify', run: verifyOnce },
      { name: 'verify + ES256', run: () => [verifyOnce(), sign('SHA256', signed, ecKey)] },
      { name: 'verify + RS256', run: () => [verifyOnce(), sign('RSA-SHA256', signed, rsaKey)] },
      { name: 'empty', run: async () => JSON.stringify(await emptyHandler(JSON.parse(eventText(first)))) },
      { name: 'new token', run: inTurn('none') },
      { name: 'new token + ES256', run: inTurn('ES256') },
      { name: 'new token + RS256', run: inTurn('RS256') },
      { name: 'same token', run: () => invoke('RS256', first) },
    ],
    ROUNDS,
    ROUND_MS,
  );
  return [
    rate('authorizer, RS256 token not seen before, end-user JWT not signed', times, 'verify', 'new token', '≥ 0.65'),
    rate('the same, ES256 end-user JWT minted', times, 'verify + ES256', 'new token + ES256', '≥ 0.65'),
    rate('the same, RS256 end-user JWT minted', times, 'verify + RS256', 'new token + RS256', '≥ 0.90'),
    cost('authorizer, same token again', times, 'empty', 'same token', '≤ 2'),
  ];
}

/** What the demo's tenant and client would be, read once: the configuration cache holds them in a warm function. */
async function readTenant(algorithm: 'none' | 'ES256' | 'RS256'): Promise<Tenant> {
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

async function openInvoker(
  algorithm: 'none' | 'ES256' | 'RS256',
  keys: ReturnType<typeof parseSigningKeys>,
  grants: ReadonlyMap<string, Grant>,
) {
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

function newToken(keys: ReturnType<typeof parseSigningKeys>, tenant: Tenant, grants: Map<string, Grant>, nowSeconds: number): string {
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

function tokensInTurn(tokens: readonly string[]): () => string {
  let at = 0;
  return () => tokens[at++ % tokens.length] ?? '';
}

/** A `REQUEST` event of a REST API as API Gateway sends it. */
function eventText(token: string): string {
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

const µs = (times: Medians, name: string): number => times.get(name) ?? Number.NaN;
const text = (times: Medians, name: string): string => `${µs(times, name).toFixed(0)} µs`;

/** How much of the limit's rate is reached: 1 is the limit. */
function rate(what: string, times: Medians, limit: string, ours: string, aim: string): Row {
  return { what, limit: `${limit} ${text(times, limit)}`, measured: text(times, ours), ratio: µs(times, limit) / µs(times, ours), aim };
}

/** How many times the limit's cost. */
function cost(what: string, times: Medians, limit: string, ours: string, aim: string): Row {
  return { what, limit: `${limit} ${text(times, limit)}`, measured: text(times, ours), ratio: µs(times, ours) / µs(times, limit), aim };
}
