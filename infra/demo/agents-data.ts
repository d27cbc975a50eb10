// The demo's second tenant: an organisation with an issuer of its own, whose users let agents act for them, and the entries
// that make its MCP server work. Tests and the pages rely on the names and passwords.

import type { DemoItem, EntryValues, StoredUser } from './demo-data.ts';

export const AGENTS = {
  tenant: 'agents',
  user: { username: 'ada', password: 'ada-pass' },
  /** Public, and registered by hand: for clients that have no metadata document. */
  client: { id: 'demo-agent' },
  redirectUri: 'http://127.0.0.1/callback',
  postLogoutRedirectUri: 'http://127.0.0.1/bye',
  api: 'mcp',
  /** The MCP endpoint that an agent is given. */
  path: '/mcp',
  /** A second endpoint of the same server, whose tools cost money and need a scope more. */
  ordersPath: '/mcp/orders',
  /** Of every tool. */
  scope: 'mcp:tools',
  ordersScope: 'pizza:order',
} as const;

const ORDER_PERMISSION = '/permission/pizza/order';

function client() {
  const { client: agent, redirectUri, postLogoutRedirectUri, scope, ordersScope, tenant } = AGENTS;
  return {
    clientId: agent.id,
    tenant,
    name: 'Demo agent',
    owner: 'admin',
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [postLogoutRedirectUri],
    authMethods: ['none'],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: [scope, ordersScope],
  };
}

/** All entries of the tenant but that of its API, which the deployment writes with the API's routes. */
export function agentsItems(user: StoredUser): readonly DemoItem[] {
  const { tenant, scope, ordersScope } = AGENTS;
  const tenants: readonly EntryValues[] = [
    {
      tenant,
      entry: 'tenant',
      displayName: 'Agents Inc.',
      issuer: 'own',
      signIn: {},
      // Of every host, users are asked each time; of this machine on the local run alone.
      clientDocuments: { trustedHosts: 'any', allowLoopback: true },
    },
    { tenant, entry: 'role#customer', permissions: [ORDER_PERMISSION] },
    { tenant, entry: `scope#${scope}`, description: 'Use tools in your name' },
    { tenant, entry: `scope#${ordersScope}`, permissions: [ORDER_PERMISSION], description: 'Order pizza in your name' },
  ];
  return [
    ...tenants.map((item) => ({ table: 'Tenants', item }) as const),
    { table: 'Clients', item: client() },
    { table: 'Users', item: { tenant, username: AGENTS.user.username, ...user, status: 'active', roles: ['customer'], claims: {} } },
  ];
}
