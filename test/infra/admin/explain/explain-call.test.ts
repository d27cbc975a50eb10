// `explain` of a call: which API is meant, whom it takes for the caller, and what it says must be changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnverifiedItem } from '../../../../functions/configuration/entries/read-entry.ts';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { CommandFailed } from '../../../../infra/admin/commands/command.ts';
import { parseCalledResource } from '../../../../infra/admin/explain/called-resource.ts';
import { type CallQuestion, explainCall } from '../../../../infra/admin/explain/explain-call.ts';
import type { ExplainDependencies } from '../../../../infra/admin/explain/explain-dependencies.ts';
import { findCalledApi } from '../../../../infra/admin/explain/find-called-api.ts';
import { API_ID, ISSUER, openWorld, STAGE, type World } from '../../../functions/authorizer/authorizer-world.ts';
import { openExplainWorld } from '../../../support/explain-world.ts';

const ORDER = 'POST /pizzashack/1.0.0/order';

function openExplained(changes?: (world: World) => Partial<ExplainDependencies>) {
  const world = openWorld();
  const { stores, pizzashack } = world;
  stores.put('Clients', {
    ...{ clientId: 'demo-app', tenant: 'my_company', scopes: ['order:write'] },
    grantTypes: ['password', 'client_credentials'],
  });
  const dependencies = openExplainWorld({
    stores,
    apis: () => [pizzashack],
    issuer: ISSUER,
    clock: () => world.nowSeconds() * 1000,
    ...(changes !== undefined && { changes: changes(world) }),
  });
  const explain = (caller: CallQuestion['caller'], resource = ORDER) => explainCall(dependencies, { resource, apiType: 'rest', caller });
  return { ...world, explain, dependencies };
}

const user = (changes: Readonly<Record<string, unknown>> = {}) => ({
  ...{ tenant: 'my_company', username: 'publisher', id: 'p-1', passwordHash: '$argon2id$not-looked-at', roles: [] },
  ...changes,
});

test('a role is missing: the scope, its permission and the roles that would give it are named', async () => {
  const { stores, explain } = openExplained();
  stores.put('Users', user());
  const explained = await explain({ kind: 'client', clientId: 'demo-app', username: 'publisher' });
  assert.partialDeepStrictEqual(explained, { outcome: 'forbidden', status: 403, code: '900910', reason: 'scope-or-permission-missing' });
  assert.deepEqual(explained.decidedBy, { entry: 'Tenants, my_company / api#pizzashack', attribute: 'resources[1]' });
  assert.equal(explained.change, 'order:write needs /permission/order, which a user without roles does not have: role#customer would.');
  assert.ok(explained.steps.some(({ says }) => says.startsWith('resources[1] POST /order: decides.')));
  assert.partialDeepStrictEqual(await explain({ kind: 'client', clientId: 'demo-app', username: 'publisher', roles: ['customer'] }), {
    outcome: 'allowed',
    status: 200,
  });
});

test('each entry between client and rule that can be the cause is the one that is named', async () => {
  const causes: readonly (readonly [UnverifiedItem, 'Tenants' | 'Clients' | 'Users', string, string, string | undefined])[] = [
    [{ clientId: 'demo-app', tenant: 'my_company', status: 'suspended' }, 'Clients', 'client-suspended', 'Clients, demo-app', 'status'],
    [{ clientId: 'demo-app', tenant: 'my_company' }, 'Clients', 'grant-not-of-this-client', 'Clients, demo-app', 'grantTypes'],
    [
      { tenant: 'my_company', entry: 'tenant', status: 'suspended' },
      'Tenants',
      'tenant-suspended',
      'Tenants, my_company / tenant',
      'status',
    ],
    [user({ status: 'disabled' }), 'Users', 'user-disabled', 'Users, my_company / publisher', 'status'],
    [user({ mustChangePassword: true }), 'Users', 'must-change-password', 'Users, my_company / publisher', 'mustChangePassword'],
    [user({ tenant: 'other' }), 'Users', 'unknown-user', 'Users, my_company / publisher', undefined],
  ];
  for (const [item, table, reason, entry, attribute] of causes) {
    const { stores, explain } = openExplained();
    stores.put('Users', user());
    if (reason === 'unknown-user') stores.remove('Users', user());
    stores.put(table, item);
    const explained = await explain({ kind: 'client', clientId: 'demo-app', username: 'publisher@my_company' });
    assert.deepEqual([explained.outcome, explained.reason], ['no-token', reason]);
    assert.deepEqual(explained.decidedBy, attribute === undefined ? { entry } : { entry, attribute });
  }
});

const REST_STORE = {
  tenant: 'my_company',
  entry: 'userstore#EXTERNAL',
  type: 'rest',
  url: 'https://users.example.org/login',
  success: { path: 'ok', equals: 'true' },
};

test('a user of a store that knows nobody without a password: as at the last login, or with the roles that are named, or not decided', async () => {
  const { stores, explain, issue, dependencies } = openExplained();
  stores.put('Tenants', REST_STORE);
  const question = { kind: 'client', clientId: 'demo-app', username: 'userx' } as const;
  assert.partialDeepStrictEqual(await explain(question), { outcome: 'undecided', status: undefined, reason: 'roles-unknown' });
  assert.partialDeepStrictEqual(await explain({ ...question, roles: ['customer'] }), { outcome: 'allowed' });
  const token = await issue({ scopes: ['order:write'] });
  const grant = await dependencies.grants.findGrant(token.slice(4, 26), 0);
  assert.ok(grant !== undefined);
  const known = openExplainWorld({
    stores,
    apis: () => [openWorld().pizzashack],
    issuer: ISSUER,
    clock: dependencies.clock,
    openGrants: [grant],
  });
  const explained = await explainCall(known, { resource: ORDER, apiType: 'rest', caller: question });
  assert.equal(explained.outcome, 'allowed');
  assert.match(explained.notes.join(), /EXTERNAL knows nobody without a password/);
});

test('where the operator may not read the signing keys, a JWT can not be judged, and all else can', async () => {
  const denied = () => Promise.reject(new Unavailable('secrets-manager', 'access-denied'));
  const { explain, issue } = openExplained(() => ({ signingKeys: denied }));
  const opaque = await explain({ kind: 'token', token: await issue({ scopes: ['order:write'] }) });
  assert.equal(opaque.outcome, 'allowed');
  assert.match(opaque.notes.join(), /signing keys can't be read with your rights \(access-denied\)/);
  const jwt = await explain({ kind: 'token', token: await issue({ scopes: ['order:write'], format: 'jwt' }) });
  assert.partialDeepStrictEqual(jwt, { outcome: 'outage', reason: 'access-denied' });
});

test('nothing is written: no grant, no count of a tier, no attempt', async () => {
  const { stores, explain, issue, pizzashack } = openExplained();
  stores.put('Tenants', { ...pizzashack, countTiers: true });
  stores.put('Tenants', { tenant: 'my_company', entry: 'tier#One', requests: 1, seconds: 60 });
  stores.put('Clients', {
    clientId: 'demo-app',
    tenant: 'my_company',
    scopes: ['order:write'],
    applicationTier: 'One',
    grantTypes: ['client_credentials'],
  });
  const token = await issue({ scopes: ['order:write'] });
  for (let times = 0; times < 3; times++) {
    assert.equal((await explain({ kind: 'token', token })).outcome, 'allowed');
    assert.equal((await explain({ kind: 'client', clientId: 'demo-app' })).outcome, 'allowed');
  }
});

test('an operator who may read one tenant alone: the API is looked for there, or must be named', async () => {
  const denied = Object.assign(new Error('not for you'), { name: 'AccessDeniedException' });
  const { explain, dependencies, pizzashack } = openExplained(({ pizzashack: api }) => ({
    listApis: (of) =>
      of.kind === 'all' ? Promise.reject(denied) : Promise.resolve(of.kind === 'tenant' && of.tenant !== 'my_company' ? [] : [api]),
  }));
  const explained = await explain({ kind: 'client', clientId: 'demo-app' });
  assert.equal(explained.outcome, 'allowed');
  assert.match(explained.notes.join(), /among those of my_company/);
  await assert.rejects(explain({ kind: 'nobody' }), /--api ID --stage STAGE/);
  const named = await explainCall(dependencies, { resource: ORDER, api: pizzashack.apiId, apiType: 'rest', caller: { kind: 'nobody' } });
  assert.equal(named.reason, 'no-credential');
});

test('a resource is a method and a path or URL as it was sent, and nothing else', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['post /a//b/../c?x=1', { method: 'POST', path: '/a//b/../c', mayHaveBasePath: false }],
    [
      `GET https://${API_ID}.execute-api.us-east-1.amazonaws.com/prod/menu?x#y`,
      { method: 'GET', path: '/prod/menu', apiId: API_ID, mayHaveBasePath: false },
    ],
    ['GET http://127.0.0.1:3000', { method: 'GET', path: '/', mayHaveBasePath: true }],
  ];
  for (const [text, parsed] of cases) assert.deepEqual(parseCalledResource(text), parsed);
  for (const wrong of ['', 'GET', '/menu', 'GET menu', 'GET\n', `GET /${'x'.repeat(9000)}`, 'GET ftp://a/b'])
    assert.throws(() => parseCalledResource(wrong), CommandFailed, wrong);
});

test('the API is found by context, by address and by name; where several fit, they are named', () => {
  const api = (name: string, context: string | undefined, apiId = API_ID, stage = STAGE): UnverifiedItem => ({
    ...{ tenant: 't', entry: `api#${name}`, apiId, stage },
    ...(context !== undefined && { context }),
  });
  const items = [
    api('shop', '/shop'),
    api('orders', '/shop/orders', 'zzzzzzzzzz'),
    api('root', undefined, 'rrrrrrrrrr'),
    { tenant: 't', entry: 'tenant' },
  ];
  const find = (resource: string, chosen = {}) => {
    const { apiId, path } = findCalledApi(items, parseCalledResource(resource), chosen);
    return `${apiId} ${path}`;
  };
  assert.equal(find('GET /shop/menu'), `${API_ID} /shop/menu`);
  assert.equal(find('GET /shop/orders/7'), 'zzzzzzzzzz /shop/orders/7');
  assert.equal(find('GET /elsewhere'), 'rrrrrrrrrr /elsewhere');
  assert.equal(find('GET https://api.example.org/base/shop/menu', { api: 'shop' }), `${API_ID} /shop/menu`);
  assert.equal(find(`GET https://${API_ID}.execute-api.eu-west-1.amazonaws.com/prod/shop/menu`), `${API_ID} /shop/menu`);
  assert.equal(find(`GET https://${API_ID}.execute-api.eu-west-1.amazonaws.com/prod/other`), `${API_ID} /other`);
  assert.equal(find('GET /menu', { api: 'shop' }), `${API_ID} /shop/menu`);
  assert.equal(find('GET /', { api: 'shop' }), `${API_ID} /shop`);
  assert.throws(() => find('GET /menu', { api: 'nope' }), /No api# entry is called nope/);
  const twice = [api('one', '/shop'), api('two', '/shop', 'zzzzzzzzzz')];
  assert.throws(() => findCalledApi(twice, parseCalledResource('GET /shop/menu'), {}), /Several APIs[\s\S]*api#one[\s\S]*api#two/);
  assert.equal(findCalledApi(twice, parseCalledResource('GET /shop/menu'), { api: 'two' }).apiId, 'zzzzzzzzzz');
  assert.throws(() => findCalledApi(twice, parseCalledResource('GET /else'), {}), /--api NAME/);
});

test('of a client that is a workload: its issuer’s entry, and who else claims it; that its token is right is taken for granted', async () => {
  const workload = { issuer: 'https://ci.example', subject: 'repo:o/r:ref:refs/heads/main' };
  const { stores, explain } = openExplained();
  const client = { clientId: 'job', tenant: 'my_company', workload, scopes: ['order:write'], grantTypes: ['client_credentials'] };
  const issuer = { tenant: 'my_company', entry: 'issuer#https://ci.example', type: 'jwt', jwksUri: 'https://ci.example/keys', use: [] };
  stores.put('Clients', client);
  const ask = async () => {
    const { reason, decidedBy, notes } = await explain({ kind: 'client', clientId: 'job' });
    return [reason, decidedBy?.entry, decidedBy?.attribute, notes.length];
  };
  assert.deepEqual(await ask(), ['workload-unknown-issuer', 'Tenants, my_company / issuer#<iss>', undefined, 1]);
  stores.put('Tenants', { ...issuer, enabled: false });
  assert.deepEqual(await ask(), ['workload-disabled-issuer', 'Tenants, my_company / issuer#<iss>', 'enabled', 1]);
  stores.put('Tenants', issuer);
  const [allowed] = await ask();
  assert.equal(allowed, 'rule-met');
  stores.put('Clients', { clientId: 'other', tenant: 'rival', workload });
  assert.deepEqual(await ask(), ['workload-claimed-twice', 'Clients, job', 'workload', 1]);
  stores.put('Clients', { ...client, secrets: [{ sha256: 'a'.repeat(64) }] });
  const explained = await explain({ kind: 'client', clientId: 'job' });
  assert.equal(explained.reason, 'rule-met');
  assert.match(explained.notes.join(), /By its workload it gets nothing \(workload-claimed-twice\); it has a secret or keys besides\./);
});

test('of a workload whose other claimants nobody may look for, that is said', async () => {
  const workloads = { findClaimants: () => Promise.reject(new Unavailable('dynamodb', 'access-denied')) };
  const { stores, explain } = openExplained(() => ({ workloads }));
  const workload = { issuer: 'https://ci.example', subject: 'x' };
  stores.put('Clients', { clientId: 'job', tenant: 'my_company', workload, scopes: ['order:write'], grantTypes: ['client_credentials'] });
  stores.put('Tenants', {
    tenant: 'my_company',
    entry: 'issuer#https://ci.example',
    type: 'jwt',
    jwksUri: 'https://ci.example/keys',
    use: [],
  });
  const explained = await explain({ kind: 'client', clientId: 'job' });
  assert.equal(explained.reason, 'rule-met');
  assert.match(explained.notes.join(), /Not looked at, for want of a right/);
});
