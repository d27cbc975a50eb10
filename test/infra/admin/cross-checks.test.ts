// `check`: what no entry can say of itself. Each case is a stack that is right, and one entry that breaks it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../../functions/configuration/entries/deployment-mark.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { checkBeforeWrite, crossCheck } from '../../../infra/admin/cross-checks/index.ts';
import { ENTRY_EXAMPLES } from '../../../infra/admin/entry-examples/index.ts';
import { type OperatorItem, parseOperatorItem } from '../../../infra/admin/operator-item.ts';
import { agentsItems } from '../../../infra/demo/agents-data.ts';
import { demoItems } from '../../../infra/demo/demo-data.ts';

const PREFIX = 'Gatehouse/tenants/';

const t = (entry: string, attributes: object = {}): UnverifiedItem => ({ tenant: 't', entry, ...attributes });
const REST = { type: 'rest', url: 'https://users.example.org/' };
const LDAP = { type: 'ldap', preset: 'openldap', urls: ['ldaps://x.example'], userSearchBase: 'dc=x' };
const API = { apiId: 'abc123', stage: 'v1', context: '/shop', resources: [{ path: '/*', scopes: ['order'] }] };
const FOUND = {
  ...API,
  resource: 'https://shop.example/v1/mcp',
  discovery: { metadataUrl: 'https://shop.example/v1/.well-known/oauth-protected-resource/mcp', scopes: ['order'] },
};
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const USER = { id: 'u', passwordHash: '$argon2id$x' };

/** A stack in which nothing is wrong or doubtful. */
const RIGHT: readonly UnverifiedItem[] = [
  t('tenant'),
  t('role#customer', { permissions: ['/shop/order'] }),
  t('scope#order', { permissions: ['/shop/order/write'] }),
  t('tier#Gold', { requests: 1, seconds: 1 }),
  t('handler#kiosk', { functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:kiosk' }),
  t('api#shop', API),
  t('userstore#EXTERNAL', { ...REST, secretId: `${PREFIX}t/external` }),
  { tenant: 'partner', entry: 'tenant' },
  { clientId: 'app', tenant: 't', scopes: ['order'], applicationTier: 'Gold', subscriptions: { shop: 'Gold' } },
  { tenant: 't', username: 'u', ...USER, roles: ['customer'] },
];

const parsed = (items: readonly UnverifiedItem[]): OperatorItem[] =>
  items.map((item) => {
    const one = parseOperatorItem(item);
    assert.ok('key' in one && one.faults.length === 0, JSON.stringify(one));
    return one;
  });

const sameKey = (one: UnverifiedItem, other: UnverifiedItem): boolean =>
  ['tenant', 'entry', 'username', 'clientId'].every((name) => (name === 'tenant' && 'clientId' in one) || one[name] === other[name]);

/** What is found once these have taken the place of others, or stand beside them. */
async function found(...changes: readonly UnverifiedItem[]): Promise<string[]> {
  const items = parsed([...RIGHT.filter((item) => !changes.some((change) => sameKey(item, change))), ...changes]);
  const findSecret = async (secretId: string) => (secretId.includes('unseen') ? undefined : !secretId.includes('missing'));
  const { findings } = await crossCheck(items, { tenantSecretsPrefix: PREFIX, findSecret });
  return findings.map(
    ({ label, fault, isWrong }) =>
      `${isWrong ? 'wrong: ' : ''}${label.replace(/^(Tenants|Clients|Users), /, '')} ${fault.path}: ${fault.expected}`,
  );
}

/** Each ends with what is expected, which is a pattern. */
const CASES: readonly (readonly [string, readonly UnverifiedItem[], readonly RegExp[]])[] = [
  ['nothing', [], []],
  ['an API that clients find by its URL', [t('api#shop', FOUND)], []],
  [
    'a resource of which the document is not',
    [t('api#shop', { ...FOUND, resource: 'https://shop.example/mcp' })],
    [/^t \/ api#shop resource: https:\/\/shop\.example\/v1\/mcp, of which the document at https:.* is$/],
  ],
  [
    'an issuer of its own that the tenant has not, and one of another tenant',
    [
      t('api#shop', { ...FOUND, discovery: { ...FOUND.discovery, authorizationServer: 'https://login.example/t/t' } }),
      t('api#other', {
        ...{ ...FOUND, apiId: 'other1', context: '/other', resource: 'https://other.example' },
        discovery: {
          metadataUrl: 'https://other.example/.well-known/oauth-protected-resource',
          authorizationServer: 'https://login.example/t/partner',
          scopes: ['order', 'x'],
        },
      }),
    ],
    [
      /^t \/ api#shop discovery.authorizationServer: "issuer": "own" in Tenants, t \/ tenant/,
      /^t \/ api#other discovery.authorizationServer: the issuer of t, .* not that of partner$/,
      /^t \/ api#other discovery.scopes: Tenants, t \/ scope#x, which is not there$/,
    ],
  ],
  [
    'the issuer of its own, where the tenant has it',
    [
      t('tenant', { issuer: 'own' }),
      t('api#shop', { ...FOUND, discovery: { ...FOUND.discovery, authorizationServer: 'https://login.example/t/t' } }),
    ],
    [],
  ],
  [
    'a resource that an operator changed in an entry that a deployment keeps, where the API goes on saying the other',
    [
      t('api#shop', {
        ...FOUND,
        'x-gatehouse-deployment': {
          by: 'arn:x/Entry',
          written: { resource: digestOf('https://old.example'), discovery: digestOf(FOUND.discovery), context: digestOf('/old') },
        },
      }),
    ],
    [/^t \/ api#shop resource: what the deployment wrote/],
  ],
  [
    'documents that describe clients, with no page to sign in at, and scopes that are not there',
    [t('tenant', { issuer: 'own', clientDocuments: { trustedHosts: ['agents.example'], scopes: ['order', 'openid', 'ghost'] } })],
    [/tenant signIn: a sign-in page/, /tenant clientDocuments\.scopes: Tenants, t \/ scope#ghost, which is not there/],
  ],
  [
    'hosts that no client can have',
    [
      t('tenant', {
        issuer: 'own',
        signIn: {},
        clientDocuments: {
          trustedHosts: ['agents.example', 'agents.example:8443', '10.0.0.1', '127.0.0.1', 'intranet', 'agents.example:443'],
        },
      }),
    ],
    [/10\.0\.0\.1/, /127\.0\.0\.1/, /intranet/, /agents\.example:443/],
  ],
  [
    'hosts of this machine, where they may count',
    [
      t('tenant', {
        issuer: 'own',
        signIn: {},
        clientDocuments: { trustedHosts: ['127.0.0.1', 'localhost', '[::1]'], allowLoopback: true },
      }),
    ],
    [],
  ],
  [
    'a tenant that is not there',
    [{ tenant: 'lost', entry: 'role#x' }],
    [/^lost \/ role#x tenant: Tenants, lost \/ tenant, which is not there$/],
  ],
  ['a client of a tenant that is not there', [{ clientId: 'x', tenant: 'lost' }], [/^x tenant: Tenants, lost \/ tenant/]],
  [
    'a scope of a client',
    [{ clientId: 'app', tenant: 't', scopes: ['order', 'nowhere', 'openid'] }],
    [/^app scopes: Tenants, t \/ scope#nowhere/],
  ],
  ['a legacy scope is none', [t('tenant', { legacyScopes: ['dev_*'] }), { clientId: 'app', tenant: 't', scopes: ['dev_1'] }], []],
  ['a role of a user', [{ tenant: 't', username: 'u', ...USER, roles: ['x'] }], [/^t \/ u roles: Tenants, t \/ role#x/]],
  [
    'a role of a directory',
    [t('userstore#D', { ...LDAP, priority: 1, roles: { Admins: 'x', Buyers: 'customer' } })],
    [/^t \/ userstore#D roles: .*role#x/],
  ],
  ['a tier of a client', [{ clientId: 'app', tenant: 't', applicationTier: 'Silver' }], [/^app applicationTier: .*tier#Silver/]],
  [
    'a tier of a subscription',
    [{ clientId: 'app', tenant: 't', subscriptions: { shop: 'Silver' } }],
    [/^app subscriptions.shop: .*tier#Silver/],
  ],
  [
    'a subscription',
    [{ clientId: 'app', tenant: 't', subscriptions: { shops: 'Gold' } }],
    [/^app subscriptions.shops: the name of an api entry/],
  ],
  [
    'a subscription to an API that the tenant may not call',
    [{ clientId: 'p', tenant: 'partner', subscriptions: { shop: 'Unlimited' } }],
    [/^p subscriptions.shop: .* partner may call/],
  ],
  [
    'one that it may',
    [{ clientId: 'p', tenant: 'partner', subscriptions: { shop: 'Unlimited' } }, t('api#shop', { ...API, tenants: ['t', 'partner'] })],
    [],
  ],
  [
    'a scope of a rule',
    [t('api#shop', { ...API, resources: [{ path: '/*', scopes: ['order', 'x'] }] })],
    [/^t \/ api#shop resources.0.scopes: .*scope#x/],
  ],
  [
    'a scope that an issuer’s tokens may have is not looked for',
    [
      t('api#shop', { ...API, resources: [{ path: '/*', scopes: ['x'] }] }),
      t('issuer#i', { type: 'jwt', audiences: ['a'], jwksUri: 'https://i.example/jwks' }),
    ],
    [],
  ],
  [
    'a permission that nobody has',
    [
      t('api#shop', { ...API, resources: [{ path: '/*', permissions: ['/admin'] }] }),
      t('scope#x', { permissions: ['/other', '/shop/order/x'] }),
    ],
    [/^t \/ api#shop resources.0.permissions: a permission that a role gives/],
  ],
  [
    'a scope that nobody can have',
    [t('scope#x', { permissions: ['/other'] })],
    [/^t \/ scope#x permissions: a permission that a role gives/],
  ],
  [
    'a function',
    [t('api#shop', { ...API, resources: [{ path: '/*', handlers: ['lambda:kiosk', 'lambda:x'] }] })],
    [/resources.0.handlers: .*handler#x/],
  ],
  [
    'a tenant that may call',
    [t('api#shop', { ...API, resources: [{ path: '/*' }], tenants: ['*', 'partner', 'x'] })],
    [/^t \/ api#shop tenants: Tenants, x \/ tenant/],
  ],
  ['an owner', [{ tenant: '#apis', entry: 'zzz/v1', owner: 'x' }], [/^#apis \/ zzz\/v1 owner: Tenants, x \/ tenant/]],
  [
    'a secret of others',
    [t('userstore#EXTERNAL', { ...REST, secretId: `${PREFIX}partner/x` })],
    [/secretId: the name or ARN of a secret below Gatehouse\/tenants\/t\//],
  ],
  [
    'a secret that is not there',
    [t('userstore#EXTERNAL', { ...REST, secretId: `${PREFIX}t/missing` })],
    [/secretId: a secret that is there/],
  ],
  ['a secret that can’t be seen', [t('userstore#EXTERNAL', { ...REST, secretId: `${PREFIX}t/unseen` })], []],
  [
    'placeholders',
    [
      t('userstore#EXTERNAL', {
        ...REST,
        url: 'https://users.example.org/{user}',
        request: { name: '{user}', deep: ['{username}{PASSWORD}'], json: '{"a": 1}' },
        headers: { 'x-key': '{secrets.key}' },
        lookup: { url: 'https://users.example.org/{id}', request: { name: '{secret.x}' }, success: { status: [200] } },
      }),
    ],
    [
      /request: \{username\}, \{password\}, \{tenant\}, \{secret.NAME\} in place of \{user\}$/,
      /request: .* in place of \{PASSWORD\}$/,
      /lookup.request|secretId: the secret whose members stand in lookup.request$/,
      /url: \{username\}, \{tenant\} in place of \{user\}$/,
      /headers: \{secret.NAME\} in place of \{secrets.key\}$/,
      /lookup.url: .* in place of \{id\}$/,
    ],
  ],
  ['no rule', [t('api#shop', { ...API, resources: [] })], [/^t \/ api#shop resources: at least one rule/]],
  [
    'hidden rules',
    [
      t('api#shop', {
        ...API,
        resources: [
          { path: '/a', methods: ['GET'] },
          { path: '/a', methods: ['POST', 'GET'] },
          { path: '/a', methods: ['GET', 'POST'] },
          { path: '/{id}/x/*' },
          { path: '/b/x' },
          { path: '/b/{y}' },
          { path: '/b/*' },
          { path: '/b/c/d' },
          { path: '/A' },
          { path: '/*' },
          { path: '/' },
        ],
      }),
    ],
    [
      /resources.2: a place before \/a and \/a/,
      /resources.4: a place before \/\{id\}\/x\/\*/,
      /resources.7: a place before \/b\/\*/,
      /resources.10: a place before \/\*/,
    ],
  ],
  [
    'rules that differ in case alone',
    [t('api#shop', { ...API, resources: [{ path: '/report' }, { path: '/Report' }] })],
    [/resources.1: another path than \/report, from which it differs in case alone/],
  ],
  ['unless case counts', [t('api#shop', { ...API, caseSensitivePaths: true, resources: [{ path: '/report' }, { path: '/Report' }] })], []],
  [
    'A108 an API of two tenants',
    [{ tenant: 'partner', entry: 'api#x', ...API, context: '/Shop/v1', resources: [{ path: '/*' }] }],
    [
      /^wrong: t \/ api#shop context: paths that no other tenant claims: partner \/ api#x claims them too/,
      /^wrong: partner \/ api#x context: paths that no other tenant claims: t \/ api#shop/,
    ],
  ],
  [
    'A108 at the root',
    [{ tenant: 'partner', entry: 'api#x', apiId: 'abc123', stage: 'v1', resources: [{ path: '/*' }] }],
    [/^wrong: t/, /^wrong: partner/],
  ],
  ['of another stage', [{ tenant: 'partner', entry: 'api#x', ...API, stage: 'v2', resources: [{ path: '/*' }] }], []],
  ['of another context', [{ tenant: 'partner', entry: 'api#x', ...API, context: '/shopping', resources: [{ path: '/*' }] }], []],
  [
    'A108 an API of which the platform has said whose it is',
    [
      { tenant: 'partner', entry: 'api#x', ...API, resources: [{ path: '/*' }] },
      { tenant: '#apis', entry: 'abc123/v1', owner: 't' },
    ],
    [/^partner \/ api#x apiId: an API of this tenant: Tenants, #apis \/ abc123\/v1 says that it is t’s$/],
  ],
  ['two entries of one tenant for one place', [t('api#other', API)], [/^t \/ api#shop context: another one than api#other has/]],
  [
    'A99 a store that only says no before another',
    [t('tenant', { migrateUsers: true }), t('userstore#A', { ...REST, priority: 1 })],
    [/^wrong: t \/ tenant migrateUsers: false, or unknownUser in userstore#A/, /^t \/ userstore#A unknownUser: this attribute, or a place/],
  ],
  [
    'a store that passes wrong passwords on',
    [t('userstore#A', { ...REST, priority: 1 }), t('userstore#B', { ...REST, priority: 2, enabled: false })],
    [/^t \/ userstore#A unknownUser: this attribute, or a place behind userstore#EXTERNAL: it only says no/],
  ],
  ['one that says which no it is', [t('userstore#A', { ...REST, priority: 1, wrongPassword: { path: 'r', equals: 'p' } })], []],
  ['a directory before a service', [t('userstore#A', { ...LDAP, priority: 1 })], []],
  [
    'two stores of one priority',
    [t('userstore#X', LDAP)],
    [/^t \/ userstore#EXTERNAL unknownUser: .*userstore#X/, /^t \/ userstore#X priority: another than that of userstore#EXTERNAL/],
  ],
  ['of which one is not asked', [t('userstore#X', { ...LDAP, enabled: false })], []],
  [
    'two directories of one name',
    [t('userstore#A', { ...LDAP, priority: 1, netbiosName: 'CORP' }), t('userstore#B', { ...LDAP, priority: 2, netbiosName: 'corp' })],
    [/^t \/ userstore#B netbiosName: another than that of userstore#A/],
  ],
  [
    'a code with nowhere to go',
    [{ clientId: 'app', tenant: 't', grantTypes: ['authorization_code'] }],
    [/^app redirectUris: at least one/],
  ],
  [
    'an exchange for what is not there, for nothing, and without its grant',
    [
      { clientId: 'a', tenant: 't', grantTypes: [EXCHANGE], exchange: ['https://api.example.org/shop', 'https://api.example.org/x'] },
      { clientId: 'b', tenant: 't', grantTypes: [EXCHANGE] },
      { clientId: 'c', tenant: 't', exchange: ['https://api.example.org/shop'] },
      t('api#shop', { ...API, resource: 'https://api.example.org/shop' }),
    ],
    [
      /^a exchange: the resource of an api entry of t, in place of https:\/\/api.example.org\/x$/,
      /^b exchange: the resources for which/,
      /^c grantTypes: urn:.*, without which exchange means nothing$/,
    ],
  ],
  [
    'one resource of two tenants',
    [
      t('api#shop', { ...API, resource: 'https://api.example.org/shop' }),
      t('api#again', { ...API, context: '/again', resource: 'https://api.example.org/shop' }),
      { tenant: 'partner', entry: 'api#x', apiId: 'z', stage: 's', resources: [{ path: '/*' }], resource: 'https://api.example.org/shop' },
    ],
    [/^partner \/ api#x resource: another than that of t \/ api#shop/],
  ],
];

for (const [what, changes, expected] of CASES) {
  test(`finds ${what}`, async () => {
    const findings = await found(...changes);
    assert.equal(findings.length, expected.length, findings.join('\n'));
    for (const [at, pattern] of expected.entries()) assert.match(findings[at] ?? '', pattern, findings.join('\n'));
  });
}

test('the examples of all kinds, taken together, are a stack without a contradiction', () => {
  const items = parsed(Object.values(ENTRY_EXAMPLES).flatMap((examples) => examples.map(({ item }) => item)));
  assert.deepEqual(
    checkBeforeWrite(items, PREFIX).map(({ label, fault }) => `${label} ${fault.path}: ${fault.expected}`),
    [],
  );
});

test('nothing of the demo is wrong or doubtful', async () => {
  const target = { stackName: 'Gatehouse', apiId: 'abc', stage: 'prod', userServiceUrl: 'http://127.0.0.1:1/', isLocal: true };
  const user = { id: 'u', passwordHash: '$argon2id$x' };
  const items = parsed([...demoItems(target, user), ...agentsItems(user)].map(({ item }) => item));
  const { findings } = await crossCheck(items, { tenantSecretsPrefix: PREFIX, findSecret: async () => true });
  assert.deepEqual(findings, []);
});

test('a way of revoking JWTs at a tenant that issues none means nothing', async () => {
  for (const jwtRevocation of ['feed', 'offline']) {
    const tenant = t('tenant', { jwtRevocation });
    assert.deepEqual(await found(tenant), [
      't / tenant jwtRevocation: tokenFormat jwt here or in a client of t: opaque tokens are looked up whatever it says',
    ]);
    assert.deepEqual(await found({ ...tenant, tokenFormat: 'jwt' }), []);
    assert.deepEqual(await found(tenant, { clientId: 'jwt-app', tenant: 't', tokenFormat: 'jwt' }), []);
    assert.equal((await found(tenant, { clientId: 'jwt-app', tenant: 'partner', tokenFormat: 'jwt' })).length, 1);
  }
});
