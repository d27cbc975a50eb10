// The token API with clients that hold keys, and with an issuer of type jwt.

import { type ForeignSigner, signForeignJwt } from './external-issuer-tokens.ts';
import { ISSUER, START_SECONDS, type TokenApi } from './token-api.ts';

export const TOKEN_ENDPOINT = 'https://issuer.example/v1/oauth2/token';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const JWT_ISSUER = 'https://idp.example/realms/x';

export function putKeyClient(api: TokenApi, clientId: string, changes: Readonly<Record<string, unknown>>): void {
  api.stores.put('Clients', {
    clientId,
    tenant: 'my_company',
    authMethods: ['private_key_jwt'],
    grantTypes: ['client_credentials'],
    scopes: ['menu:read'],
    ...changes,
  });
}

let nextId = 0;

/** What an honest client says of itself; a member that is undefined is left out. */
export function clientAssertion(
  signer: ForeignSigner,
  clientId: string,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const times = { iat: START_SECONDS, exp: START_SECONDS + 60 };
  return sign(signer, { iss: clientId, sub: clientId, aud: ISSUER, jti: `c${++nextId}`, ...times, ...claims }, header);
}

/** What an honest issuer says of alice. */
export function userAssertion(
  signer: ForeignSigner,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const times = { iat: START_SECONDS, exp: START_SECONDS + 300 };
  return sign(signer, { iss: JWT_ISSUER, sub: 'u-1', aud: TOKEN_ENDPOINT, jti: `u${++nextId}`, ...times, ...claims }, header);
}

function sign(
  signer: ForeignSigner,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
): Promise<string> {
  return signForeignJwt(signer, Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)), header);
}

export function assertionForm(assertion: string, changes: Readonly<Record<string, string>> = {}) {
  return { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion: assertion, ...changes };
}

export function putJwtIssuer(api: TokenApi, tenant: string, changes: Readonly<Record<string, unknown>>): void {
  api.stores.put('Tenants', {
    tenant,
    entry: `issuer#${JWT_ISSUER}`,
    type: 'jwt',
    use: ['jwt-bearer'],
    audiences: [TOKEN_ENDPOINT],
    usernameClaim: 'preferred_username',
    claims: [
      { remote: 'email', local: 'emailaddress' },
      { remote: 'groups', local: 'role' },
    ],
    ...changes,
  });
}
