// Examples of clients: with a secret, with keys, with a key set.

import { type EntryExample, TENANT } from './entry-example.ts';

const clientWithSecret: EntryExample = {
  title: 'an application with a secret',
  item: {
    clientId: 'shop-frontend',
    tenant: TENANT,
    name: 'Shop',
    owner: 'admin',
    status: 'active',
    secrets: [{ sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b', expiresAt: 1_893_456_000 }],
    authMethods: ['client_secret_basic', 'client_secret_post'],
    grantTypes: ['password', 'refresh_token', 'client_credentials', 'authorization_code'],
    scopes: ['order:write'],
    tokenFormat: 'opaque',
    accessTokenSeconds: 3600,
    refreshGraceSeconds: 30,
    keyType: 'PRODUCTION',
    applicationTier: '10PerMin',
    subscriptions: { pizzashack: '10PerMin' },
    usageKey: 'k7Qv2mXw9Lr4Tz8Nc5Bd1Hf6',
    attributes: { department: 'sales' },
    introspection: true,
    sendsEndUserAddress: false,
    tokensNotBefore: 0,
    allowedOrigins: ['https://shop.example.org'],
    redirectUris: ['https://shop.example.org/callback', 'http://127.0.0.1/callback'],
    postLogoutRedirectUris: ['https://shop.example.org/'],
    backchannelLogoutUri: 'https://shop.example.org/signed-out',
    firstParty: true,
    idTokenAlgorithm: 'RS256',
  },
};

const clientWithKeys: EntryExample = {
  title: 'an application that signs with a key of its own, or shows a certificate',
  item: {
    clientId: 'warehouse',
    tenant: TENANT,
    authMethods: ['private_key_jwt', 'tls_client_auth'],
    grantTypes: ['client_credentials'],
    jwks: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
          y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
          kid: '1',
        },
      ],
    },
    tlsSubjectDn: 'CN=warehouse,O=Example,C=US',
  },
};

const clientWithKeySet: EntryExample = {
  title: 'the same, where it publishes its keys',
  item: {
    clientId: 'warehouse-2',
    tenant: TENANT,
    authMethods: ['private_key_jwt'],
    grantTypes: ['client_credentials'],
    jwksUri: 'https://warehouse.example.org/jwks',
    legacyAssertionAudience: true,
  },
};

const clientThatExchanges: EntryExample = {
  title: 'a service that calls the next API with the rights of its caller',
  item: {
    clientId: 'order-service',
    tenant: TENANT,
    authMethods: ['private_key_jwt'],
    grantTypes: ['urn:ietf:params:oauth:grant-type:token-exchange'],
    jwksUri: 'https://orders.example.org/jwks',
    scopes: ['order:write'],
    exchange: ['https://api.example.com/warehouse'],
  },
};

const clientThatIsWorkload: EntryExample = {
  title: 'a workload, which its platform vouches for: no secret anywhere',
  item: {
    clientId: 'invoices',
    tenant: TENANT,
    authMethods: ['private_key_jwt'],
    grantTypes: ['client_credentials'],
    scopes: ['order:write'],
    workload: {
      issuer: 'https://oidc.eks.eu-west-3.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E',
      subject: 'system:serviceaccount:payments:invoices',
    },
  },
};

export const CLIENT_EXAMPLES: readonly EntryExample[] = [
  clientWithSecret,
  clientWithKeys,
  clientWithKeySet,
  clientThatExchanges,
  clientThatIsWorkload,
];
