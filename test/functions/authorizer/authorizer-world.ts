// A tenant, a client, a user and an API in memory, with the authorizer in front, for tests of its decisions.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer } from '../../../functions/authorizer/authorize.ts';
import type { AuthorizerResponse } from '../../../functions/authorizer/authorizer-response.ts';
import type { EndUser } from '../../../functions/configuration/model.ts';
import { createExternalJwtVerifier } from '../../../functions/external-issuers/index.ts';
import { tokenDigest } from '../../../functions/keys/jwt.ts';
import type { InvokeFunction } from '../../../functions/outbound/invoke-function.ts';
import type { SendOutbound } from '../../../functions/outbound/outbound.ts';
import { createSendOutbound } from '../../../functions/outbound/send-outbound.ts';
import { createCheckByFeed } from '../../../functions/own-tokens/check-by-feed.ts';
import { feedClaimOf } from '../../../functions/own-tokens/feed-claim.ts';
import { newGrantId, newOpaqueAccessToken } from '../../../functions/own-tokens/opaque-token.ts';
import { signAccessToken } from '../../../functions/own-tokens/sign-access-token.ts';
import type { SigningKeysDocument } from '../../../functions/own-tokens/signing-keys.ts';
import { openFeed } from '../../../functions/revocation-feed/open-feed.ts';
import { lazy } from '../../../functions/shared/lazy.ts';
import type { LogFields } from '../../../functions/shared/log.ts';
import type { AccessTokenState, Delegation, Grant } from '../../../functions/storage/grant.ts';
import { createUserstores } from '../../../functions/userstores/index.ts';
import { LEAST_PASSWORD_COST } from '../../support/login-fixture.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';

export const ISSUER = 'https://issuer.example.org/prod';
export const NOW_SECONDS = 1_800_000_000;
export const API_ID = 'abcdef1234';
export const STAGE = 'prod';

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: LogFields;
}

export const USERX: EndUser = {
  tenant: 'my_company',
  domain: 'EXTERNAL',
  username: 'userx',
  id: 'u-1',
  roles: ['customer'],
  claims: { givenname: 'Ursula', emailaddress: 'userx@example.org' },
};

/** An HTTP API that is told to want the simple form. */
export const SIMPLE_API_ID = 'simple9999';
/** What stands for the policy in an answer of the simple form. */
export const SIMPLE: APIGatewayAuthorizerResult = { principalId: '', policyDocument: { Version: '', Statement: [] } };

/** What the caller's answer is at API Gateway. */
export type Outcome =
  | { readonly status: 200; readonly result: APIGatewayAuthorizerResult; readonly context: Record<string, unknown> }
  | { readonly status: 403; readonly result: APIGatewayAuthorizerResult; readonly context: Record<string, unknown> }
  | { readonly status: 429; readonly context: Record<string, unknown> }
  | { readonly status: 401 | 500; readonly message: string };

export interface TokenOptions {
  readonly format?: 'opaque' | 'jwt';
  readonly clientId?: string;
  readonly tenant?: string;
  /** `null`: the application's own token. */
  readonly user?: EndUser | null;
  readonly scopes?: readonly string[];
  readonly seconds?: number;
  /** URIs of the APIs that it is for (RFC 8707). Default: none. */
  readonly resources?: readonly string[];
  /** Who acts for the user, and the grants that it hangs on (RFC 8693). Default: nobody. */
  readonly delegation?: Delegation;
}

/** Opens the world of the demo: `my_company`, its client `demo-app`, and the API `pizzashack`. */
export function openWorld(
  options: {
    readonly cacheSeconds?: number;
    readonly sendOutbound?: SendOutbound;
    readonly invokeFunction?: InvokeFunction;
    /** Default: one set for the whole process. */
    readonly signingKeys?: SigningKeysDocument;
  } = {},
) {
  const { cacheSeconds = 60, sendOutbound: given } = options;
  const invokeFunction = options.invokeFunction ?? (() => Promise.reject(new Error('This world has no functions.')));
  let nowMs = NOW_SECONDS * 1000;
  const clock = () => nowMs;
  const stores = openMemoryStores({ clock, ...(options.signingKeys !== undefined && { signingKeys: options.signingKeys }) });
  const lines: LogLine[] = [];
  const log = (level: string, event: string, fields: LogFields) => void lines.push({ level, event, fields });
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  stores.put('Tenants', { tenant: 'my_company', entry: 'role#customer', permissions: ['/permission/order'] });
  stores.put('Tenants', { tenant: 'my_company', entry: 'scope#order:write', permissions: ['/permission/order'] });
  stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', scopes: ['order:write'], owner: 'admin', name: 'Demo' });
  const pizzashack = {
    tenant: 'my_company',
    entry: 'api#pizzashack',
    apiId: API_ID,
    stage: STAGE,
    context: '/pizzashack/1.0.0',
    resources: [
      { path: '/menu', methods: ['GET'] },
      { path: '/order', methods: ['POST'], scopes: ['order:write'] },
      { path: '/order/{id}', methods: ['GET'], permissions: ['/permission/order'] },
      { path: '/health', methods: ['GET'], secure: false },
      { path: '/files/*', methods: ['GET'] },
    ],
  };
  stores.put('Tenants', pizzashack);
  const sendOutbound = given ?? createSendOutbound();
  const externalJwts = createExternalJwtVerifier({ sendOutbound, clock, log });
  const userstores = createUserstores({
    ...stores,
    sendOutbound,
    tenantSecretsPrefix: 'Gatehouse/tenants/',
    clock,
    log,
    failureQuantumMs: 0,
    passwordCost: LEAST_PASSWORD_COST,
  });
  const checkByFeed = lazy(async () => createCheckByFeed(stores, openFeed({ store: await stores.feed(), log, clock, monotonic: () => 0 })));
  const handler = createAuthorizer({
    ...stores,
    checkByFeed,
    userstores: async () => userstores,
    externalJwts: async () => externalJwts,
    invokeFunction,
    issuer: ISSUER,
    authorizerCacheSeconds: cacheSeconds,
    simpleResponseApis: new Set([SIMPLE_API_ID]),
    clock,
    log,
  });

  /** Writes a grant as the token Lambda does, and gives its access token. */
  async function issue(options: TokenOptions = {}): Promise<string> {
    const {
      format = 'opaque',
      clientId = 'demo-app',
      tenant = 'my_company',
      scopes = ['default'],
      seconds = 3600,
      resources,
      delegation,
    } = options;
    const user = options.user === null ? undefined : (options.user ?? USERX);
    const nowSeconds = Math.floor(nowMs / 1000);
    const id = newGrantId();
    const times = { issuedAtSeconds: nowSeconds, expiresAtSeconds: nowSeconds + seconds };
    const access = { scopes, ...(resources !== undefined && { resources }), ...times };
    const holder = {
      id,
      clientId,
      generation: 0,
      issuedAtSeconds: nowSeconds,
      ...(user !== undefined && { user }),
      ...(delegation !== undefined && { delegation }),
    };
    const token = format === 'opaque' ? newOpaqueAccessToken(id) : await signJwtToken(tenant, holder, access);
    const isFed = format === 'jwt' && (await stores.tenants.findTenant(tenant))?.jwtRevocation === 'feed';
    const grant: Grant = {
      ...holder,
      tenant,
      grantType: user === undefined ? 'client_credentials' : 'password',
      scopes,
      access: { ...access, digest: tokenDigest(token) },
      ...(isFed && { toldByFeed: isFed }),
    };
    await stores.grants.insertGrant(grant);
    return token;
  }

  async function signJwtToken(
    tenant: string,
    holder: Pick<Grant, 'id' | 'clientId' | 'user' | 'generation' | 'issuedAtSeconds'>,
    access: Omit<AccessTokenState, 'digest'>,
  ): Promise<string> {
    const signer = (await stores.signingKeys()).signer('access-token', 'RS256', access.issuedAtSeconds);
    const entry = await stores.tenants.findTenant(tenant);
    if (signer === undefined || entry === undefined) throw new Error('The world has no such tenant or key.');
    const fed = entry.jwtRevocation === 'feed' ? feedClaimOf(holder, signer.kid, await stores.signingKeys()) : undefined;
    return signAccessToken(signer, { issuer: ISSUER, tenant: entry, grant: holder, access, fed });
  }

  return {
    stores,
    handler,
    lines,
    pizzashack,
    issue,
    advance(seconds: number): void {
      nowMs += seconds * 1000;
    },
    nowSeconds: () => Math.floor(nowMs / 1000),
    call: (event: unknown) => outcomeOf(() => handler(event)),
  };
}

export type World = ReturnType<typeof openWorld>;

/** As API Gateway reads what the function answers (infra/emulator/README.md, "What a caller gets"). */
export async function outcomeOf(run: () => Promise<AuthorizerResponse>): Promise<Outcome> {
  try {
    const answer = await run();
    if ('isAuthorized' in answer) return { status: answer.isAuthorized ? 200 : 403, result: SIMPLE, context: { ...answer.context } };
    if (isNested(answer)) return { status: 429, context: { ...answer.context?.throttled } };
    const result = answer;
    const effect = result.policyDocument.Statement[0]?.Effect;
    return { status: effect === 'Allow' ? 200 : 403, result, context: { ...result.context } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Lambda logs it whole: a stack would be more than our own line.
    if (error instanceof Error && message === 'Unauthorized') assert.equal(error.stack, '');
    return { status: message === 'Unauthorized' ? 401 : 500, message };
  }
}

/** What a REST API takes for no answer; the construct makes it 429 where tiers are counted. */
function isNested(answer: AuthorizerResponse): answer is Extract<AuthorizerResponse, { context: { throttled: unknown } }> {
  return typeof answer.context?.throttled === 'object';
}

export interface CallOptions {
  readonly method?: string;
  readonly path?: string;
  readonly resource?: string;
  readonly authorization?: string | readonly string[] | null;
  readonly apiId?: string;
  readonly stage?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly sourceAddress?: string;
}

/** A REST `REQUEST` event with everything in it that API Gateway sends (AWS, apigateway-lambda-authorizer-input). */
export function restRequest(options: CallOptions = {}): APIGatewayRequestAuthorizerEvent {
  const { method = 'GET', path = '/pizzashack/1.0.0/menu', apiId = API_ID, stage = STAGE } = options;
  const resource = options.resource ?? path;
  const authorization = options.authorization ?? [];
  const multiValueHeaders: Record<string, string[]> = {
    Accept: ['application/json'],
    Host: [`${apiId}.execute-api.us-east-1.amazonaws.com`],
    'User-Agent': ['curl/8.5.0'],
    'X-Forwarded-For': ['198.51.100.7'],
    'X-Forwarded-Proto': ['https'],
    ...Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, values]) => [name, [...values]])),
    ...(authorization.length > 0 && { Authorization: typeof authorization === 'string' ? [authorization] : [...authorization] }),
  };
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:us-east-1:123456789012:${apiId}/${stage}/${method}${path}`,
    resource,
    path,
    httpMethod: method,
    headers: Object.fromEntries(Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders,
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      resourceId: 'q1w2e3',
      resourcePath: resource,
      httpMethod: method,
      extendedRequestId: 'AbCdEfGhIjKlMnOp=',
      requestTime: '15/Jan/2027:08:00:00 +0000',
      path: `/${stage}${path}`,
      accountId: '123456789012',
      protocol: 'HTTP/1.1',
      stage,
      domainPrefix: apiId,
      requestTimeEpoch: NOW_SECONDS * 1000,
      requestId: randomUUID(),
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: options.sourceAddress ?? '192.0.2.7',
        user: null,
        userAgent: 'curl/8.5.0',
        userArn: null,
      },
      domainName: `${apiId}.execute-api.us-east-1.amazonaws.com`,
      apiId,
      authorizer: undefined,
    },
  };
}

export const bearer = (token: string): string => `Bearer ${token}`;
