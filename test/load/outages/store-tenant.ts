// A tenant with two stores: the first is broken, the second knows people of the same names with the same passwords, and must
// not be asked in the first one's place. Both functions serve it, each in its own process.

import { createHash } from 'node:crypto';
import { authorizerEvent } from '../../bench/end-to-end/authorizer-event.ts';
import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { putEntry } from '../../support/put-entry.ts';
import { basic, tokenEvent } from '../../support/token-events.ts';
import { type BreakableService, openBreakableService } from './breakable-service.ts';
import { type NearAws, openFunction } from './near-aws.ts';
import { openPeopleService, PASSWORD, PEOPLE_ATTRIBUTES } from './people-service.ts';
import { SECRET_REPLIES } from './secret-replies.ts';
import { type OpenStore, TIMEOUT_MS } from './store-kinds.ts';

export interface StoreTenant {
  readonly name: string;
  readonly store: OpenStore;
  readonly secretsManager: BreakableService;
  /** A function that has not served anybody yet. */
  open(name: 'token' | 'authorizer'): Promise<FunctionProcess>;
  login(user: string, password?: string): object;
  renewal(refreshToken: string): object;
  /** A call of its API with HTTP Basic. */
  call(user: string, password?: string): object;
  /** Whether the second store was asked since this was asked last. */
  hasAskedSecondStore(): boolean;
  close(): Promise<void>;
}

const ATTEMPTS = { maxAttempts: 100, lockSeconds: 1, maxAttemptsPerAddress: 0, failureMs: 100 };
let tenants = 0;

export async function openStoreTenant(near: NearAws, store: OpenStore): Promise<StoreTenant> {
  const number = tenants++;
  const name = `stores-${number}`;
  const apiId = `stores${String(number).padStart(4, '0')}`;
  const people = await openPeopleService({ knowsOthers: true });
  const secondStore = await openBreakableService({ target: people.endpoint, waitedMs: TIMEOUT_MS });
  const secretsManager = await openBreakableService({ target: near.secretsManager, waitedMs: TIMEOUT_MS, replies: SECRET_REPLIES });
  await writeTenant(near, { name, apiId, store, secondUrl: secondStore.endpoint });
  let askedBefore = 0;
  const endpoints = { dynamoDb: near.dynamoDb, secretsManager: secretsManager.endpoint, ...(store.lambda && { lambda: store.lambda }) };
  const tokenEventOf = (form: Record<string, string>) => tokenEvent({ path: '/oauth2/token', form, headers: basic(name, SECRET) });
  return {
    ...{ name, store, secretsManager },
    open: (function_) => openFunction(function_, endpoints),
    login: (user, password = PASSWORD) => tokenEventOf({ grant_type: 'password', username: `${user}@${name}`, password }),
    renewal: (refreshToken) => tokenEventOf({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    call(user, password = PASSWORD) {
      const { Authorization: authorization } = basic(`${user}@${name}`, password);
      return authorizerEvent({ apiId, method: 'GET', path: '/menu', authorization });
    },
    hasAskedSecondStore() {
      const before = askedBefore;
      askedBefore = secondStore.calls();
      return askedBefore > before;
    },
    async close() {
      await Promise.all([secondStore.close(), people.close(), secretsManager.close(), store.close()]);
    },
  };
}

interface TenantEntries {
  readonly name: string;
  readonly apiId: string;
  readonly store: OpenStore;
  readonly secondUrl: string;
}

async function writeTenant(near: NearAws, { name: tenant, apiId, store, secondUrl }: TenantEntries): Promise<void> {
  const secretId = `Gatehouse/tenants/${tenant}/first`;
  near.putSecret(secretId, JSON.stringify(store.secret));
  const { lookup: _, ...login } = PEOPLE_ATTRIBUTES;
  const second = { type: 'rest', url: `${secondUrl}/login`, ...login, allowPlaintext: true, allowPrivateAddress: true };
  const entries = [
    { entry: 'tenant', displayName: 'Stores', lockout: ATTEMPTS },
    { entry: 'role#customer', permissions: ['/permission/order'] },
    { entry: 'userstore#FIRST', priority: 1, timeoutMs: TIMEOUT_MS, secretId, ...store.attributes },
    { entry: 'userstore#SECOND', priority: 2, ...second },
    {
      ...{ entry: 'api#orders', apiId, stage: 'prod', context: '/orders/1.0.0' },
      resources: [{ path: '/menu', methods: ['GET'], handlers: ['basic'] }],
    },
  ];
  const at = { endpoint: near.dynamoDb };
  for (const entry of entries) await putEntry(at, 'Tenants', { tenant, ...entry });
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  const client = { clientId: tenant, tenant, name: 'Shop', tokenFormat: 'opaque', secrets: [{ sha256 }], scopes: ['openid'] };
  await putEntry(at, 'Clients', { ...client, grantTypes: ['password', 'refresh_token'] });
}
