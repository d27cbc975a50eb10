// A99: users who are copied to the Users table when they log in (`migrateUsers`). The copy must never shut out somebody
// else of the same name, and whoever is copied stays who it was.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { assembleTenant } from '../../functions/configuration/entries/assemble-tenant.ts';
import type { EntryReport } from '../../functions/configuration/entries/read-entry.ts';
import type { EndUser } from '../../functions/configuration/model.ts';
import { qualifiedName, subjectOf } from '../../functions/configuration/username.ts';
import { openLoginFixture } from '../support/login-fixture.ts';
import { openRestService, sendJson } from '../support/rest-service.ts';

const UNKNOWN = { path: 'status', equals: 'unknown' };

/** A web service with users of its own; `says`: what it answers to a name that it does not know. */
async function openService(context: TestContext, users: Readonly<Record<string, string>>, says: 'no' | 'unknown' = 'no') {
  const { attributes, calls } = await openRestService(context, (call, outgoing) => {
    const { username, password } = JSON.parse(call.body).credentials;
    const known = users[username.toLowerCase()];
    const status = known === undefined ? says : known === password ? 'yes' : 'no';
    sendJson(outgoing, { status, name: username, id: `id-${username.toLowerCase()}` });
  });
  return { calls, attributes: { ...attributes, success: { path: 'status', equals: 'yes' } } };
}

function openTenant() {
  const fixture = openLoginFixture();
  fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', migrateUsers: true });
  const loggedIn = async (typed: string, password: string): Promise<EndUser> => {
    const outcome = await fixture.login(typed, password);
    assert.ok(outcome.kind === 'authenticated', `${typed}: ${JSON.stringify(outcome)}`);
    return outcome.user;
  };
  return { ...fixture, loggedIn, copyOf: (name: string) => fixture.stores.users.findUser('my_company', name) };
}

const namesOf = (user: EndUser): readonly string[] => [subjectOf(user), qualifiedName(user)];

test('A99 a namesake in a later store is not copied where an earlier one only says no, and shuts nobody out', async (context) => {
  const { loggedIn, login, putStore, copyOf, stores } = openTenant();
  const [hr, partners] = [await openService(context, { bob: 'of-hr' }), await openService(context, { bob: 'of-partners' })];
  putStore('HR', { ...hr.attributes, priority: 10 });
  putStore('PARTNERS', { ...partners.attributes, priority: 20 });
  const first = await loggedIn('bob', 'of-partners');
  assert.equal(await copyOf('bob'), undefined);
  assert.equal((await loggedIn('bob', 'of-hr')).domain, 'HR');
  assert.deepEqual(namesOf(await loggedIn('bob', 'of-partners')), namesOf(first));
  assert.equal((await login('bob', 'of-nobody')).kind, 'refused');
  const said = stores.reports.flatMap(({ key, faults }) => faults.map(({ path, expected }) => `${key} ${path}: ${expected}`));
  assert.ok(said.some((line) => /^my_company \/ tenant migrateUsers: false, or unknownUser in userstore#HR/.test(line)));
});

test('A99 a reply that is neither of the noes that the entry names is an outage, and no later store answers in its place', async (context) => {
  const { login, putStore, copyOf } = openTenant();
  // It has both conditions, and its reply to bob of the partners meets neither: HR may know a bob.
  const [hr, partners] = [await openService(context, { bob: 'of-hr' }), await openService(context, { bob: 'of-partners' })];
  putStore('HR', { ...hr.attributes, priority: 10, unknownUser: UNKNOWN, wrongPassword: { path: 'status', equals: 'wrong' } });
  putStore('PARTNERS', { ...partners.attributes, priority: 20 });
  await assert.rejects(login('bob', 'of-partners'), { name: 'Unavailable', dependency: 'userstore HR of my_company', reason: 'bad-reply' });
  assert.equal(partners.calls.length, 0);
  assert.equal(await copyOf('bob'), undefined);
});

test('A99 where every earlier store says that it does not know the user, the user is copied and stays the same', async (context) => {
  for (const mapping of [{ username: 'name', uniqueId: 'id' }, { username: 'name' }, {}]) {
    const { loggedIn, login, putStore, copyOf } = openTenant();
    const [hr, partners] = [await openService(context, {}, 'unknown'), await openService(context, { carol: 'of-partners' })];
    putStore('HR', { ...hr.attributes, priority: 10, unknownUser: UNKNOWN });
    putStore('PARTNERS', { ...partners.attributes, priority: 20, ...mapping });
    const first = await loggedIn('Carol', 'of-partners');
    assert.notEqual(await copyOf('carol'), undefined);
    const asked = partners.calls.length;
    for (const typed of ['carol', 'CAROL', 'PARTNERS/carol', 'PRIMARY/carol', 'carol@my_company']) {
      assert.deepEqual(namesOf(await loggedIn(typed, 'of-partners')), namesOf(first), typed);
    }
    assert.equal(partners.calls.length, asked, 'the copy decides');
    assert.notEqual((await login('PARTNERS/carol', 'wrong')).kind, 'authenticated');
  }
});

test('A99 the copy decides after the store is gone too, and its end is the end of the user under every name', async (context) => {
  const { loggedIn, login, putStore, copyOf, stores, userstores } = openTenant();
  const partners = await openService(context, { dora: 'of-partners' });
  putStore('PARTNERS', { ...partners.attributes, username: 'name', uniqueId: 'id' });
  const first = await loggedIn('dora', 'of-partners');
  stores.remove('Tenants', { tenant: 'my_company', entry: 'userstore#PARTNERS' });
  const tenant = await stores.tenants.findTenant('my_company');
  assert.ok(tenant !== undefined);
  for (const typed of ['dora', 'PARTNERS/dora']) assert.deepEqual(namesOf(await loggedIn(typed, 'of-partners')), namesOf(first));
  assert.deepEqual(await userstores.recheckUser(tenant, first), { kind: 'active', user: first });
  assert.equal((await userstores.findUser(tenant, { domain: 'PARTNERS', name: 'dora' })).kind, 'active');
  assert.equal((await userstores.findUser(tenant, { domain: 'OTHER', name: 'dora' })).kind, 'unknown');
  assert.equal((await login('OTHER/dora', 'of-partners')).kind, 'refused');
  stores.put('Users', { ...Object(await copyOf('dora')), status: 'disabled' });
  assert.deepEqual(await userstores.recheckUser(tenant, first), { kind: 'refused', reason: 'user-disabled' });
  for (const typed of ['dora', 'PARTNERS/dora', 'PRIMARY/dora']) assert.equal((await login(typed, 'of-partners')).kind, 'refused', typed);
  stores.remove('Users', { tenant: 'my_company', username: 'dora' });
  assert.deepEqual(await userstores.recheckUser(tenant, first), { kind: 'refused', reason: 'user-deleted' });
  // Somebody else gets the name, in the Users table itself.
  stores.put('Users', { tenant: 'my_company', username: 'dora', id: 'id-dora', passwordHash: '$argon2id$x' });
  assert.deepEqual(await userstores.recheckUser(tenant, first), { kind: 'refused', reason: 'user-replaced' });
});

test('A99 a copy that is wrong stops nobody but its own, and a copy answers for no other store', async (context) => {
  const { loggedIn, login, putStore, stores, copyOf } = openTenant();
  const partners = await openService(context, { erin: 'of-partners' });
  putStore('PARTNERS', { ...partners.attributes, priority: 20 });
  await loggedIn('erin', 'of-partners');
  stores.put('Users', { ...Object(await copyOf('erin')), origin: { domain: 'primary', username: 'erin' } });
  assert.deepEqual(await login('erin', 'of-partners'), { kind: 'refused', reason: 'user-entry-wrong' });
  assert.equal((await loggedIn('PARTNERS/erin', 'of-partners')).keptIn, undefined);
});

test('A99 the setting is refused where a store that only says no is not the last, and the tenant goes on without it', () => {
  const rest = { type: 'rest', url: 'https://users.example.org/' };
  const ldap = { type: 'ldap', preset: 'openldap', urls: ['ldaps://x.example'], userSearchBase: 'dc=x' };
  const lambda = { type: 'lambda', functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:users' };
  const assembled = (...stores: readonly object[]) => {
    const reports: EntryReport[] = [];
    const items = stores.map((store, at) => ({ tenant: 't', entry: `userstore#S${at}`, priority: at, ...store }));
    const tenant = assembleTenant('t', [{ tenant: 't', entry: 'tenant', migrateUsers: true }, ...items], 'Tenants', (one) =>
      reports.push(one),
    );
    assert.ok(tenant !== undefined);
    assert.equal(reports.length, tenant.migrateUsers ? 0 : 1);
    return tenant.migrateUsers;
  };
  assert.equal(assembled(), true);
  assert.equal(assembled(rest), true);
  assert.equal(assembled(ldap, rest), true);
  assert.equal(assembled({ ...rest, unknownUser: UNKNOWN }, { ...lambda, unknownUser: UNKNOWN }, lambda), true);
  assert.equal(assembled(rest, ldap), false);
  assert.equal(assembled(lambda, ldap), false);
  assert.equal(assembled({ ...rest, wrongPassword: UNKNOWN }, ldap), false);
  assert.equal(assembled({ ...rest, enabled: false }, ldap), true);
});
