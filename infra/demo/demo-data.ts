// The demo: who is in it, and the entries that make it work. Tests and the README rely on the names and passwords.

import { createHash } from 'node:crypto';

export const DEMO = {
  tenant: 'my_company',
  primaryUser: { username: 'publisher', password: 'publisher-pass' },
  externalUser: { username: 'userx', password: 'mypass' },
  opaqueClient: { id: 'demo-app', secret: 'demo-app-secret' },
  jwtClient: { id: 'demo-jwt-app', secret: 'demo-jwt-app-secret' },
  /** Public: an application in a browser or on a desk. */
  webClient: { id: 'demo-web-app' },
  redirectUri: 'http://127.0.0.1/callback',
  postLogoutRedirectUri: 'http://127.0.0.1/bye',
  scope: 'order:write',
  api: 'pizzashack',
  context: '/pizzashack/1.0.0',
} as const;

/** What the demo web service asks of those who call it: the same on both sides, and nothing but a demo. */
export const USER_SERVICE_CREDENTIALS = { username: 'gatehouse', password: 'user-service-pass' } as const;

const EXTERNAL_SECRET = 'external-userstore';

/** Where the demo runs. */
export interface DemoEntriesTarget {
  readonly stackName: string;
  /** Of the PizzaShack API. */
  readonly apiId: string;
  readonly stage: string;
  readonly userServiceUrl: string;
  /** The web service has a loopback address and no TLS. */
  readonly isLocal: boolean;
}

/** JSON, as an entry is written; a member that is undefined is left out. */
type EntryValue = string | number | boolean | readonly EntryValue[] | EntryValues;
export interface EntryValues {
  readonly [name: string]: EntryValue | undefined;
}

export interface DemoItem {
  /** What follows `<stack>-` in the table's name. */
  readonly table: 'Tenants' | 'Clients' | 'Users';
  readonly item: EntryValues;
}

/** Id (a UUID) and password hash (a PHC string) of a user. */
export interface StoredUser {
  readonly id: string;
  readonly passwordHash: string;
}

const ORDER_PERMISSION = '/permission/pizzashack/order';

export const externalSecretName = ({ stackName }: DemoEntriesTarget): string => `${stackName}/tenants/${DEMO.tenant}/${EXTERNAL_SECRET}`;

function userstore(target: DemoEntriesTarget) {
  return {
    type: 'rest',
    priority: 10,
    // Every failed login takes as long as the stores may: the demo's answers at once.
    timeoutMs: 2000,
    url: target.userServiceUrl,
    secretId: externalSecretName(target),
    ...(target.isLocal && { allowPlaintext: true, allowPrivateAddress: true }),
    request: { credentials: { username: '{username}', password: '{password}' } },
    success: { path: 'response.status', equals: 'true' },
    roles: 'response.roles',
    claims: {
      givenname: 'response.claims.givenname',
      lastname: 'response.claims.lastname',
      emailaddress: 'response.claims.emailaddress',
    },
  };
}

function api(target: DemoEntriesTarget) {
  return {
    apiId: target.apiId,
    stage: target.stage,
    context: DEMO.context,
    version: '1.0.0',
    resources: [
      { path: '/menu', methods: ['GET'], handlers: ['oauth2'] },
      { path: '/order', methods: ['POST'], handlers: ['oauth2'], scopes: [DEMO.scope] },
      { path: '/whoami', methods: ['GET'], handlers: ['oauth2'] },
      { path: '/health', methods: ['GET'], secure: false },
    ],
  };
}

const SIGN_IN = { firstParty: true, redirectUris: [DEMO.redirectUri], postLogoutRedirectUris: [DEMO.postLogoutRedirectUri] } as const;

function client({ id, secret }: { readonly id: string; readonly secret: string }, tokenFormat: 'opaque' | 'jwt') {
  return {
    clientId: id,
    tenant: DEMO.tenant,
    name: id,
    owner: 'admin',
    ...SIGN_IN,
    secrets: [{ sha256: createHash('sha256').update(secret).digest('hex') }],
    authMethods: ['client_secret_basic', 'client_secret_post'],
    grantTypes: ['password', 'refresh_token', 'client_credentials', 'authorization_code'],
    scopes: [DEMO.scope],
    tokenFormat,
  };
}

function webClient() {
  return {
    clientId: DEMO.webClient.id,
    tenant: DEMO.tenant,
    name: 'Demo web app',
    owner: 'admin',
    ...SIGN_IN,
    authMethods: ['none'],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: [DEMO.scope],
  };
}

/** All entries of the first tenant. @param user the primary user */
export function demoItems(target: DemoEntriesTarget, user: StoredUser): readonly DemoItem[] {
  const { tenant } = DEMO;
  const tenants: readonly EntryValues[] = [
    { tenant, entry: 'tenant', displayName: 'My Company', signIn: {} },
    { tenant, entry: 'userstore#EXTERNAL', ...userstore(target) },
    { tenant, entry: 'role#customer', permissions: [ORDER_PERMISSION] },
    { tenant, entry: 'role#publisher', permissions: ['/permission/pizzashack/publish'] },
    { tenant, entry: `scope#${DEMO.scope}`, permissions: [ORDER_PERMISSION], description: 'Order a pizza' },
    { tenant, entry: `api#${DEMO.api}`, ...api(target) },
  ];
  return [
    ...tenants.map((item) => ({ table: 'Tenants', item }) as const),
    { table: 'Clients', item: client(DEMO.opaqueClient, 'opaque') },
    { table: 'Clients', item: client(DEMO.jwtClient, 'jwt') },
    { table: 'Clients', item: webClient() },
    { table: 'Users', item: { tenant, username: DEMO.primaryUser.username, ...user, status: 'active', roles: ['publisher'], claims: {} } },
  ];
}
