// Two tenants that have everything alike, each its own: users, clients of every kind, identity providers, an API. And all
// that one of them gives out, to be tried at the other.

import assert from 'node:assert/strict';
import { createAuthorizer } from '../../functions/authorizer/authorize.ts';
import { createExternalJwtVerifier } from '../../functions/external-issuers/index.ts';
import type { OutboundRequest } from '../../functions/outbound/outbound.ts';
import { newForeignSigner, signForeignJwt } from './external-issuer-tokens.ts';
import { authorizationQuery, type Browser, newPkce, openBrowser, type Shown } from './sign-in-browser.ts';
import { demoClient, ISSUER, openTokenApi, type TokenAnswer, type TokenApi } from './token-api.ts';
import { basic, type TokenCall } from './token-events.ts';
import { issuerEntryOf, PLATFORMS, type Platform, workloadClient, workloadForm, workloadToken } from './workloads.ts';

export const TENANTS = ['my_company', 'rival'] as const;
export type TenantName = (typeof TENANTS)[number];
export const REDIRECT_URI = 'https://app.example/callback';
/** A client that nobody has registered, and that both tenants trust. */
export const DOCUMENT_CLIENT = 'https://agent.example/client';
const DOCUMENT = { client_id: DOCUMENT_CLIENT, redirect_uris: [REDIRECT_URI], grant_types: ['authorization_code', 'refresh_token'] };

/** The endpoints below an issuer: the shared one, or the tenant's own. */
export const below = (issuer: 'shared' | TenantName): string => (issuer === 'shared' ? '' : `/t/${issuer}`);
export const issuerUrl = (issuer: 'shared' | TenantName): string => `${ISSUER}${below(issuer)}`;
/** API Gateway's id of the tenant's API. */
export const apiIdOf = (tenant: TenantName): string => `api${tenant.replace('_', '')}`.slice(0, 10).padEnd(10, '0');
export const as = (client: string) => basic(client, 'secret');

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const key = newForeignSigner('ES256', 'key-of-client');
const idp = newForeignSigner('RS256', 'key-of-idp');
const [PLATFORM] = PLATFORMS as [Platform];
export const idpOf = (tenant: TenantName): string => `https://idp.${tenant.replace('_', '-')}.example`;
const resourceOf = (tenant: TenantName): string => `https://api.${tenant.replace('_', '-')}.example/orders`;

export interface Tenants extends TokenApi {
  /** The authorizer over the same tables. */
  readonly authorize: ReturnType<typeof createAuthorizer>;
}

export function openTenants(): Tenants {
  const sendOutbound = async (_dependency: string, { url }: OutboundRequest) => ({
    ...{ status: 200, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(url === DOCUMENT_CLIENT ? DOCUMENT : { keys: [PLATFORM.jwk, idp.jwk] }),
  });
  const api = openTokenApi({ sendOutbound });
  for (const tenant of TENANTS) putTenant(api, tenant);
  // One workload has one client.
  api.stores.put('Clients', workloadClient(PLATFORM, 'my_company-job', 'my_company', { scopes: ['my_company:read'] }));
  const clock = () => api.nowSeconds() * 1000;
  const log = () => {};
  const externalJwts = createExternalJwtVerifier({ sendOutbound, clock, log });
  const authorize = createAuthorizer({
    ...{ ...api.stores, issuer: ISSUER, authorizerCacheSeconds: 60, simpleResponseApis: new Set<string>(), clock, log },
    ...{ userstores: () => Promise.reject(new Error('Nobody logs in at an API.')), externalJwts: async () => externalJwts },
    invokeFunction: () => Promise.reject(new Error('There are no functions.')),
  });
  return { ...api, authorize };
}

function putTenant(api: TokenApi, tenant: TenantName): void {
  const { stores, users } = api;
  const signIn = { signIn: {}, clientDocuments: { trustedHosts: ['agent.example'] } };
  stores.put('Tenants', { tenant, entry: 'tenant', issuer: 'own', ...signIn });
  stores.put('Tenants', { tenant, entry: `scope#${tenant}:read` });
  const api1 = { apiId: apiIdOf(tenant), stage: 'prod', context: '/pizzashack/1.0.0', resources: [{ path: '/*' }] };
  stores.put('Tenants', { tenant, entry: 'api#orders', ...api1, resource: resourceOf(tenant), audience: 'any' });
  stores.put('Tenants', issuerEntryOf(PLATFORM, tenant));
  stores.put('Tenants', {
    ...{ tenant, entry: `issuer#${idpOf(tenant)}`, type: 'jwt', jwksUri: `${idpOf(tenant)}/keys`, algorithms: ['RS256'] },
    ...{ use: ['jwt-bearer'], audiences: [ISSUER, issuerUrl(tenant)] },
  });
  const user = { tenant, domain: 'EXTERNAL', username: 'ada', id: `id-${tenant}`, roles: [], claims: {} };
  users.users.set(`ada@${tenant}`, { password: 'ada-pass', user });
  const grantTypes = ['password', 'refresh_token', 'client_credentials', 'authorization_code', JWT_BEARER, EXCHANGE];
  const both = { tenant, grantTypes, scopes: [`${tenant}:read`], redirectUris: [REDIRECT_URI], exchange: TENANTS.map(resourceOf) };
  stores.put('Clients', demoClient(`${tenant}-app`, 'secret', both));
  stores.put('Clients', demoClient(`${tenant}-jwt-app`, 'secret', { ...both, tokenFormat: 'jwt' }));
  const jwks = { keys: [key.jwk] };
  stores.put('Clients', {
    clientId: `${tenant}-key-app`,
    tenant,
    authMethods: ['private_key_jwt'],
    jwks,
    grantTypes: ['client_credentials'],
  });
}

export function askForToken(
  api: TokenApi,
  prefix: string,
  form: Readonly<Record<string, string>>,
  headers: TokenCall['headers'] = {},
): Promise<TokenAnswer> {
  return api.call({ path: `${prefix}/oauth2/token`, form, headers });
}

/** What a client says of itself to an issuer (RFC 7523). */
export function clientAssertion(clientId: string, audience: string, api: TokenApi): Promise<string> {
  const times = { iat: api.nowSeconds(), exp: api.nowSeconds() + 60 };
  return signForeignJwt(key, { iss: clientId, sub: clientId, aud: audience, jti: crypto.randomUUID(), ...times });
}

/** What a tenant's identity provider says of ada. */
export function userAssertion(tenant: TenantName, audience: string, api: TokenApi): Promise<string> {
  const times = { iat: api.nowSeconds(), exp: api.nowSeconds() + 60 };
  return signForeignJwt(idp, { iss: idpOf(tenant), sub: 'ada', aud: audience, jti: crypto.randomUUID(), ...times });
}

export const workloadAssertion = (audience: string, api: TokenApi, more: Readonly<Record<string, string>> = {}) =>
  workloadToken(PLATFORM, { audience, nowSeconds: api.nowSeconds() }).then((token) => workloadForm(PLATFORM, token, more));

/** What a client asks for at the page of an issuer. */
export const pageQuery = (clientId: string, changes: Readonly<Record<string, string>> = {}) =>
  authorizationQuery(newPkce().challenge, { client_id: clientId, redirect_uri: REDIRECT_URI, scope: 'openid', ...changes });

/** Signs ada in, and allows the client what it asks for. */
export async function signInAt(browser: Browser, prefix: string, query: Readonly<Record<string, string>>): Promise<Shown> {
  const path = `${prefix}/oauth2/authorize`;
  const page = await browser.get(path, query);
  const answer = await browser.post(path, { ...page.hidden, username: 'ada', password: 'ada-pass' });
  return answer.status === 200 ? browser.post(path, { ...answer.hidden, decision: 'allow' }) : answer;
}

/** Everything that the first tenant gives out, at one issuer. */
export interface Belongings {
  readonly api: Tenants;
  /** By kind. */
  readonly accessTokens: Readonly<Record<(typeof TOKEN_KINDS)[number], string>>;
  /** With the client that each was given to. */
  readonly refreshTokens: Readonly<Record<'application' | 'document', string>>;
  readonly idToken: string;
  readonly session: ReadonlyMap<string, string>;
  /** A fresh one at each call: it is good once. */
  readonly newCode: (clientId: string) => Promise<{ readonly code: string; readonly verifier: string }>;
}

export const TOKEN_KINDS = [
  ...['opaque, of a user', 'JWT, of a user', 'opaque, of an application', 'JWT, exchanged', 'opaque, exchanged'],
  ...['of a workload', 'of an asserted user', 'of a client with a key', 'of a client by document'],
] as const;

export async function belongingsOf(issuer: 'shared' | 'my_company'): Promise<Belongings> {
  const api = openTenants();
  const prefix = below(issuer);
  const ask = async (form: Readonly<Record<string, string>>, headers?: TokenCall['headers'], at = prefix) => {
    const { status, json, text, line } = await askForToken(api, at, form, headers);
    assert.equal(status, 200, `${text} ${line.reason}`);
    return { access: String(json.access_token), refresh: String(json.refresh_token), id: String(json.id_token) };
  };
  const login = { grant_type: 'password', username: 'ada@my_company', password: 'ada-pass', scope: 'openid my_company:read' };
  const [opaque, jwt] = [await ask(login, as('my_company-app')), await ask(login, as('my_company-jwt-app'))];
  const exchanged = (client: string) =>
    ask(
      { grant_type: EXCHANGE, subject_token: opaque.access, subject_token_type: ACCESS_TOKEN, resource: resourceOf('my_company') },
      as(client),
    );
  const aud = issuerUrl(issuer);
  const assertion = { client_assertion_type: ASSERTION_TYPE, client_assertion: await clientAssertion('my_company-key-app', aud, api) };
  const browser = openBrowser(api);
  const newCode = async (clientId: string) => {
    const { verifier, challenge } = newPkce();
    // A document's client has its tenant from the issuer: the shared one says none.
    const path = `${clientId === DOCUMENT_CLIENT ? below('my_company') : prefix}/oauth2/authorize`;
    const { sentBack } = await browser.get(path, pageQuery(clientId, { code_challenge: challenge, prompt: 'none' }));
    assert.ok(sentBack.code !== undefined, JSON.stringify(sentBack));
    return { code: sentBack.code, verifier };
  };
  const redeem = async (clientId: string, headers?: TokenCall['headers']) => {
    const { code, verifier } = await newCode(clientId);
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
    return headers === undefined ? ask({ ...form, client_id: clientId }, {}, below('my_company')) : ask(form, headers);
  };
  await signInAt(browser, prefix, pageQuery('my_company-app'));
  await signInAt(browser, below('my_company'), pageQuery(DOCUMENT_CLIENT, { prompt: 'consent' }));
  const signedIn = await redeem('my_company-app', as('my_company-app'));
  const byDocument = await redeem(DOCUMENT_CLIENT);
  return {
    api,
    accessTokens: {
      'opaque, of a user': opaque.access,
      'JWT, of a user': jwt.access,
      'opaque, of an application': (await ask({ grant_type: 'client_credentials' }, as('my_company-app'))).access,
      'JWT, exchanged': (await exchanged('my_company-jwt-app')).access,
      'opaque, exchanged': (await exchanged('my_company-app')).access,
      'of a workload': (await ask(await workloadAssertion(aud, api))).access,
      'of an asserted user': (
        await ask({ grant_type: JWT_BEARER, assertion: await userAssertion('my_company', aud, api) }, as('my_company-app'))
      ).access,
      'of a client with a key': (await ask({ grant_type: 'client_credentials', ...assertion })).access,
      'of a client by document': byDocument.access,
    },
    refreshTokens: { application: opaque.refresh, document: byDocument.refresh },
    idToken: signedIn.id,
    session: new Map(browser.jar),
    newCode,
  };
}
