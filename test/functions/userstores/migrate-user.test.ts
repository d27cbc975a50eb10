// Users of a secondary store who are copied to the Users table when they log in (`migrateUsers`).

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { subjectOf } from '../../../functions/configuration/username.ts';
import { authenticateUser } from '../../../functions/userstores/authenticate-user.ts';
import { createFailureDeadlines } from '../../../functions/userstores/failure-deadline.ts';
import { createLoginGate } from '../../../functions/userstores/login-gate.ts';
import { CURRENT_COST } from '../../../functions/userstores/password-hashes/argon2.ts';
import { createTenantStores } from '../../../functions/userstores/tenant-stores.ts';
import type { Userstore, UserstoreDependencies } from '../../../functions/userstores/userstore.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { openRestService, sendJson } from '../../support/rest-service.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:users-by-mail';

async function openMigration(context: TestContext, more: Partial<UserstoreDependencies> = {}) {
  const fixture = openLoginFixture(more);
  const service = await openRestService(context, (call, outgoing) => {
    const { username, password } = JSON.parse(call.body).credentials;
    const status = String(username.toLowerCase() === 'userx' && password === 'mypass');
    sendJson(outgoing, { response: { status }, name: 'UserX', mail: ['x@example.org'], roles: ['customer'], long: 'x'.repeat(129) });
  });
  fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', migrateUsers: true });
  fixture.putStore('EXTERNAL', { ...service.attributes, claims: { email: 'mail' }, roles: 'roles', username: 'name' });
  const migrated = () => fixture.stores.users.findUser('my_company', 'userx');
  return { ...fixture, ...service, migrated };
}

test('off by default', async (context) => {
  const { login, stores, migrated } = await openMigration(context);
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  assert.equal(await migrated(), undefined);
});

test('a user who logs in is copied, and from then on the primary store decides', async (context) => {
  const { login, migrated, calls } = await openMigration(context, { passwordCost: CURRENT_COST });
  const first = await login('USERX', 'mypass');
  assert.ok(first.kind === 'authenticated');
  assert.deepEqual([first.user.domain, first.user.keptIn], ['EXTERNAL', 'PRIMARY']);
  const copy = await migrated();
  assert.ok(copy !== undefined && copy !== 'broken');
  assert.match(copy.id, /^[0-9a-f-]{36}$/);
  assert.match(copy.passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.deepEqual([copy.status, copy.roles, copy.claims], ['active', ['customer'], { email: ['x@example.org'] }]);
  const second = await login('userx', 'mypass');
  assert.ok(second.kind === 'authenticated');
  assert.deepEqual(second.user, first.user);
  assert.equal(calls.length, 1);
  assert.deepEqual(await login('userx', 'wrong'), { kind: 'refused', reason: 'wrong-password' });
  assert.deepEqual(await migrated(), copy);
});

test('neither a wrong password, nor a named store, nor the authorizer copies anybody', async (context) => {
  const { login, migrated } = await openMigration(context);
  await login('userx', 'wrong');
  assert.equal((await login('EXTERNAL/userx', 'mypass')).kind, 'authenticated');
  assert.equal((await login('userx@my_company', 'mypass', { requiredTenant: undefined })).kind, 'authenticated');
  assert.equal(await migrated(), undefined);
});

test('of logins at once one copies, and all succeed', async (context) => {
  const { login, lines } = await openMigration(context);
  const outcomes = await Promise.all([1, 2, 3].map(() => login('userx', 'mypass')));
  assert.ok(outcomes.every(({ kind }) => kind === 'authenticated'));
  assert.equal(lines.filter(({ event }) => event === 'user-migrated').length, 1);
});

test('what an entry may not hold is not copied, and a table that is out costs the login nothing', async (context) => {
  const { login, lines, migrated, putStore, attributes } = await openMigration(context);
  putStore('EXTERNAL', { ...attributes, roles: 'roles', claims: { 'wrong\u0000name': 'mail' } });
  await assert.rejects(login('userx', 'mypass'), { reason: 'wrong-entry' });
  putStore('EXTERNAL', { ...attributes, claims: { empty: 'empty', long: 'long' } });
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  assert.ok((await migrated()) !== undefined);
  const out = openLoginFixture();
  const failing = await openMigration(context, { users: { ...out.stores.users, insertUser: () => Promise.reject(new Error('out')) } });
  assert.equal((await failing.login('userx', 'mypass')).kind, 'authenticated');
  assert.ok(failing.lines.some(({ event, level }) => event === 'user-not-migrated' && level === 'WARN'));
  assert.equal(lines.filter(({ level }) => level === 'WARN').length, 0);
});

test('A79 who typed another name than the store’s own is not copied: an earlier store may have somebody of that name', async () => {
  const { stores, dependencies } = openLoginFixture();
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', migrateUsers: true });
  stores.put('Tenants', { tenant: 'my_company', entry: 'userstore#MAIL', type: 'lambda', functionArn: ARN });
  // As a directory answers whose filter finds users by their mail address as well.
  const byMail: Userstore = {
    domain: 'MAIL',
    async authenticate(_name, _password, reserve) {
      const reservation = await reserve('id-of-alice');
      const user = { tenant: 'my_company', domain: 'MAIL', username: 'alice', id: 'id-of-alice', roles: [], claims: {} };
      return reservation.kind === 'locked' ? reservation : { kind: 'authenticated', user };
    },
    recheck: async (user) => ({ kind: 'active', user }),
  };
  const login = (typedUsername: string) =>
    authenticateUser(
      {
        ...dependencies,
        gate: createLoginGate(dependencies),
        startFailureDeadline: createFailureDeadlines({ failureQuantumMs: 0 }),
        stores: { ...createTenantStores(dependencies), secondary: async () => byMail },
      },
      { typedUsername, password: 'mypass', requiredTenant: 'my_company', sourceAddress: '192.0.2.1', addressSpeaksForMany: false },
    );
  assert.equal((await login('alice@example.org@my_company')).kind, 'authenticated');
  assert.equal(await stores.users.findUser('my_company', 'alice'), undefined);
  assert.equal((await login('Alice')).kind, 'authenticated');
  assert.notEqual(await stores.users.findUser('my_company', 'alice'), undefined);
});

test('A97 A99 who was known by a folded name keeps that subject in the copy', async (context) => {
  const { login, putStore, attributes, calls } = await openMigration(context);
  putStore('EXTERNAL', { ...attributes, success: { path: 'response.status', equals: 'false' } });
  const first = await login('José', 'x');
  const asked = calls.length;
  const second = await login('josé', 'x');
  assert.equal(calls.length, asked, 'the copy decides');
  const subjects = [first, second].map((outcome) => (outcome.kind === 'authenticated' ? subjectOf(outcome.user) : outcome.kind));
  assert.deepEqual(subjects, ['EXTERNAL/jose@my_company', 'EXTERNAL/jose@my_company']);
});
