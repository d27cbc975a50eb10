// A change of password at the sign-in page's request, on real directories: who must change one does, with the old one; a
// policy's refusal is told in a word; and of two changes at once there is one.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Client } from 'ldapts';
import { DS389 } from '../support/directories/ds389.ts';
import type { DirectorySubject, TestDirectory } from '../support/directories/index.ts';
import { enterDirectory } from '../support/directories/open-directory.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { personDn, replace } from '../support/directories/organisation.ts';
import { ANN, JOE } from '../support/directories/people.ts';
import { SAMBA } from '../support/directories/samba.ts';
import { openLoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

interface ChangeCase {
  readonly subject: DirectorySubject;
  dnOf(directory: TestDirectory, name: string, commonName: string): string;
  /** Sets the policy, once. */
  prepare(client: Client): Promise<void>;
  /** Says that the user must change the password, which it also sets. */
  mustChange(client: Client, dn: string, password: string): Promise<void>;
  /** Two changes that begin with the same old password are both taken, one after the other. */
  readonly isRacy?: true;
  /** Samba takes the old password for an hour more, so that services that have it kept go on (`old password allowed period`). */
  readonly takesOldPassword?: true;
  /** New passwords that the policy refuses, and the word for why. */
  readonly refused: readonly (readonly [newPassword: string, reason: string])[];
}

const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

const POLICY_OF_OPENLDAP = `cn=policy,dc=example,dc=org`;

const CASES: readonly ChangeCase[] = [
  {
    subject: SAMBA,
    takesOldPassword: true,
    dnOf: (directory, _name, commonName) => `CN=${commonName},${directory.peopleBase}`,
    prepare: async () => {},
    async mustChange(client, dn, password) {
      await replace(client, dn, { unicodePwd: quoted(password) });
      await replace(client, dn, { pwdLastSet: '0' });
    },
    refused: [
      ['aB1-', 'password-too-short'],
      ['onlysmallletters', 'password-too-simple'],
    ],
  },
  {
    subject: OPENLDAP,
    dnOf: (_directory, name) => personDn(name),
    async prepare(client) {
      const policy = { objectClass: ['applicationProcess', 'pwdPolicy'], pwdAttribute: 'userPassword' };
      await client.add(POLICY_OF_OPENLDAP, {
        ...policy,
        pwdMinLength: '8',
        pwdInHistory: '3',
        pwdCheckQuality: '1',
        pwdMustChange: 'TRUE',
        pwdAllowUserChange: 'TRUE',
      });
    },
    async mustChange(client, dn, password) {
      await replace(client, dn, { pwdPolicySubentry: POLICY_OF_OPENLDAP });
      await replace(client, dn, { userPassword: password });
      await replace(client, dn, { pwdReset: 'TRUE' });
    },
    refused: [['short', 'password-too-short']],
  },
  {
    subject: DS389,
    dnOf: (_directory, name) => personDn(name),
    async prepare(client) {
      await replace(client, 'cn=config', {
        passwordMustChange: 'on',
        passwordCheckSyntax: 'on',
        passwordMinLength: '8',
        passwordHistory: 'on',
        passwordInHistory: '3',
      });
    },
    async mustChange(client, dn, password) {
      await replace(client, dn, { userPassword: password });
    },
    // It says of every rule but the history that the quality is insufficient.
    refused: [['aB1-', 'password-too-simple']],
    isRacy: true,
  },
];

for (const { subject, dnOf, prepare, mustChange, refused, takesOldPassword, isRacy } of CASES) {
  suite(`change of password: ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let directory: TestDirectory;
    before(async () => {
      directory = await subject.start();
      await directory.administer(prepare);
    });
    after(() => directory.stop());

    /** A tenant with the directory as its store, whose user must change the password. */
    async function open(person: typeof JOE, password: string, attributes: Readonly<Record<string, unknown>> = { passwordChange: true }) {
      await directory.administer((client) => mustChange(client, dnOf(directory, person.name, person.commonName), password));
      const fixture = openLoginFixture();
      const { caPem, host, ldapsUrl } = directory;
      enterDirectory(fixture, directory, { urls: [`ldaps://${host}:${new URL(ldapsUrl).port}`], caPem, timeoutMs: 8000, ...attributes });
      return fixture;
    }

    test('who must change it does, with the old one; then the new one is good, and the old one is not', async () => {
      const { login, changePassword } = await open(JOE, 'First-pass-1');
      const asked = await login(JOE.name, 'First-pass-1');
      assert.deepEqual(asked, {
        kind: 'refused',
        reason: 'must-change-password',
        isPasswordRight: true,
        changeableBy: { domain: 'LDAP', name: JOE.name },
      });
      assert.deepEqual(await login(JOE.name, 'wrong'), { kind: 'refused', reason: 'wrong-password' });
      for (const [newPassword, reason] of refused)
        assert.deepEqual(await changePassword(JOE.name, 'First-pass-1', newPassword), { kind: 'rejected', reason }, newPassword);
      assert.equal((await changePassword(JOE.name, 'wrong-old-1', 'Second-pass-2'))?.kind, 'rejected');
      assert.deepEqual(await changePassword(JOE.name, 'First-pass-1', 'Second-päss-2'), { kind: 'changed' });
      assert.equal((await login(JOE.name, 'Second-päss-2')).kind, 'authenticated');
      if (takesOldPassword !== true) assert.deepEqual(await login(JOE.name, 'First-pass-1'), { kind: 'refused', reason: 'wrong-password' });
    });

    test('of two changes at once one password is the new one', async () => {
      const { login, changePassword } = await open(ANN, 'Third-pass-3');
      const outcomes = await Promise.all(
        ['Fourth-pass-4', 'Fifth-pass-5'].map((newPassword) => changePassword(ANN.name, 'Third-pass-3', newPassword)),
      );
      const changes = outcomes.filter((outcome) => outcome?.kind === 'changed').length;
      assert.ok(changes === 1 || (isRacy === true && changes === 2), JSON.stringify(outcomes));
      const logins = await Promise.all(['Fourth-pass-4', 'Fifth-pass-5'].map((password) => login(ANN.name, password)));
      assert.equal(logins.filter(({ kind }) => kind === 'authenticated').length, 1);
    });

    test('a store whose entry does not say so changes nothing', async () => {
      const { login, changePassword } = await open(JOE, 'Sixth-pass-6', {});
      assert.deepEqual(await login(JOE.name, 'Sixth-pass-6'), { kind: 'refused', reason: 'must-change-password', isPasswordRight: true });
      assert.equal(await changePassword(JOE.name, 'Sixth-pass-6', 'Seventh-pass-7'), undefined);
    });
  });
}
