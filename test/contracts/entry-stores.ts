// The contracts of `TenantStore`, `ClientStore` and `PrimaryUserStore` (functions/storage/stores.ts): entries come out as
// an operator wrote them, and a wrong one harms itself alone.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { PrimaryUser } from '../../functions/configuration/model.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import type { StoresUnderTest } from './stores-under-test.ts';

const newTenantName = () => `t-${randomUUID()}`;
const REST = { type: 'rest', url: 'https://users.example.org/login' };
const USER = { id: '0b0f5e3e-7d7e-4a0c-9f39-8a1d1a4b8f11', passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' };

export function entryStoresContract(opened: () => StoresUnderTest): void {
  const putTenant = async (tenant: string, entries: Readonly<Record<string, Item>>) => {
    for (const [entry, attributes] of Object.entries(entries)) await opened().put('Tenants', { tenant, entry, ...attributes });
  };
  const faultsOf = (key: string) =>
    opened()
      .reported()
      .filter((fault) => fault.key.includes(key))
      .map(({ table, key, path, expected }) => `${table} | ${key} | ${path} | ${expected}`);

  test('a tenant is assembled from its entries, defaults filled in, userstores in order', async () => {
    const name = newTenantName();
    await putTenant(name, {
      tenant: { displayName: 'My Company', accessTokenSeconds: 600 },
      'userstore#LATE': { ...REST, priority: 200 },
      'userstore#B': { ...REST, priority: 10 },
      'userstore#A': { ...REST, priority: 10 },
      'userstore#OFF': { ...REST, priority: 1, enabled: false },
      'role#customer': { permissions: ['/permission/order'] },
      'scope#order:write': { permissions: ['/permission/order/write'] },
      'tier#10PerMin': { requests: 10, seconds: 60 },
    });
    const tenant = await opened().stores.tenants.findTenant(name);
    assert.ok(tenant);
    assert.equal(tenant.name, name);
    assert.equal(tenant.accessTokenSeconds, 600);
    assert.equal(tenant.lockout.maxAttempts, 5);
    assert.deepEqual(
      tenant.userstores.map(({ domain, entry }) => [domain, entry?.type]),
      [
        ['A', 'rest'],
        ['B', 'rest'],
        ['LATE', 'rest'],
      ],
    );
    assert.deepEqual(tenant.roles.get('customer'), { permissions: ['/permission/order'] });
    assert.deepEqual(tenant.scopes.get('order:write')?.permissions, ['/permission/order/write']);
    assert.deepEqual(tenant.tiers.get('10PerMin'), { requests: 10, seconds: 60 });
    assert.deepEqual(faultsOf(name), []);
  });

  test('a wrong entry of each kind harms itself alone, and is reported with table, key, path and what was expected', async () => {
    const name = newTenantName();
    await putTenant(name, {
      tenant: {},
      'userstore#GOOD': { ...REST, priority: 1 },
      'userstore#BAD': { type: 'rest', url: 7, priority: 5 },
      'userstore#lower': REST,
      'role#good': { permissions: ['/a'] },
      'role#bad': { permissions: ['no-slash'] },
      'scope#good': {},
      'scope#bad': { permissions: [{ nested: 'map' }] },
      'tier#bad': { requests: '10', seconds: 60 },
      'issuer#https://idp.example.org': { type: 'oidc' },
      'api#bad': { apiId: 'bad1', stage: 'v1', context: 'no-slash' },
      'rule#unknown': {},
    });
    const tenant = await opened().stores.tenants.findTenant(name);
    assert.ok(tenant);
    assert.deepEqual(
      tenant.userstores.map(({ domain, entry }) => [domain, entry?.type]),
      [
        ['GOOD', 'rest'],
        ['BAD', undefined],
      ],
    );
    assert.deepEqual(
      [[...tenant.roles.keys()], [...tenant.scopes.keys()], [...tenant.tiers], tenant.issuers.size],
      [['good'], ['good'], [['bad', undefined]], 0],
    );
    assert.deepEqual(await opened().stores.tenants.findApiClaims('bad1'), [
      { owner: name, name: 'bad', stage: 'v1', context: '/no-slash', api: undefined },
    ]);
    const at = (entry: string, path: string) => `Gatehouse-Tenants | ${name} / ${entry} | ${path} | `;
    const faults = faultsOf(name);
    for (const expected of [
      `${at('userstore#BAD', 'url')}a string`,
      `${at('userstore#lower', 'entry')}after userstore#: a userstore domain`,
      `${at('role#bad', 'permissions.0')}a permission path`,
      `${at('scope#bad', 'permissions.0')}a string`,
      `${at('tier#bad', 'requests')}a number`,
      `${at('issuer#https://idp.example.org', 'type')}jwt or saml`,
      `${at('api#bad', 'context')}a path such as`,
      `${at('rule#unknown', 'entry')}tenant, or one of userstore#`,
    ]) {
      assert.ok(
        faults.some((fault) => fault.startsWith(expected)),
        `${expected}\nis not among\n${faults.join('\n')}`,
      );
    }
    assert.equal(new Set(faults.map((fault) => fault.split(' | ')[1])).size, 8, 'and nothing else is reported');
  });

  test('a tenant of more than one page of a Query is read whole', async () => {
    const name = newTenantName();
    const permissions = Array.from({ length: 200 }, (_, at) => `/${at}${'p'.repeat(120)}`);
    await putTenant(name, { tenant: {}, ...Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`role#${at}`, { permissions }])) });
    const rolesOf = async () => (await opened().stores.tenants.findTenant(name))?.roles;
    assert.equal((await rolesOf())?.size, 50);
    // On the last page, and then on the first: the other one stays as it was.
    for (const [role, size] of [
      ['zoo', 51],
      ['0', 51],
    ] as const) {
      await opened().put('Tenants', { tenant: name, entry: `role#${role}`, permissions: ['/changed'] });
      const roles = await rolesOf();
      assert.deepEqual([roles?.size, roles?.get(role)?.permissions, roles?.get('42')?.permissions.length], [size, ['/changed'], 200]);
    }
  });

  test('a tenant without its own entry, or with a wrong one, is no tenant; the other tenants are', async () => {
    const [missing, wrong, right] = [newTenantName(), newTenantName(), newTenantName()];
    await putTenant(missing, { 'role#customer': {} });
    await putTenant(wrong, { tenant: { status: 'on', lockout: { maxAttempts: 0 } } });
    await putTenant(right, { tenant: {} });
    const { tenants } = opened().stores;
    assert.equal(await tenants.findTenant(missing), undefined);
    assert.equal(await tenants.findTenant(wrong), undefined);
    assert.equal((await tenants.findTenant(right))?.status, 'active');
    assert.deepEqual(faultsOf(wrong), [
      `Gatehouse-Tenants | ${wrong} / tenant | status | active or suspended`,
      `Gatehouse-Tenants | ${wrong} / tenant | lockout.maxAttempts | at least 1`,
    ]);
  });

  test('A79 A80 a name that no tenant can have is nobody', async () => {
    for (const name of ['', '__proto__', 'constructor', 'My_Company', 'a b', 'x'.repeat(5000), 'ａ', 'a/b', 'tenant\u0000']) {
      assert.equal(await opened().stores.tenants.findTenant(name), undefined, name.slice(0, 20));
    }
  });

  test('the claims to an API are those of all tenants; a wrong entry claims its place as well, and lets nobody in', async () => {
    const [one, two] = [newTenantName(), newTenantName()];
    const apiId = randomUUID().replaceAll('-', '').slice(0, 10);
    const api = { apiId, stage: 'v1', context: '/pizzashack/1.0.0' };
    await putTenant(one, { 'api#pizza': { ...api, resources: [{ path: '/order/{id}', methods: ['POST'], scopes: ['order:write'] }] } });
    await putTenant(two, {
      'api#pizza': api,
      'api#root': { apiId, stage: 'v2' },
      'api#wrong': { ...api, resources: [{ path: '/a', methods: ['get'] }] },
      'api#misspelt': { apiId, stag: 'v3', contxt: 'admin/', resources: [] },
    });
    const found = await opened().stores.tenants.findApiClaims(apiId);
    assert.deepEqual(
      found.map(({ owner, name, stage, context, api: right }) => [owner, name, stage, context, right !== undefined].join(' ')).sort(),
      [
        `${one} pizza v1 /pizzashack/1.0.0 true`,
        `${two} misspelt v3 /admin false`,
        `${two} pizza v1 /pizzashack/1.0.0 true`,
        `${two} root v2  true`,
        `${two} wrong v1 /pizzashack/1.0.0 false`,
      ].sort(),
    );
    assert.deepEqual(found.find(({ owner }) => owner === one)?.api?.resources[0]?.handlers, 'all');
    assert.ok(
      faultsOf(two).includes(`Gatehouse-Tenants | ${two} / api#wrong | resources.0.methods | all, or a list of methods in capitals`),
    );
    for (const other of ['', 'no such', '../x', 'x'.repeat(100)]) assert.deepEqual(await opened().stores.tenants.findApiClaims(other), []);
  });

  test('A108 the owner of an API is whom #apis names; a wrong entry names nobody, and one with apiId leaves no claim of others', async () => {
    const [one, two] = [newTenantName(), newTenantName()];
    const { put, stores } = opened();
    const newId = () => randomUUID().replaceAll('-', '').slice(0, 10);
    const [named, indexed, wrong, other] = [newId(), newId(), newId(), newId()];
    await put('Tenants', { tenant: '#apis', entry: `${named}/v1`, owner: one });
    await put('Tenants', { tenant: '#apis', entry: `${indexed}/$default`, owner: one, apiId: indexed });
    await put('Tenants', { tenant: '#apis', entry: `${wrong}/v1`, owner: 'Not A Tenant' });
    await put('Tenants', { tenant: '#apis', entry: `${other}/v1`, owner: one, apiId: wrong });
    assert.equal(await stores.tenants.findApiOwner(named, 'v1'), one);
    assert.equal(await stores.tenants.findApiOwner(named, 'v2'), undefined);
    assert.equal(await stores.tenants.findApiOwner(indexed, '$default'), one);
    assert.equal(await stores.tenants.findApiOwner(wrong, 'v1'), undefined);
    assert.equal(await stores.tenants.findApiOwner(other, 'v1'), undefined, 'it names another API than its key');
    for (const id of ['', 'a/b', 'x'.repeat(100)]) assert.equal(await stores.tenants.findApiOwner(id, 'v1'), undefined);
    await putTenant(two, {
      'api#a': { apiId: indexed, stage: '$default', context: '/a' },
      'api#b': { apiId: indexed, stage: 'v1', context: '/a' },
    });
    assert.deepEqual(
      (await stores.tenants.findApiClaims(indexed)).map(({ owner, name }) => [owner, name]),
      [[two, 'b']],
    );
    assert.equal(faultsOf(`${two} / api#a`).length, 1);
    assert.equal(await stores.tenants.findTenant('#apis'), undefined);
  });

  test('a client is found by its id; a wrong one is none, and the others are', async () => {
    const { put, stores } = opened();
    const [right, wrong] = [`app ${randomUUID()}`, `app ${randomUUID()}`];
    await put('Clients', { clientId: right, tenant: 'my_company', grantTypes: ['password'] });
    await put('Clients', { clientId: wrong, tenant: 'my_company', secrets: [{ sha256: 'the secret itself' }], grantTypes: ['implicit'] });
    assert.deepEqual((await stores.clients.findClient(right))?.grantTypes, ['password']);
    assert.equal(await stores.clients.findClient(wrong), undefined);
    for (const id of ['', '\u0000', 'ü', 'x'.repeat(3000)]) assert.equal(await stores.clients.findClient(id), undefined);
    const faults = faultsOf(wrong);
    assert.deepEqual(
      faults.map((fault) => fault.split(' | ').slice(0, 3).join(' | ')),
      [`Gatehouse-Clients | ${wrong} | secrets.0.sha256`, `Gatehouse-Clients | ${wrong} | grantTypes.0`],
    );
    assert.ok(!faults.join().includes('the secret itself'), 'A61 a value is never reported');
  });

  test('who claims to be a workload is found in all tenants, right entry or wrong, and by the whole of issuer and subject', async () => {
    const { put, stores } = opened();
    const workload = { issuer: `https://${randomUUID()}.example`, subject: 'system:serviceaccount:a:b' };
    const [one, two, three] = Array.from({ length: 3 }, () => `job ${randomUUID()}`) as [string, string, string];
    const find = async (asked = workload, proven?: string) =>
      (await stores.workloads.findClaimants(asked, proven)).map(({ clientId, tenant }) => `${tenant} ${clientId}`).sort();
    assert.deepEqual(await find(), []);
    await put('Clients', { clientId: one, tenant: 'a', workload });
    assert.deepEqual(await find(), [`a ${one}`]);
    await put('Clients', { clientId: two, tenant: 'b', workload, misspelt: true, status: 'suspended' });
    await put('Clients', { clientId: three, tenant: 'b', workload: 'a text' });
    assert.deepEqual(await find(workload, one), [`a ${one}`, `b ${two}`]);
    for (const other of [
      { ...workload, subject: workload.subject.toUpperCase() },
      { ...workload, subject: 'system:serviceaccount:a' },
      { ...workload, issuer: `${workload.issuer}/` },
    ])
      assert.deepEqual(await find(other), []);
    await put('Clients', { clientId: one, tenant: 'a' });
    assert.deepEqual(await find(workload, two), [`b ${two}`]);
  });

  test('a user is found by exact name in one tenant; a wrong one is broken, not unknown', async () => {
    const { put, stores } = opened();
    const tenant = newTenantName();
    await put('Users', { tenant, username: 'publisher', ...USER, claims: { given_name: 'P', groups: ['a', 'b'] } });
    await put('Users', { tenant, username: 'broken', ...USER, status: 'locked' });
    assert.deepEqual(await stores.users.findUser(tenant, 'publisher'), {
      ...USER,
      tenant,
      username: 'publisher',
      status: 'active',
      roles: [],
      claims: { given_name: 'P', groups: ['a', 'b'] },
    });
    assert.equal(await stores.users.findUser(tenant, 'broken'), 'broken');
    assert.deepEqual(faultsOf(tenant), [`Gatehouse-Users | ${tenant} / broken | status | active or disabled`]);
    for (const name of ['Publisher', 'nobody', '', 'x'.repeat(512), 'ü'.repeat(512), '\u0000']) {
      assert.equal(await stores.users.findUser(tenant, name), undefined, name.slice(0, 20));
    }
    assert.equal(await stores.users.findUser(newTenantName(), 'publisher'), undefined);
  });

  test('a proven hash is replaced, and one that changed meanwhile stays', async () => {
    const { put, stores } = opened();
    const tenant = newTenantName();
    await put('Users', { tenant, username: 'publisher', ...USER });
    const user = await stores.users.findUser(tenant, 'publisher');
    assert.ok(user !== undefined && user !== 'broken');
    const rehashed = { from: 'a'.repeat(43), to: 'b'.repeat(43) };
    await stores.users.replacePasswordHash(user, '$argon2id$new', rehashed);
    await stores.users.replacePasswordHash(user, '$argon2id$too-late', { from: 'z'.repeat(43), to: 'z'.repeat(43) });
    await stores.users.replacePasswordHash({ ...user, username: 'nobody' }, '$argon2id$new', rehashed);
    const now = await stores.users.findUser(tenant, 'publisher');
    assert.ok(now !== undefined && now !== 'broken');
    assert.equal(now.passwordHash, '$argon2id$new');
    assert.deepEqual(now.rehashed, rehashed);
    assert.equal(await stores.users.findUser(tenant, 'nobody'), undefined);
  });

  test('a user is inserted once, and never over another', async () => {
    const tenant = newTenantName();
    const { put, stores } = opened();
    const user: PrimaryUser = {
      tenant,
      username: 'copied',
      id: 'id-1',
      passwordHash: '$argon2id$one',
      status: 'active',
      roles: ['a'],
      claims: { email: ['x', 'y'] },
    };
    const inserted = await Promise.all(Array.from({ length: 5 }, () => stores.users.insertUser(user)));
    assert.equal(inserted.filter(Boolean).length, 1);
    assert.deepEqual(await stores.users.findUser(tenant, 'copied'), user);
    await put('Users', { tenant, username: 'publisher', ...USER });
    assert.equal(await stores.users.insertUser({ ...user, username: 'publisher' }), false);
    const found = await stores.users.findUser(tenant, 'publisher');
    assert.ok(found !== undefined && found !== 'broken');
    assert.notEqual(found.passwordHash, user.passwordHash);
  });

  test('of changes of one password at once there is one; it is the last word on the old hash', async () => {
    const { stores, put } = opened();
    const tenant = newTenantName();
    await put('Users', { tenant, username: 'ann', ...USER, mustChangePassword: true });
    const user = await stores.users.findUser(tenant, 'ann');
    assert.ok(user !== undefined && user !== 'broken');
    const hashes = Array.from({ length: 8 }, (_, n) => `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFza${n}`);
    const changes = await Promise.all(hashes.map((passwordHash) => stores.users.changePassword(user, passwordHash)));
    assert.equal(changes.filter((isChanged) => isChanged).length, 1);
    const changed = await stores.users.findUser(tenant, 'ann');
    assert.ok(changed !== undefined && changed !== 'broken');
    assert.deepEqual([changed.passwordHash, changed.mustChangePassword], [hashes[changes.indexOf(true)], undefined]);
    assert.equal(await stores.users.changePassword(user, USER.passwordHash), false);
  });
}
