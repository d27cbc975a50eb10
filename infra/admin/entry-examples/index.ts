// Full examples of every kind of entry, as operators write them. The reference page shows them, and a test holds each to
// the parser and all of them together to the schemas: no attribute is without an example.

import type { EntryKind } from '../../../functions/configuration/entries/index.ts';
import { CLIENT_EXAMPLES } from './clients.ts';
import { type EntryExample, TENANT } from './entry-example.ts';
import { ISSUER_EXAMPLES } from './issuers.ts';
import { USERSTORE_EXAMPLES } from './userstores.ts';

const tenant: EntryExample = {
  item: {
    tenant: TENANT,
    entry: 'tenant',
    status: 'active',
    displayName: 'My Company',
    accessTokenSeconds: 3600,
    refreshTokenSeconds: 86_400,
    refreshGraceSeconds: 30,
    tokenFormat: 'opaque',
    accessTokenAlgorithm: 'RS256',
    jwtRevocation: 'check',
    legacyScopes: ['PRODUCTION', 'device_*'],
    tokensNotBefore: 0,
    endOnPasswordChange: true,
    lockout: { maxAttempts: 5, lockSeconds: 300, maxAttemptsPerAddress: 100, failureMs: 2500 },
    endUserJwt: {
      algorithm: 'RS256',
      encoding: 'base64url',
      dialect: 'http://wso2.org/claims/',
      userClaims: true,
      excludedClaims: ['http://wso2.org/claims/mobile'],
      audience: 'https://backend.example.org',
    },
    signIn: {
      sessionIdleSeconds: 28_800,
      sessionSeconds: 604_800,
      colour: '#1f5fbf',
      logo: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
      helpText: 'Ask the service desk, extension 4711.',
      passwordHelpUrl: 'https://help.example.org/password',
    },
    migrateUsers: false,
  },
};

const agents: EntryExample = {
  title: 'with an issuer of its own, at which clients may come that nobody has registered',
  item: {
    tenant: 'agents',
    entry: 'tenant',
    issuer: 'own',
    signIn: {},
    clientDocuments: { trustedHosts: ['agents.example.com', 'tools.example.com:8443'], scopes: ['order:write'], allowLoopback: false },
    clientTokensNotBefore: { 'https://agents.example.com/client.json': 1_790_000_000 },
  },
};

const api: EntryExample = {
  item: {
    tenant: TENANT,
    entry: 'api#pizzashack',
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    context: '/pizzashack/1.0.0',
    version: '1.0.0',
    caseSensitivePaths: false,
    tenants: [TENANT, 'partner'],
    requireSubscription: false,
    countTiers: false,
    resources: [
      { path: '/menu', methods: ['GET'], handlers: ['oauth2'] },
      { path: '/order', methods: ['POST'], handlers: ['oauth2'], scopes: ['order:write'] },
      { path: '/order/{id}', methods: ['GET', 'DELETE'], scopes: ['order:write'] },
      { path: '/admin/*', methods: 'all', handlers: ['basic', 'certificate'], permissions: ['/permission/pizzashack/manage'] },
      { path: '/health', methods: ['GET'], secure: false },
    ],
    certificates: { validateIssuer: true, issuerCns: ['Example Client CA'], exemptPaths: ['/menu'] },
  },
};

const rootApi: EntryExample = {
  title: 'an API whose paths have nothing in common, at its root',
  item: {
    tenant: TENANT,
    entry: 'api#orders',
    apiId: 'f6g7h8i9j0',
    stage: '$default',
    resources: [
      { path: '/', methods: ['GET'], secure: false },
      { path: '/order', methods: ['POST'], scopes: ['order:write'] },
      { path: '/{customer}/orders', methods: ['GET'] },
    ],
  },
};

const toolsApi: EntryExample = {
  title: 'an API that clients find by its URL alone',
  item: {
    tenant: TENANT,
    entry: 'api#tools',
    apiId: 'k1l2m3n4o5',
    stage: 'prod',
    resource: 'https://tools.example.org/mcp',
    audience: 'any',
    discovery: {
      metadataUrl: 'https://tools.example.org/.well-known/oauth-protected-resource/mcp',
      authorizationServer: 'https://login.example.org',
      scopes: ['order:write'],
      name: 'Tools of My Company',
      documentation: 'https://help.example.org/tools',
    },
    resources: [{ path: '/mcp', methods: ['GET', 'POST', 'DELETE'], handlers: ['oauth2'], scopes: ['order:write'] }],
  },
};

const user: EntryExample = {
  item: {
    tenant: TENANT,
    username: 'publisher',
    id: '5f0c0f3a-8a3e-4b5e-9c1d-2f6f8e3f4a10',
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$mXn2Qp0nQmF0bFh2bU5uT3JkVGVzdEhhc2gwMDAwMDA',
    status: 'active',
    roles: ['publisher'],
    claims: { emailaddress: 'publisher@example.org', groups: ['a', 'b'] },
    rehashed: { from: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU', to: 'ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs' },
    origin: { domain: 'EXTERNAL', username: 'Publisher', id: '4711' },
  },
};

/** At least one of each kind. */
export const ENTRY_EXAMPLES: { readonly [K in EntryKind]: readonly EntryExample[] } = {
  tenant: [tenant, agents],
  userstore: USERSTORE_EXAMPLES,
  issuer: ISSUER_EXAMPLES,
  role: [{ item: { tenant: TENANT, entry: 'role#customer', permissions: ['/permission/pizzashack/order'] } }],
  scope: [
    { item: { tenant: TENANT, entry: 'scope#order:write', permissions: ['/permission/pizzashack/order'], description: 'Order a pizza' } },
  ],
  api: [api, rootApi, toolsApi],
  'api-owner': [{ item: { tenant: '#apis', entry: 'a1b2c3d4e5/prod', owner: TENANT, apiId: 'a1b2c3d4e5' } }],
  tier: [{ item: { tenant: TENANT, entry: 'tier#10PerMin', requests: 10, seconds: 60 } }],
  handler: [
    {
      item: {
        tenant: TENANT,
        entry: 'handler#session',
        functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:session-handler',
        timeoutMs: 2000,
      },
    },
  ],
  client: CLIENT_EXAMPLES,
  user: [user],
};
