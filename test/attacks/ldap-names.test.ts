// Attacks by what is typed for a name, against OpenLDAP (rows A02 to A07, A11, A19 and A22 of the checklist).

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Attribute, Change, Client } from 'ldapts';
import { portOf, useDirectory } from '../support/directories/open-directory.ts';
import { OPENLDAP, startOpenLdap } from '../support/directories/openldap.ts';
import { personDn, replace } from '../support/directories/organisation.ts';
import { ANN, JOE, ODD_NAMES, STAFF, TWINS } from '../support/directories/people.ts';
import { skipWithout } from '../support/required-part.ts';

suite('attacks on a directory by names', { skip: skipWithout(OPENLDAP.missing) }, () => {
  const { directory, proxy, open } = useDirectory(OPENLDAP);
  const asAdmin = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client({ url: directory().ldapUrl });
    await client.bind('cn=admin,dc=example,dc=org', 'Admin-pass-1');
    await work(client);
    await client.unbind();
  };

  test('A02 a filter in a name is a name', async () => {
    const { login } = open();
    for (const name of [
      '*',
      'j*',
      'jo?',
      '*)(uid=*',
      'joe)(objectClass=*',
      'joe)(|(uid=*',
      'x)(uid=joe',
      '\\6aoe',
      'j\\6fe',
      'joe\\00',
      '(uid=joe)',
    ]) {
      assert.deepEqual(await login(name, JOE.password), { kind: 'refused', reason: 'unknown-user' }, name);
    }
    const injection = ODD_NAMES.find(({ name }) => name.startsWith('a*)'));
    assert.ok(injection !== undefined);
    const outcome = await login(injection.name, injection.password);
    assert.equal(outcome.kind === 'authenticated' && outcome.user.username, injection.name);
  });

  test('A03 a DN in a name is a name, and names with all that a DN escapes find their own groups', async () => {
    const { login } = open({ roles: { [STAFF]: 'customer' } });
    for (const name of [personDn(JOE.name), `uid=joe,${directory().peopleBase}`, 'joe,ou=people', '..,dc=example']) {
      const outcome = await login(name, JOE.password);
      assert.equal(outcome.kind, 'refused', name);
    }
    for (const { name, password } of ODD_NAMES) {
      const outcome = await login(name, password);
      assert.ok(outcome.kind === 'authenticated', name);
      assert.equal(outcome.user.username, name);
      assert.deepEqual(outcome.user.roles, ['customer'], name);
    }
  });

  test('A04 names are escaped once: those with ö, parentheses and backslashes log in, and spellings of their escapes do not', async () => {
    const { login } = open();
    for (const person of directory().oddNames) assert.equal((await login(person.name, person.password)).kind, 'authenticated', person.name);
    for (const name of ['paul \\28ops\\29', 'back\\5cslash', 'j\\c3\\b6rg', 'star\\2a', 'comma\\,name']) {
      assert.equal((await login(name, 'x')).kind, 'refused', name);
    }
  });

  test('A05 only what the filter compares is a name: no DN, common name, mail or id of a user is', async () => {
    const { login } = open();
    const outcome = await login(JOE.name, JOE.password);
    assert.ok(outcome.kind === 'authenticated');
    for (const name of [JOE.commonName, JOE.mail[0] ?? '', outcome.user.id ?? '', `u:${JOE.name}`, `dn:${personDn(JOE.name)}`]) {
      assert.deepEqual(await login(`${name}@my_company`, JOE.password), { kind: 'refused', reason: 'unknown-user' }, name);
    }
  });

  test('A06 two hits are refused, with either password, and a directory that cuts the list is an outage', async () => {
    const filter = { userSearchFilter: '(|(uid={username})(cn={username}))' };
    const { login, lines } = open(filter);
    for (const { password } of TWINS) assert.deepEqual(await login('Twin', password), { kind: 'refused', reason: 'ambiguous-user' });
    assert.ok(lines.some(({ event, level }) => event === 'ldap-user-ambiguous' && level === 'ERROR'));
    const cutting = await startOpenLdap(['sizelimit 1']);
    try {
      const cut = open({ ...filter, urls: [`ldap://127.0.0.1:${portOf(cutting.ldapUrl)}`] });
      await assert.rejects(cut.login('Twin', TWINS[0]?.password ?? ''), { name: 'Unavailable', reason: 'search-size-limit-exceeded' });
      assert.equal((await cut.login(JOE.name, JOE.password)).kind, 'authenticated');
    } finally {
      await cutting.stop();
    }
  });

  test('A07 spellings that the directory would take for the same name are not asked for, or share one counter', async () => {
    const { login } = open();
    const user = await login(JOE.name, JOE.password);
    assert.ok(user.kind === 'authenticated');
    for (const name of ['JOE', 'Joe', 'ｊｏｅ', 'ＪＯＥ']) {
      const outcome = await login(name, JOE.password);
      assert.equal(outcome.kind === 'authenticated' ? outcome.user.id : 'refused', user.user.id, name);
    }
    for (const name of ['joe', 'JOE', 'Joe', 'ｊｏｅ', 'ＪＯＥ']) assert.equal((await login(name, 'wrong')).kind, 'refused', name);
    for (const name of ['joe', 'ＪＯＥ']) assert.equal((await login(name, JOE.password)).kind, 'locked', name);
    for (const name of [' joe', 'joe ', 'joe\0', 'jo\u00ade', '\u200fjoe', 'joe\u200b', '\ufeffjoe', 'two blanks', 'two   blanks']) {
      assert.equal((await login(name, JOE.password)).kind, 'refused', JSON.stringify(name));
    }
  });

  test('A11 however many guesses there are, no more reach the directory than the tenant allows', async () => {
    const { login } = open();
    await login(JOE.name, JOE.password);
    const before = proxy().operations.length;
    const spellings = [ANN.name, ANN.name.toUpperCase(), 'ａｎｎ', 'Ann'];
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => login(spellings[at % 4] ?? ANN.name, `guess ${at}`, { sourceAddress: `192.0.2.${at}` })),
    );
    for (let at = 0; at < 20; at += 1) await login(spellings[at % 4] ?? ANN.name, `late guess ${at}`);
    const binds = proxy()
      .operations.slice(before)
      .filter((operation) => operation === 'bind').length;
    // Every new connection for searches binds the service.
    const wrongBinds = binds - 16;
    assert.ok(wrongBinds <= 5, `${wrongBinds} wrong binds`);
    assert.equal((await login(ANN.name, ANN.password)).kind, 'locked');
    const direct = new Client({ url: directory().ldapUrl });
    await direct.bind(personDn(ANN.name), ANN.password);
    await direct.unbind();
  });

  test('A19 an entry of another name is not the user, however the directory came to it', async () => {
    const { login, lines } = open({ userSearchFilter: `(|(uid={username})(mail=${JOE.mail[0]}))` });
    assert.equal((await login(JOE.name, JOE.password)).kind, 'authenticated');
    assert.deepEqual(await login('somebody', JOE.password), { kind: 'refused', reason: 'unknown-user' });
    assert.ok(lines.some(({ event }) => event === 'ldap-user-other-name'));
  });

  test('A22 a renewal asks again: who was locked, lost a role or left is seen at once', async () => {
    const { login, stores, userstores } = open({
      roles: { [STAFF]: 'customer' },
      userSearchFilter: '(&(uid={username})(!(title=former)))',
    });
    const outcome = await login(JOE.name, JOE.password);
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(outcome.kind === 'authenticated' && tenant !== undefined);
    const recheck = async (): Promise<string> => {
      const answer = await userstores.recheckUser(tenant, outcome.user);
      return answer.kind === 'active' ? answer.user.roles.join() : answer.reason;
    };
    assert.equal(await recheck(), 'customer');
    await asAdmin((admin) => replace(admin, personDn(JOE.name), { pwdAccountLockedTime: '000001010000Z' }));
    assert.equal(await recheck(), 'account-locked');
    await asAdmin(async (admin) => {
      const gone = new Change({ operation: 'delete', modification: new Attribute({ type: 'pwdAccountLockedTime', values: [] }) });
      await admin.modify(personDn(JOE.name), gone);
    });
    assert.equal(await recheck(), 'customer');
    await asAdmin((admin) => replace(admin, personDn(JOE.name), { title: 'former' }));
    assert.equal(await recheck(), 'user-gone', 'whom the filter no longer lets in');
  });
});
