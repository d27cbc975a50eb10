// The paths of the token API: what the function answers at, and what the stack gives it.

/** The paths of each endpoint, the one that the metadata names first, then aliases that clients of WSO2 and OIDC expect. */
export const TOKEN_PATHS = {
  token: ['/oauth2/token', '/token'],
  authorize: ['/oauth2/authorize', '/authorize'],
  logout: ['/oauth2/logout'],
  revoke: ['/oauth2/revoke', '/revoke'],
  introspect: ['/oauth2/introspect'],
  userinfo: ['/oauth2/userinfo'],
  jwks: ['/oauth2/jwks', '/.well-known/jwks.json'],
  metadata: ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

/** Where people's browsers come to, of the deployment's issuer. */
export const BROWSER_PATHS: readonly string[] = [...TOKEN_PATHS.authorize, ...TOKEN_PATHS.logout];

/** Whether a person's browser comes to this path, also at a tenant's own issuer, and not an application. */
export const isBrowserPath = (path: string): boolean =>
  BROWSER_PATHS.some((known) => path === known || (path.startsWith('/t/') && path.endsWith(known)));

/** Audiences that an assertion for us may name besides the issuer itself: the token endpoint, by either path. */
export const tokenUrlsOf = (issuer: string): readonly string[] => TOKEN_PATHS.token.map((path) => `${issuer}${path}`);

/** The issuer of a tenant that has one of its own (`issuer: "own"`). @param issuer the deployment's */
export const ownIssuerOf = (issuer: string, tenant: string): string => `${issuer}/t/${tenant}`;

/** Paths of tenants with issuers of their own, as API Gateway writes them. The second and third are those of RFC 8414 section 3.1. */
export const TENANT_PATHS = ['/t/{tenant}/{proxy+}', ...TOKEN_PATHS.metadata.map((path) => `${path}/t/{tenant}`)] as const;

/** Whether we sign by this name: as the one issuer, or as that of a tenant. */
export const isOwnIssuer = (iss: string | undefined, issuer: string): boolean => iss === issuer || iss?.startsWith(`${issuer}/t/`) === true;
