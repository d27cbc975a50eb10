// Attacks that only Active Directory makes possible, against a Samba domain controller (rows A05, A07, A11 and A22 of
// the checklist).

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { Attribute, BindRequest, Change, Client } from 'ldapts';
import { createDeadline } from '../../functions/userstores/deadline.ts';
import { connectLdap, parseServerAddress } from '../../functions/userstores/ldap/connect-ldap.ts';
import { BIND_RESPONSE } from '../../functions/userstores/ldap/ldap-message.ts';
import { readEntry } from '../../functions/userstores/ldap/ldap-search.ts';
import { completeValues } from '../../functions/userstores/ldap/value-ranges.ts';
import { useDirectory } from '../support/directories/open-directory.ts';
import { attributesOf, replace } from '../support/directories/organisation.ts';
import { ANN, JOE } from '../support/directories/people.ts';
import { MANY, SAMBA, startSamba } from '../support/directories/samba.ts';
import type { LoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

/** More than Windows hands out of an attribute at once. */
const MANY_GROUPS = 1550;
const DOMAIN = 'DC=corp,DC=example,DC=org';
const PEOPLE = `CN=Users,${DOMAIN}`;

const unicodePassword = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

suite('attacks on Active Directory', { skip: skipWithout(SAMBA.missing) }, () => {
  const { directory, proxy, open } = useDirectory({ ...SAMBA, start: () => startSamba(MANY_GROUPS) });
  const canBind = async (name: string, password: string): Promise<boolean> => {
    const client = new Client({ url: directory().ldapsUrl, tlsOptions: { ca: directory().caPem } });
    try {
      await client.bind(name, password);
      return true;
    } catch {
      return false;
    } finally {
      await client.unbind();
    }
  };

  test('A05 names that a direct bind would take are nobody: DOMAIN\\user, display name, id', async () => {
    const { login } = open();
    const outcome = await login(JOE.name, JOE.password);
    assert.ok(outcome.kind === 'authenticated');
    const domainName = `CORP\\${JOE.name}`;
    assert.ok(await canBind(domainName, JOE.password), 'the domain controller itself takes it');
    for (const name of [domainName, JOE.commonName, outcome.user.id ?? '', `{${outcome.user.id}}`]) {
      assert.deepEqual(await login(`${name}@my_company`, JOE.password), { kind: 'refused', reason: 'unknown-user' }, name);
    }
  });

  test('A07 the account name and the principal name are one user, with one counter', async () => {
    const { login } = open();
    const names = ['joe', 'JOE', 'joe@corp.example.org@my_company', 'ｊｏｅ'];
    const outcomes = [];
    for (const name of names) outcomes.push(await login(name, JOE.password));
    assert.equal(new Set(outcomes.map((outcome) => (outcome.kind === 'authenticated' ? outcome.user.id : outcome.kind))).size, 1);
    assert.ok(outcomes.every((outcome) => outcome.kind === 'authenticated' && outcome.user.username === 'joe'));
    for (const name of ['joe', 'JOE@corp.example.org@my_company', 'ｊｏｅ', 'joe@corp.example.org@my_company', 'Joe'])
      assert.equal((await login(name, 'wrong')).kind, 'refused', name);
    for (const name of names) assert.equal((await login(name, JOE.password)).kind, 'locked', name);
    for (const name of [' joe', 'joe ', 'joe\0']) assert.equal((await login(name, JOE.password)).kind, 'refused');
  });

  test('A11 no number of guesses locks the account of somebody whom the domain would lock at the tenth', async () => {
    const { login } = open();
    const guesses = Array.from({ length: 20 }, (_, at) => login(ANN.name, `guess ${at}`, { sourceAddress: `192.0.2.${at}` }));
    await Promise.all(guesses);
    for (let at = 0; at < 10; at += 1) await login('ann@corp.example.org@my_company', `late ${at}`);
    assert.equal((await login(ANN.name, ANN.password)).kind, 'locked');
    assert.ok(await canBind(`CN=${ANN.commonName},${directory().peopleBase}`, ANN.password));
    for (let at = 0; at < 10; at += 1) await canBind(`CN=${ANN.commonName},${directory().peopleBase}`, `direct ${at}`);
    assert.ok(!(await canBind(`CN=${ANN.commonName},${directory().peopleBase}`, ANN.password)), 'the domain does lock');
    assert.ok(proxy().connections() > 0);
  });

  test('A22 who is disabled, locked, expired or must change the password gets nothing new', async () => {
    const { login, lines } = open();
    const answers = [];
    for (const { person } of directory().states) {
      const outcome = await login(person.name, person.password);
      assert.equal(outcome.kind, 'refused', person.name);
      answers.push(outcome.kind === 'refused' && outcome.reason);
    }
    assert.deepEqual(answers, ['account-disabled', 'account-locked', 'account-expired', 'must-change-password', 'password-expired']);
    assert.deepEqual(
      lines.filter(({ level }) => level === 'ERROR'),
      [],
    );
  });

  const addUser = async (name: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const dn = `CN=${name},${PEOPLE}`;
    const values = {
      objectClass: 'user',
      sAMAccountName: name,
      unicodePwd: unicodePassword('First-pass-1'),
      userAccountControl: '512',
      ...more,
    };
    await directory().administer((client) => client.add(dn, attributesOf(values)));
    return dn;
  };
  const logIn = (fixture: LoginFixture, name: string, password = 'First-pass-1') => fixture.logIn(name, password);

  test('A100 who may not read Account Restrictions can vouch for nobody: no login, no renewal, no certificate', async () => {
    const dn = await addUser('hidden');
    const before = open();
    const user = await logIn(before, 'hidden');
    const everybody = `CN=S-1-5-11,CN=ForeignSecurityPrincipals,${DOMAIN}`;
    const change = (operation: 'add' | 'delete') => {
      const modification = new Attribute({ type: 'member', values: [everybody] });
      return (client: Client) =>
        client.modify(`CN=Pre-Windows 2000 Compatible Access,CN=Builtin,${DOMAIN}`, new Change({ operation, modification }));
    };
    await directory().administer(change('delete'));
    try {
      for (const control of ['512', '514']) {
        await directory().administer((client) => replace(client, dn, { userAccountControl: control }));
        const fixture = open();
        const tenant = await fixture.stores.tenants.findTenant('my_company');
        assert.ok(tenant !== undefined);
        const refused = { kind: 'refused', reason: 'account-state-not-readable' };
        const login = await fixture.login('hidden', 'First-pass-1');
        assert.equal(login.kind === 'refused' && login.reason, control === '512' ? refused.reason : 'account-disabled');
        assert.deepEqual(await fixture.recheck(user), refused);
        assert.deepEqual(await fixture.userstores.findUser(tenant, { domain: 'LDAP', name: 'hidden' }), refused);
        const line = fixture.lines.find(({ event }) => event === 'ldap-account-state-not-readable');
        assert.equal(line?.level, 'ERROR');
        assert.deepEqual(line?.fields.attributes, [
          'userAccountControl',
          'accountExpires',
          'pwdLastSet',
          'msDS-User-Account-Control-Computed',
        ]);
        assert.match(String(line?.fields.missing), /Account Restrictions/);
      }
    } finally {
      await directory().administer(change('add'));
    }
    assert.equal(await open().recheckReason(user), 'account-disabled');
  });

  test('A101 A22 a new password, or one that must be changed, ends what began with the old one', async () => {
    const dn = await addUser('pia');
    const fixture = open();
    const user = await logIn(fixture, 'pia');
    assert.equal(await fixture.recheckReason(user), 'active');
    await directory().administer((client) => replace(client, dn, { unicodePwd: unicodePassword('Second-pass-1') }));
    assert.equal(await fixture.recheckReason(user), 'password-changed');
    const after = await logIn(fixture, 'pia', 'Second-pass-1');
    assert.equal(await fixture.recheckReason(after), 'active');
    await directory().administer((client) => replace(client, dn, { pwdLastSet: '0' }));
    assert.equal(await fixture.recheckReason(after), 'must-change-password');
  });

  test('the primary group, and what it is in, are groups like any other', async () => {
    const dn = await addUser('rob');
    const [red, teams] = [`CN=Team Red,${PEOPLE}`, `CN=Teams,${PEOPLE}`];
    await directory().administer(async (client) => {
      await client.add(red, { objectClass: 'group', sAMAccountName: 'Team Red', member: dn });
      await client.add(teams, { objectClass: 'group', sAMAccountName: 'Teams', member: red });
    });
    const rolesIn = async (mode: string) =>
      [...(await logIn(open({ groups: { mode }, roles: { 'Domain Users': 'user', [red]: 'red', Teams: 'teams' } }), 'rob')).roles].sort();
    assert.deepEqual(await rolesIn('nested'), ['red', 'teams', 'user']);
    assert.deepEqual(await rolesIn('search'), ['red', 'user']);
    assert.deepEqual(await rolesIn('memberOf'), ['red', 'user']);
    await directory().administer(async (client) => {
      const [entry] = (await client.search(red, { scope: 'base', attributes: ['primaryGroupToken'] })).searchEntries;
      await replace(client, dn, { primaryGroupID: String(entry?.primaryGroupToken) });
    });
    // What was the primary group before is an ordinary one now.
    assert.deepEqual(await rolesIn('nested'), ['red', 'teams', 'user']);
    assert.deepEqual(await rolesIn('search'), ['red', 'user']);
    assert.deepEqual(await rolesIn('memberOf'), ['red', 'user']);
  });

  test('DOMAIN\\user and the account name with the name of the domain are names where the entry and the domain say so', async () => {
    await addUser('kai', { userPrincipalName: 'kai.long@corp.example.org' });
    const fixture = open({ netbiosName: 'CORP' });
    fixture.putUser('kai');
    const expected = (await logIn(fixture, 'LDAP/kai')).id;
    for (const typed of [
      'CORP\\kai',
      'corp\\KAI',
      'LDAP/CORP\\kai',
      'kai@corp.example.org@my_company',
      'kai.long@CORP.example.org@my_company',
    ])
      assert.equal((await logIn(fixture, typed)).id, expected, typed);
    for (const typed of ['EVIL\\kai', 'CORP\\', '\\kai', 'CORP\\CORP\\kai', 'kai@example.org@my_company', 'OTHER/CORP\\kai'])
      assert.equal((await fixture.login(typed, 'First-pass-1')).kind, 'refused', typed);
    const tenant = await fixture.stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    const found = await fixture.userstores.findUser(tenant, { domain: undefined, name: 'CORP\\kai' });
    assert.equal(found.kind === 'active' && found.user.id, expected);
    const empty = open({ userSearchBase: '' });
    assert.equal((await logIn(empty, 'kai@corp.example.org@my_company')).id, expected);
  });

  test('a user in more groups than Windows hands out at once, of which 500 give roles', async () => {
    const roles = Object.fromEntries(Array.from({ length: 499 }, (_, at) => [`many ${at * 3}`, `role ${at * 3}`]));
    for (const mode of ['memberOf', 'nested'] as const) {
      const fixture = open({ groups: { mode }, roles: { ...roles, 'of many': 'last' }, timeoutMs: 10_000 });
      const user = await logIn(fixture, MANY.name, MANY.password);
      assert.deepEqual([user.roles.length, user.roles.includes('last')], [500, true], mode);
      assert.equal(await fixture.recheckReason(user), 'active');
    }
  });

  test('values in parts are read to the last one', async () => {
    const { caPem, ldapsUrl, service } = directory();
    const deadline = createDeadline(10_000);
    const connection = await connectLdap(parseServerAddress(ldapsUrl, false), createSecureContext({ ca: caPem }), deadline);
    try {
      const request = (messageId: number) => new BindRequest({ messageId, dn: service.bindDn, password: service.bindPassword });
      assert.equal((await connection.send(BIND_RESPONSE, request, 5000)).result.code, 0);
      for (const [dn, attribute] of [
        [`CN=${MANY.name},OU=Many,${DOMAIN}`, 'memberOf'],
        [`CN=of many,OU=Many,${DOMAIN}`, 'member'],
      ] as const) {
        const part = await readEntry(connection, dn, [`${attribute};range=0-1499`], 5000);
        assert.ok(part !== undefined);
        assert.equal(part.moreFrom?.get(attribute.toLowerCase()), 1500);
        const whole = await completeValues(connection, part, attribute, 5000);
        assert.equal(new Set(whole.attributes.get(attribute.toLowerCase())?.map(String)).size, MANY_GROUPS + 1);
        assert.equal(whole.moreFrom?.size, 0);
      }
    } finally {
      connection.close();
    }
  });
});
