// A token endpoint made of oidc-provider, behind serverless-http. Its lifetimes and keys are set, as its page wants of production.

import Provider from 'oidc-provider';
import serverless from 'serverless-http';
import { ACCESS_TOKEN_SECONDS, CLIENT_SECRET, CLIENTS, REFRESH_TOKEN_SECONDS, SCOPE } from './clients.mjs';
import { DynamoDbAdapter } from './oidc-provider-adapter.mjs';
import { findUser } from './users.mjs';

const { ISSUER, PRIVATE_JWKS, LOGIN_GRANT } = process.env;
const RESOURCE = 'https://api.example/orders';

const provider = new Provider(ISSUER, {
  adapter: DynamoDbAdapter,
  jwks: JSON.parse(PRIVATE_JWKS),
  clients: CLIENTS.map((client_id) => ({
    ...{ client_id, client_secret: CLIENT_SECRET, redirect_uris: [], response_types: [], scope: `${SCOPE} offline_access` },
    grant_types: ['client_credentials', 'refresh_token', LOGIN_GRANT],
  })),
  scopes: [SCOPE, 'offline_access'],
  ttl: {
    AccessToken: ACCESS_TOKEN_SECONDS,
    ClientCredentials: ACCESS_TOKEN_SECONDS,
    RefreshToken: REFRESH_TOKEN_SECONDS,
    Grant: REFRESH_TOKEN_SECONDS,
  },
  rotateRefreshToken: true,
  async findAccount(_, username) {
    return (await findUser(username)) && { accountId: username, claims: () => ({ sub: username }) };
  },
  routes: { token: '/oauth2/token', introspection: '/oauth2/introspect' },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, audience, { clientId }) => ({
        ...{ audience, scope: SCOPE, accessTokenFormat: clientId, jwt: { sign: { alg: 'ES256' } } },
      }),
    },
  },
});
provider.proxy = true;

/** Stands in for the sign-in page, which takes a browser: a refresh token for a user. The bench does not measure it. */
async function logIn(ctx) {
  const { client, params } = ctx.oidc;
  const owner = { accountId: params.username, clientId: client.clientId };
  const grant = new provider.Grant(owner);
  grant.addResourceScope(RESOURCE, SCOPE);
  const grantId = await grant.save();
  const token = { ...owner, client, grantId, gty: LOGIN_GRANT, scope: SCOPE, resource: RESOURCE };
  const refresh_token = await new provider.RefreshToken(token).save();
  const { ResourceServer, AccessToken } = provider;
  const info = { audience: RESOURCE, scope: SCOPE, accessTokenFormat: client.clientId, jwt: { sign: { alg: 'ES256' } } };
  const access_token = await new AccessToken({ ...token, resourceServer: new ResourceServer(RESOURCE, info) }).save();
  ctx.body = { access_token, refresh_token };
}
provider.registerGrantType(LOGIN_GRANT, logIn, ['username']);

export const handler = serverless(provider);
