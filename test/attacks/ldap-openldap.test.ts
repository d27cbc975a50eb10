// What only shows on a real OpenLDAP: names of groups that look like others (A98), locks and ages of its password policy
// overlay without a bind (A22), changes of passwords (A101), several names of one user, and entries that are very large.

import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'ldapts';
import { createTenantStores } from '../../functions/userstores/tenant-stores.ts';
import { describeStateRights } from '../../infra/admin/commands/state-rights.ts';
import type { TestDirectory } from '../support/directories/index.ts';
import { enterDirectory, useDirectory } from '../support/directories/open-directory.ts';
import { ADMIN, ADMIN_PASSWORD, OPENLDAP, startOpenLdap } from '../support/directories/openldap.ts';
import { attributesOf, groupDn, PEOPLE, personDn, replace, SUFFIX } from '../support/directories/organisation.ts';
import { ANN, JOE } from '../support/directories/people.ts';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

const POLICIES = `ou=policies,${SUFFIX}`;
const policyDn = (name: string): string => `cn=${name},${POLICIES}`;

suite('attacks on OpenLDAP', { skip: skipWithout(OPENLDAP.missing) }, () => {
  const { directory, open } = useDirectory({ ...OPENLDAP, start: () => startOpenLdap(['maxsize 200000000']) });
  const asAdmin = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client({ url: directory().ldapUrl });
    await client.bind(ADMIN, ADMIN_PASSWORD);
    try {
      await work(client);
    } finally {
      await client.unbind();
    }
  };
  const addPerson = async (
    client: Client,
    uid: string | readonly string[],
    more: Readonly<Record<string, string | readonly string[]>> = {},
  ) => {
    const [name = ''] = [uid].flat();
    const dn = `uid=${name},${PEOPLE}`;
    await client.add(
      dn,
      attributesOf({ objectClass: 'inetOrgPerson', uid: [uid].flat(), cn: name, sn: name, userPassword: 'first-pass', ...more }),
    );
    return dn;
  };
  const addPolicy = (client: Client, name: string, settings: Readonly<Record<string, string>>) =>
    client.add(policyDn(name), { objectClass: ['device', 'pwdPolicy'], cn: name, pwdAttribute: 'userPassword', ...settings });

  before(() =>
    asAdmin(async (client) => {
      for (const ou of ['club', 'policies']) await client.add(`ou=${ou},${SUFFIX}`, { objectClass: 'organizationalUnit', ou });
      await client.add(groupDn('Admins'), { objectClass: 'groupOfNames', cn: 'Admins', member: personDn('ann') });
    }),
  );

  const now = (fixture: LoginFixture): LoginFixture => {
    fixture.time.nowMs = Date.now();
    return fixture;
  };
  const logIn = (fixture: LoginFixture, name: string, password = 'first-pass') => fixture.logIn(name, password);

  test('A98 a group whose name is a listed DN, or the listed name elsewhere, gives no role', async () => {
    const roles = { [groupDn('Admins')]: 'by-dn', Admins: 'by-name' };
    const base = `ou=groups,${SUFFIX}`;
    for (const mode of ['search', 'memberOf'] as const) {
      const ann = await logIn(open({ roles, groups: { mode, base } }), ANN.name, ANN.password);
      assert.deepEqual([...ann.roles].sort(), ['by-dn', 'by-name'], mode);
    }
    const forged = [
      [`cn=${groupDn('Admins').replace(/([=,])/g, '\\$1')},ou=club,${SUFFIX}`, groupDn('Admins')],
      [`cn=Admins,ou=club,${SUFFIX}`, 'Admins'],
      [`ou=Admins,${base}`, undefined],
    ] as const;
    await asAdmin(async (client) => {
      const joe = personDn(JOE.name);
      for (const [dn, cn] of forged) {
        if (cn !== undefined) await client.add(dn, { objectClass: 'groupOfNames', cn, member: joe });
        else await client.add(dn, { objectClass: ['groupOfNames', 'extensibleObject'], cn: 'other', ou: 'Admins', member: joe });
      }
    });
    for (const mode of ['search', 'memberOf'] as const) {
      for (const ofBase of [base, undefined]) {
        const settings = { mode, ...(ofBase !== undefined && { base: ofBase }) };
        const joe = await logIn(open({ roles, groups: settings }), JOE.name, JOE.password);
        // Without a base the whole domain counts for names; for DNs nothing but the DN itself ever does.
        assert.deepEqual(joe.roles, ofBase === undefined ? ['by-name'] : [], `${mode} ${ofBase}`);
      }
    }
  });

  test('of several names the one that was typed counts, else the one in the DN; groups may name any', async () => {
    await asAdmin(async (client) => {
      await addPerson(client, ['mia', 'mia.long'], { mail: 'm@example.org' });
      await client.add(`cn=chess,ou=groups,${SUFFIX}`, { objectClass: 'posixGroup', cn: 'chess', gidNumber: '7', memberUid: 'mia' });
    });
    const userSearchFilter = '(|(uid={username})(mail={username}))';
    const fixture = open({ userSearchFilter, roles: { chess: 'player' } });
    for (const [typed, username] of Object.entries({ mia: 'mia', MIA: 'mia', 'mia.long': 'mia.long', 'm@example.org@my_company': 'mia' })) {
      const user = await logIn(fixture, typed);
      assert.deepEqual([user.username, user.roles], [username, ['player']], typed);
      assert.equal(await fixture.recheckReason(user), 'active');
      const tenant = await fixture.stores.tenants.findTenant('my_company');
      const again = tenant && (await fixture.userstores.recheckUser(tenant, user));
      assert.equal(again?.kind === 'active' && again.user.username, username, 'a renewal keeps the name');
    }
    const byMail = await logIn(open({ userSearchFilter, usernameAttribute: 'mail' }), 'mia');
    assert.equal(byMail.username, 'm@example.org');
    // Where the name is who the user is, it does not depend on what was typed (A07).
    const nameless = open({ preset: undefined, userSearchFilter, groups: { mode: 'none' } });
    assert.deepEqual(new Set([(await logIn(nameless, 'mia')).username, (await logIn(nameless, 'mia.long')).username]).size, 1);
  });

  test('A22 a lock that has run out refuses nobody, with a bind or without; one by an administrator does', async () => {
    let dn = '';
    await asAdmin(async (client) => {
      await addPolicy(client, 'locks', { pwdLockout: 'TRUE', pwdMaxFailure: '1', pwdLockoutDuration: '2' });
      dn = await addPerson(client, 'lou');
      await replace(client, dn, { pwdPolicySubentry: policyDn('locks') });
    });
    const guess = async () => {
      const client = new Client({ url: directory().ldapUrl });
      await client.bind(dn, 'wrong').catch(() => {});
      await client.unbind();
    };
    const fixture = now(open());
    const user = await logIn(fixture, 'lou');
    await guess();
    assert.equal((await fixture.login('lou', 'first-pass')).kind, 'refused');
    assert.equal(await fixture.recheckReason(user), 'account-locked');
    await delay(3000);
    assert.equal(await now(fixture).recheckReason(user), 'active', 'slapd takes the attribute away at the next login alone');
    assert.equal((await logIn(fixture, 'lou')).username, 'lou', 'the first try');
    // Where no policy can be read, the entry of the store says how long.
    await asAdmin((client) => replace(client, dn, { pwdPolicySubentry: [] as unknown as string }));
    await asAdmin((client) => replace(client, dn, { pwdAccountLockedTime: '20200101000000Z' }));
    assert.equal(await now(open()).recheckReason(user), 'account-locked');
    assert.equal(await now(open({ lockSeconds: 60 })).recheckReason(user), 'active');
    assert.equal(await now(open({ passwordPolicy: policyDn('locks') })).recheckReason(user), 'active');
    await asAdmin((client) => replace(client, dn, { pwdAccountLockedTime: '000001010000Z' }));
    for (const attributes of [{}, { lockSeconds: 60 }, { passwordPolicy: policyDn('locks') }])
      assert.equal(await now(open(attributes)).recheckReason(user), 'account-locked', 'by an administrator');
  });

  test('A22 a password that has become too old ends renewals as it ends logins, and looking costs no grace login', async () => {
    let dn = '';
    await asAdmin(async (client) => {
      await addPolicy(client, 'ages', { pwdMaxAge: '2', pwdGraceAuthnLimit: '1' });
      dn = await addPerson(client, 'ida');
      await replace(client, dn, { pwdPolicySubentry: policyDn('ages') });
      await replace(client, dn, { userPassword: 'first-pass' });
    });
    const fixture = now(open());
    const user = await logIn(fixture, 'ida');
    assert.equal(await fixture.recheckReason(user), 'active');
    await delay(3000);
    for (let again = 0; again < 3; again++) assert.equal(await now(fixture).recheckReason(user), 'active', 'a login would have grace');
    assert.equal((await logIn(fixture, 'ida')).username, 'ida');
    assert.deepEqual(await fixture.login('ida', 'first-pass').then(({ kind }) => kind), 'refused');
    assert.equal(await now(fixture).recheckReason(user), 'password-expired');
    await asAdmin((client) => replace(client, dn, { pwdEndTime: '20200101000000Z' }));
    assert.equal(await fixture.recheckReason(user), 'account-expired');
  });

  test('A100 a policy that the store may not read is a state that nobody can vouch for, and the log names it', async () => {
    await asAdmin(async (client) => {
      const dn = await addPerson(client, 'pol');
      // With it slapd writes down when.
      await replace(client, dn, { userPassword: 'first-pass' });
      await replace(client, dn, { pwdPolicySubentry: policyDn('gone') });
    });
    const fixture = now(open());
    const user = await logIn(fixture, 'pol');
    assert.equal(await fixture.recheckReason(user), 'account-state-not-readable');
    const line = fixture.lines.find(({ event }) => event === 'ldap-account-state-not-readable');
    assert.deepEqual(line?.fields.attributes, [policyDn('gone')]);
  });

  test('A101 a new password ends what began with the old one, by whomever and in whatever way it was set', async () => {
    let dn = '';
    await asAdmin(async (client) => {
      dn = await addPerson(client, 'pia');
    });
    const fixture = open();
    const user = await logIn(fixture, 'pia');
    assert.equal(await fixture.recheckReason(user), 'active');
    await delay(1100);
    await asAdmin((client) => replace(client, dn, { userPassword: 'second-pass' }));
    assert.equal(await fixture.recheckReason(user), 'password-changed');
    assert.equal(await fixture.recheckReason(await logIn(fixture, 'pia', 'second-pass')), 'active');
    fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endOnPasswordChange: false });
    assert.equal(await fixture.recheckReason(user), 'active');
  });

  test('A100 the operator is told what the service account may not read', async () => {
    const limited = await startOpenLdap(['access to attrs=pwdChangedTime,pwdAccountLockedTime by * none']);
    try {
      const missing = async (subject: TestDirectory) => {
        const fixture = openLoginFixture();
        enterDirectory(fixture, subject, { urls: [subject.ldapUrl], allowPlaintext: true });
        const tenant = await fixture.stores.tenants.findTenant('my_company');
        const [configured] = tenant?.userstores ?? [];
        assert.ok(tenant !== undefined && configured !== undefined);
        const stores = createTenantStores(fixture.dependencies);
        const said = await describeStateRights(await stores.secondary(tenant, configured));
        stores.close();
        return said;
      };
      assert.equal(await missing(directory()), undefined);
      assert.match((await missing(limited)) ?? '', /may not read pwdAccountLockedTime, pwdChangedTime:/);
    } finally {
      await limited.stop();
    }
  });

  test('an empty search base is the naming context that the directory names', async () => {
    const fixture = open({ userSearchBase: '', roles: { staff: 'customer' } });
    assert.deepEqual((await logIn(fixture, JOE.name, JOE.password)).roles, ['customer']);
    assert.equal((await fixture.login('nobody', 'any')).kind, 'refused');
  });

  test('whatever the directory holds of a user, the user can log in, and the log says what was left out', async () => {
    await asAdmin(async (client) => {
      const dn = await addPerson(client, 'max', {
        description: Array.from({ length: 600 }, (_, at) => `value ${at}`),
        title: 'x'.repeat(5000),
        mail: Array.from({ length: 450 }, (_, at) => `${'m'.repeat(930)}${at}@example.org`),
        employeeType: 'small',
      });
      await client.add(groupDn('large'), { objectClass: 'groupOfNames', cn: 'large', member: dn });
    });
    const claims = { many: 'description', long: 'title', mails: 'mail', kind: 'employeeType', photo: 'jpegPhoto' };
    const fixture = open({ claims, roles: { large: 'customer' } });
    const user = await logIn(fixture, 'max');
    assert.deepEqual([user.claims, user.roles], [{ kind: 'small' }, ['customer']]);
    assert.ok(Buffer.byteLength(JSON.stringify(user)) < 50_000);
    const leftOut = fixture.lines.flatMap(({ event, fields }) =>
      event.endsWith('left-out') || event === 'user-too-large' ? fields.claims : [],
    );
    assert.deepEqual(leftOut, ['many', 'long', 'mails']);
    // More than an answer may be at all.
    for (const attribute of ['jpegPhoto', 'audio', 'userPKCS12'])
      await asAdmin((client) => replace(client, `uid=max,${PEOPLE}`, { [attribute]: Buffer.alloc(3_000_000, attribute) }));
    for (const mode of ['search', 'memberOf'] as const) {
      const large = open({ claims: { ...claims, audio: 'audio', keys: 'userPKCS12' }, groups: { mode }, roles: { large: 'customer' } });
      const found = await logIn(large, 'max');
      assert.deepEqual([found.claims, found.roles], [{}, ['customer']], mode);
      assert.ok(large.lines.some(({ level, event }) => level === 'ERROR' && event === 'ldap-entry-too-large'));
      assert.equal(await large.recheckReason(found), 'active');
    }
  });
});
