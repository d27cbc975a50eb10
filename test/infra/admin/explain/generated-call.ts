// Calls that are generated: tenants, entries, clients, users, tokens and requests of any kind, right and wrong.

import fc from 'fast-check';
import type { UnverifiedItem } from '../../../../functions/configuration/entries/read-entry.ts';
import { hashPassword } from '../../../../functions/userstores/password-hashes/index.ts';
import { API_ID, STAGE } from '../../../functions/authorizer/authorizer-world.ts';
import type { EntryTable, StorePart } from '../../../support/memory-stores.ts';

export const PASSWORD = 'pässword:1';
export const SECRET = 'demo-app-secret';

/** Mostly what is right, or most worlds would be refused for the same few reasons. */
const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof(
    { weight: 6 * others.length, arbitrary: fc.constant(usual) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );
const RESOURCE = 'https://api.example.org/shop';
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 12 });
const orderPermission = ['/permission/order'];

const rule = fc.record(
  {
    path: fc.constantFrom('/menu', '/order', '/order', '/order/{id}', '/*', '/*', '/Order', '/a b'),
    methods: fc.constantFrom<unknown>('all', ['GET'], ['POST'], ['GET', 'POST']),
    secure: mostly(true, false),
    handlers: mostly<unknown>('all', ['oauth2'], ['basic'], ['certificate', 'oauth2']),
    scopes: fc.constantFrom([], ['order:write'], ['undefined:scope']),
    permissions: fc.constantFrom([], orderPermission),
  },
  { requiredKeys: ['path'] },
);

const api = fc.record(
  {
    tenant: mostly('a', 'b'),
    entry: mostly('api#shop', 'api#other'),
    stage: mostly(STAGE, 'test'),
    context: mostly<string | undefined>('/shop', '/Shop', '/shop/order', undefined),
    caseSensitivePaths: fc.boolean(),
    tenants: fc.constantFrom(undefined, '*', ['b'], ['a', 'b']),
    requireSubscription: mostly(false, true),
    countTiers: fc.boolean(),
    resources: fc.array(rule, { maxLength: 3 }),
    resource: mostly<string | undefined>(undefined, RESOURCE),
    audience: mostly<string | undefined>(undefined, 'any'),
    certificates: maybe(fc.constant({ issuerCns: ['Our CA'] })),
    misspelt: mostly<string | undefined>(undefined, 'x'),
  },
  { requiredKeys: ['tenant', 'entry', 'stage', 'context', 'resources'] },
);

const tenant = (name: string) =>
  fc.record(
    {
      tenant: fc.constant(name),
      entry: fc.constant('tenant'),
      status: mostly('active', 'suspended'),
      issuer: mostly('shared', 'own'),
      jwtRevocation: fc.constantFrom('check', 'feed', 'offline'),
      tokensNotBefore: mostly(0, 2_000_000_000),
      legacyScopes: fc.constantFrom([], ['undefined:*']),
    },
    { requiredKeys: ['tenant', 'entry'] },
  );

const client = fc.record(
  {
    tenant: mostly('a', 'b', 'nowhere'),
    status: mostly('active', 'suspended'),
    scopes: mostly<string[]>(['order:write'], [], ['order:write', 'undefined:scope']),
    subscriptions: fc.constantFrom({}, { shop: 'Gold' }),
    applicationTier: fc.constantFrom('Unlimited', 'Tiny', 'Wrong', 'Missing'),
    grantTypes: mostly<string[]>(['password', 'client_credentials'], ['password'], ['client_credentials'], []),
    tokensNotBefore: mostly(0, 2_000_000_000),
    misspelt: mostly<string | undefined>(undefined, 'x'),
  },
  { requiredKeys: ['tenant', 'scopes', 'grantTypes'] },
);

const user = fc.record(
  {
    tenant: mostly('a', 'b'),
    status: mostly('active', 'disabled'),
    mustChangePassword: mostly(false, true),
    roles: fc.constantFrom([], ['customer'], ['missing']),
    misspelt: mostly<string | undefined>(undefined, 'x'),
  },
  { requiredKeys: ['tenant'] },
);

export const call = fc.record({
  tenants: fc.tuple(maybe(tenant('a')), maybe(tenant('b'))),
  client: fc.option(client, { nil: undefined, freq: 12 }),
  user: fc.option(user, { nil: undefined, freq: 8 }),
  apis: fc.oneof(
    { weight: 3, arbitrary: api.map((one) => [one]) },
    { weight: 1, arbitrary: fc.array(api, { minLength: 2, maxLength: 3 }) },
  ),
  owner: maybe(fc.constantFrom('a', 'b')),
  scopePermissions: maybe(fc.constantFrom([], orderPermission)),
  method: fc.constantFrom('GET', 'POST', 'POST', 'DELETE'),
  path: mostly(
    '/shop/order',
    '/shop/menu',
    '/shop/order/7',
    '/shop/Order',
    '/',
    '/other',
    '/shop//order',
    '/shop/*',
    `/shop/${'x'.repeat(600)}`,
  ),
  apiType: fc.constantFrom<'rest' | 'http'>('rest', 'rest', 'http'),
  token: fc.constantFrom<'none' | 'opaque' | 'jwt' | 'revoked' | 'expired' | 'foreign' | 'text'>(
    ...(['none', 'opaque', 'opaque', 'jwt', 'jwt', 'revoked', 'expired', 'foreign', 'text'] as const),
  ),
  isUserToken: fc.boolean(),
  tokenScopes: fc.constantFrom(['default'], ['order:write'], ['order:write', 'undefined:scope']),
  tokenResources: mostly<string[] | undefined>(undefined, [RESOURCE], ['https://api.example.org/other']),
  requestsMade: fc.constantFrom(0, 1),
  username: mostly('u@a', 'U', 'u@b', 'PRIMARY/u@a', 'EXTERNAL/u', 'u/../x@a', 'nobody', ' u'),
  failing: mostly<StorePart | undefined>(undefined, 'Tenants', 'Clients', 'Users', 'Tokens', 'signingKeys'),
});

export type GeneratedCall = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** Costs 60 ms, so once a process. */
let passwordHash: string | undefined;

/** The items of the generated world, as an operator would write them. */
export async function itemsOf(generated: GeneratedCall): Promise<readonly (readonly [EntryTable, UnverifiedItem])[]> {
  passwordHash ??= await hashPassword(PASSWORD);
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  const defined = (item: object): UnverifiedItem => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
  const tenants = generated.tenants.filter((entry) => entry !== undefined);
  const ofTenants = ['a', 'b'].flatMap((name) => [
    { tenant: name, entry: 'role#customer', permissions: orderPermission },
    { tenant: name, entry: 'tier#Tiny', requests: 1, seconds: 60 },
    { tenant: name, entry: 'tier#Gold', requests: 1, seconds: 60 },
    { tenant: name, entry: 'tier#Wrong', requests: 'many' },
    ...(generated.scopePermissions === undefined
      ? []
      : [{ tenant: name, entry: 'scope#order:write', permissions: generated.scopePermissions }]),
  ]);
  const apis = generated.apis.map((entry) => defined({ apiId: API_ID, ...entry }));
  const owner =
    generated.owner === undefined ? [] : [{ tenant: '#apis', entry: `${API_ID}/${STAGE}`, owner: generated.owner, apiId: API_ID }];
  return [
    ...[...tenants, ...ofTenants, ...apis, ...owner].map((item) => ['Tenants', defined(item)] as const),
    ...(generated.client === undefined
      ? []
      : [['Clients', defined({ clientId: 'app', secrets: [{ sha256 }], ...generated.client })] as const]),
    ...(generated.user === undefined
      ? []
      : [['Users', defined({ username: 'u', id: 'u-1', passwordHash, claims: {}, ...generated.user })] as const]),
  ];
}
