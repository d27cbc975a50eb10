// Examples of issuers: of JWTs by key set and by certificate, of SAML assertions.

import { EC_CERTIFICATE, RSA_CERTIFICATE } from './certificates.ts';
import { type EntryExample, TENANT } from './entry-example.ts';

const jwtByKeySet: EntryExample = {
  title: 'JWTs of an issuer that publishes its keys',
  item: {
    tenant: TENANT,
    entry: 'issuer#https://id.example.org',
    type: 'jwt',
    enabled: true,
    jwksUri: 'https://id.example.org/jwks',
    audiences: ['pizzashack', 'https://gatehouse.example.org/oauth2/token'],
    algorithms: ['RS256', 'ES256'],
    revokedKids: ['2024-leaked'],
    claims: [
      { remote: 'email', local: 'emailaddress' },
      { remote: ['realm_access', 'roles'], local: 'role' },
      { remote: 'departments', local: 'organization', separator: ',' },
    ],
    scopeClaim: 'scope',
    clientIdClaim: 'azp',
    usernameClaim: 'sub',
    use: ['gateway', 'jwt-bearer'],
    allowPlaintext: false,
    allowPrivateAddress: false,
  },
};

const jwtByCertificate: EntryExample = {
  title: 'JWTs of an issuer whose certificates you have',
  item: {
    tenant: TENANT,
    entry: 'issuer#partner',
    type: 'jwt',
    certificates: { default: EC_CERTIFICATE },
    audiences: ['pizzashack'],
    algorithms: ['ES256'],
  },
};

const jwtByClient: EntryExample = {
  title: 'Access tokens that name a client and no audience, as those of Amazon Cognito',
  item: {
    tenant: TENANT,
    entry: 'issuer#https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_EXAMPLE',
    type: 'jwt',
    jwksUri: 'https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_EXAMPLE/.well-known/jwks.json',
    clientIds: ['1example23456789'],
    clientIdClaim: 'client_id',
    usernameClaim: 'username',
    claims: [{ remote: 'cognito:groups', local: 'role' }],
  },
};

const jwtOfWorkloads: EntryExample = {
  title: 'A platform whose tokens authenticate clients that are its workloads, and nothing else',
  item: {
    tenant: TENANT,
    entry: 'issuer#https://oidc.eks.eu-west-3.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E',
    type: 'jwt',
    jwksUri: 'https://oidc.eks.eu-west-3.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E/keys',
    use: [],
  },
};

const saml: EntryExample = {
  title: 'SAML assertions of an identity provider',
  item: {
    tenant: TENANT,
    entry: 'issuer#https://idp.example.org/metadata',
    type: 'saml',
    enabled: true,
    certificates: [RSA_CERTIFICATE],
    audience: 'https://gatehouse.example.org',
    recipient: 'https://gatehouse.example.org/oauth2/token',
    claims: { emailaddress: 'urn:oid:0.9.2342.19200300.100.1.3' },
    rolesAttribute: 'groups',
  },
};

export const ISSUER_EXAMPLES: readonly EntryExample[] = [jwtByKeySet, jwtByClient, jwtByCertificate, jwtOfWorkloads, saml];
