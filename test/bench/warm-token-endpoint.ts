// The token endpoint as it stands in a warm function: its stores in memory, entries read once, no password hash.

import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { PrimaryUser } from '../../functions/configuration/model.ts';
import { createLog } from '../../functions/shared/log.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import type { GrantStore } from '../../functions/storage/stores.ts';
import { createTokenHandler, type TokenHandler } from '../../functions/token/handler.ts';
import { endUserOf } from '../../functions/userstores/primary-user.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { secretDigest } from '../support/token-api.ts';
import { tokenEvent } from '../support/token-events.ts';

const STORED: PrimaryUser = {
  ...{ tenant: 'my_company', username: 'publisher', id: 'u-1', passwordHash: '$argon2id$not-looked-at' },
  ...{ status: 'active', roles: ['customer'], claims: {} },
};
const USER = endUserOf(STORED);
/** What no call changes is made once. */
const BLANK = tokenEvent({ path: '/' });

/** The line is made and goes nowhere: what a terminal or a file costs is not ours. */
const nowhere = { characters: 0 };
const log = createLog({ AWS_LAMBDA_FUNCTION_NAME: 'Gatehouse-TokenFunction', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' }, (line) => {
  nowhere.characters += line.length;
});

/** A table whose items are the objects themselves: storage is not what is measured. */
function openGrants(): GrantStore {
  const grants = new Map<string, Grant>();
  return {
    async insertGrant(grant) {
      // Bounded, or the garbage of a long run would be measured too.
      if (grants.size > 500) grants.delete(grants.keys().next().value ?? '');
      grants.set(grant.id, grant);
    },
    findGrant: async (id) => grants.get(id),
    async rotateGrant(from, to) {
      if (grants.get(from.id)?.generation !== from.generation) return false;
      grants.set(from.id, to);
      return true;
    },
    async deleteGrant({ id }) {
      grants.delete(id);
    },
    listGrantsOfUser: async () => [],
  };
}

export async function openWarmTokenEndpoint(): Promise<TokenHandler> {
  const stores = openMemoryStores({ clock: Date.now });
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', accessTokenAlgorithm: 'ES256' });
  stores.put('Tenants', { tenant: 'my_company', entry: 'scope#order:write' });
  const grantTypes = ['password', 'refresh_token', 'client_credentials'];
  for (const [clientId, tokenFormat] of [
    ['opaque', 'opaque'],
    ['es256', 'jwt'],
  ])
    stores.put('Clients', {
      clientId,
      tenant: 'my_company',
      secrets: [{ sha256: secretDigest('secret') }],
      grantTypes,
      scopes: ['order:write'],
      tokenFormat,
    });
  const tenant = await stores.tenants.findTenant('my_company');
  if (tenant === undefined) throw new Error('The tenant of the bench is not well formed.');
  const clients = new Map(await Promise.all(['opaque', 'es256'].map(async (id) => [id, await stores.clients.findClient(id)] as const)));
  const grants = openGrants();
  return createTokenHandler({
    ...stores,
    users: { findUser: async () => STORED },
    holders: { findHolder: async (id, _user, nowSeconds) => ({ grant: await grants.findGrant(id, nowSeconds), user: STORED }) },
    tenants: { ...stores.tenants, findTenant: async (name) => (name === tenant.name ? tenant : undefined) },
    clients: { findClient: async (id) => clients.get(id) },
    grants,
    userstores: {
      authenticateUser: async () => ({ kind: 'authenticated', tenant, user: USER }),
      changePassword: async () => undefined,
      recheckUser: async () => ({ kind: 'active', user: USER }),
    },
    sendOutbound: () => Promise.reject(new Error('no network here')),
    issuer: 'https://login.example.org',
    clock: Date.now,
    log,
  });
}

/** @param raw headers of the request, names and values in turn */
export function formEvent(path: string, raw: readonly string[], body: string): APIGatewayProxyEvent {
  const multiValueHeaders: Record<string, string[]> = {};
  for (let at = 0; at < raw.length; at += 2) multiValueHeaders[raw[at] ?? ''] = [raw[at + 1] ?? ''];
  return {
    resource: path,
    path,
    httpMethod: 'POST',
    headers: BLANK.headers,
    multiValueHeaders,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body,
    isBase64Encoded: false,
    requestContext: BLANK.requestContext,
  };
}
