// Attacks that only Active Directory makes possible, against a Samba domain controller (rows A05, A07, A11 and A22 of
// the checklist).

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Client } from 'ldapts';
import { useDirectory } from '../support/directories/open-directory.ts';
import { ANN, JOE } from '../support/directories/people.ts';
import { SAMBA } from '../support/directories/samba.ts';
import { skipWithout } from '../support/required-part.ts';

suite('attacks on Active Directory', { skip: skipWithout(SAMBA.missing) }, () => {
  const { directory, proxy, open } = useDirectory(SAMBA);
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
});
