// What a web service says of a user: lists in one text, more than a grant has room for, when the password was changed.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { boundUser } from '../../../functions/userstores/bounded-user.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { openRestService, sendJson } from '../../support/rest-service.ts';

/** A service that says `reply.user` of everybody, to a login and to a look-up. */
async function open(context: TestContext, mapping: Readonly<Record<string, unknown>>) {
  const reply: { user: Readonly<Record<string, unknown>> } = { user: {} };
  const service = await openRestService(context, (_call, outgoing) => sendJson(outgoing, { response: { status: 'true' }, ...reply }));
  const fixture = openLoginFixture();
  const lookup = { url: service.url, success: { path: 'response.status', equals: 'true' }, ...mapping };
  fixture.putStore('EXTERNAL', { ...service.attributes, ...mapping, lookup });
  const logIn = () => fixture.logIn('userx', 'any');
  const logged = (event: string) => fixture.lines.filter((line) => line.event === event);
  return { ...fixture, reply, logIn, logged };
}

test('a text with a separator is a list, of roles and of claims', async (context) => {
  const { reply, logIn } = await open(context, {
    roles: { path: 'user.groups', separator: ',' },
    claims: { groups: { path: 'user.groups', separator: ',' }, teams: { path: 'user.teams', separator: '; ' }, plain: 'user.groups' },
  });
  reply.user = { groups: ' customer, other,,customer ', teams: ['a; b', 'c'] };
  assert.deepEqual(await logIn().then(({ roles, claims }) => ({ roles, claims })), {
    roles: ['customer', 'other'],
    claims: { groups: ['customer', 'other', 'customer'], teams: ['a', 'b', 'c'], plain: ' customer, other,,customer ' },
  });
  reply.user = { groups: 7, teams: ',' };
  const { roles, claims } = await logIn();
  assert.deepEqual([roles, claims], [[], { groups: '7', teams: [','], plain: '7' }]);
});

test('roles that no entry defines are told of, once', async (context) => {
  const { reply, logIn, stores, logged } = await open(context, { roles: 'user.groups' });
  stores.put('Tenants', { tenant: 'my_company', entry: 'role#customer', permissions: ['/permission/order'] });
  reply.user = { groups: ['customer'] };
  await logIn();
  assert.deepEqual(logged('roles-without-entry'), []);
  reply.user = { groups: 'customer,other' };
  for (let again = 0; again < 3; again++) await logIn();
  const [line, ...more] = logged('roles-without-entry');
  assert.deepEqual(
    [line?.level, line?.fields, more],
    ['WARN', { tenant: 'my_company', userstore: 'EXTERNAL', roles: ['customer,other'] }, []],
  );
});

test('what is too much is left out whole, and the log says so; the user can log in', async (context) => {
  const mapping = { roles: 'user.roles', claims: { many: 'user.many', long: 'user.long', small: 'user.small' } };
  const { reply, logIn, recheck, logged } = await open(context, mapping);
  reply.user = {
    many: Array.from({ length: 201 }, String),
    long: 'x'.repeat(2049),
    small: 'kept',
    roles: Array.from({ length: 201 }, String),
  };
  const user = await logIn();
  assert.deepEqual([user.roles, user.claims], [[], { small: 'kept' }]);
  assert.deepEqual(logged('reply-left-out')[0]?.fields, {
    tenant: 'my_company',
    userstore: 'EXTERNAL',
    claims: ['many', 'long'],
    roles: true,
  });
  assert.equal((await recheck(user)).kind, 'active');
});

test('a user is never more than a grant has room for, whatever the store says', async (context) => {
  const claims = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`claim${at}`, `user.list${at}`]));
  const { reply, logIn, logged } = await open(context, { claims: { ...claims, small: 'user.small' } });
  const list = Array.from({ length: 20 }, (_, at) => `${at}`.padEnd(100, 'ü'));
  reply.user = { ...Object.fromEntries(Object.keys(claims).map((_, at) => [`list${at}`, list])), small: 'kept' };
  const user = await logIn();
  assert.ok(Buffer.byteLength(JSON.stringify(user)) < 30_000);
  assert.equal(user.claims.small, 'kept', 'short ones first');
  assert.ok(Object.keys(user.claims).length > 2);
  assert.equal([logged('user-too-large')[0]?.fields.claims].flat().length, 15 - Object.keys(user.claims).length);
});

test('of roles as many are kept as there is room for, in their order', () => {
  const roles = Array.from({ length: 500 }, (_, at) => `${at}`.padEnd(120, '日'));
  const told: unknown[] = [];
  const user = { tenant: 'my_company', domain: 'LDAP', username: 'max', roles, claims: {} };
  const bounded = boundUser(user, (level, event, fields) => void told.push([level, event, fields.roles]));
  assert.ok(bounded.roles.length > 50 && Buffer.byteLength(JSON.stringify(bounded)) < 30_000);
  assert.deepEqual(bounded.roles, roles.slice(0, bounded.roles.length));
  assert.deepEqual(told, [['ERROR', 'user-too-large', 500 - bounded.roles.length]]);
  const small = { ...user, roles: ['customer'] };
  assert.equal(
    boundUser(small, () => assert.fail()),
    small,
  );
});

test('A101 a service that says when the password was changed ends what began before', async (context) => {
  const { reply, logIn, recheck, stores } = await open(context, { passwordChanged: 'user.changed' });
  reply.user = { changed: '2026-11-01' };
  const user = await logIn();
  assert.equal((await recheck(user)).kind, 'active');
  reply.user = { changed: '2026-11-27' };
  assert.deepEqual(await recheck(user), { kind: 'refused', reason: 'password-changed' });
  reply.user = {};
  assert.deepEqual(await recheck(user), { kind: 'refused', reason: 'password-state-not-readable' });
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endOnPasswordChange: false });
  assert.equal((await recheck(user)).kind, 'active');
});
