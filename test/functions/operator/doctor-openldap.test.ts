// `userstore doctor` on set-ups of a real slapd that are each broken in one place: the step that is found, and the words.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import * as v from 'valibot';
import type { Examination, StepReport } from '../../../functions/operator/examination.ts';
import { formatExamination } from '../../../infra/admin/userstores/format-examination.ts';
import { operatorAnswer } from '../../../infra/admin/userstores/operator-answer.ts';
import { OTHER_HOST_CERTIFICATE, TEST_CA } from '../../support/certificates/index.ts';
import type { TestDirectory } from '../../support/directories/index.ts';
import { OPENLDAP, startOpenLdap } from '../../support/directories/openldap.ts';
import { groupDn, SUFFIX } from '../../support/directories/organisation.ts';
import { JOE, SERVICE_PASSWORD, STAFF } from '../../support/directories/people.ts';
import { freePort } from '../../support/directories/process.ts';
import { readText } from '../../support/repository-files.ts';
import { skipWithout } from '../../support/required-part.ts';
import { newCertificate, OID } from '../../support/x509.ts';
import { askDoctor, failedStep, openExamined, stepsOf } from './ask-doctor.ts';

const page = readText('infra/admin/DOCTOR.md');
/** A session as the page has it, but for times and ports. */
const steady = (text: string): string =>
  text
    .replaceAll(/[0-9a-f-]{36}/g, 'UUID')
    .replaceAll(/ *\d+ ms/g, ' N ms')
    .replaceAll(/(127\.0\.0\.1:|port )\d+/g, '$1P');

/** Service accounts that each lack one right. */
const account = (name: string): string => `cn=${name},${SUFFIX}`;
const BLIND = ['no-base', 'no-id', 'no-state', 'no-groups', 'no-members', 'no-uid'].map(account);
const RIGHTS = [
  `access to dn.subtree="ou=people,${SUFFIX}" by dn.exact="${account('no-base')}" none by * break`,
  `access to attrs=entryUUID by dn.exact="${account('no-id')}" none by * break`,
  `access to attrs=pwdAccountLockedTime,pwdReset by dn.exact="${account('no-state')}" none by * break`,
  `access to dn.subtree="ou=groups,${SUFFIX}" by dn.exact="${account('no-groups')}" none by * break`,
  `access to attrs=member,uniqueMember,memberUid by dn.exact="${account('no-members')}" none by * break`,
  `access to attrs=uid by dn.exact="${account('no-uid')}" none by * break`,
  'access to attrs=userPassword by self =xw by anonymous auth by * none',
  `access to * ${BLIND.map((dn) => `by dn.exact="${dn}" read`).join(' ')} by * break`,
];
const ROLES = { roles: { [STAFF]: 'customer' }, groups: { mode: 'search', base: `ou=groups,${SUFFIX}` } };

suite('userstore doctor, OpenLDAP', { skip: skipWithout(OPENLDAP.missing) }, () => {
  let directory: TestDirectory;

  before(async () => {
    directory = await startOpenLdap(RIGHTS);
    await directory.administer(async (client) => {
      for (const dn of BLIND)
        await client.add(dn, {
          objectClass: ['organizationalRole', 'simpleSecurityObject'],
          cn: dn.slice(3, dn.indexOf(',')),
          userPassword: SERVICE_PASSWORD,
        });
    });
  });
  after(() => directory.stop());

  /** Store of the directory, with what a set-up has otherwise. */
  const open = (attributes: Readonly<Record<string, unknown>> = {}, secret?: Readonly<Record<string, string>>) =>
    openExamined(directory, { urls: [directory.ldapsUrl], caPem: TEST_CA, ...ROLES, ...attributes }, secret);
  const as = (name: string) => ({ bindDn: account(name) });

  test('finds nothing wrong where all is well, without a user and with one and the password', async () => {
    const fixture = open();
    const unnamed = stepsOf(await askDoctor(fixture));
    assert.deepEqual(
      unnamed.map(({ step, outcome }) => `${step} ${outcome}`),
      [
        ...['secret passed', 'name-resolution passed', 'tcp passed', 'tls passed', 'service-bind passed', 'search passed'],
        ...['filter-hits passed', 'unique-id passed', 'account-state passed', 'groups passed', 'user-bind skipped'],
      ],
    );
    assert.match(unnamed[3]?.found ?? '', /^TLSv1\.3, certificate for .*127\.0\.0\.1.*; chain .* < .*; valid until 2120-01-01$/);
    assert.ok(unnamed.every(({ ms }) => Number.isInteger(ms)));
    const named = stepsOf(await askDoctor(fixture, { user: JOE.name, password: JOE.password }));
    assert.deepEqual(new Set(named.map(({ outcome }) => outcome)), new Set(['passed']));
    assert.equal(named.find(({ step }) => step === 'groups')?.found, 'by search, roles customer');
    assertSession(await askDoctor(fixture, { user: JOE.name, password: JOE.password }));
    assert.equal(JSON.stringify(named).includes(SERVICE_PASSWORD), false);
    assert.equal(JSON.stringify(named).includes(JOE.password), false);
  });

  const find = async (fixture: ReturnType<typeof open>, user?: string): Promise<StepReport> =>
    failedStep(await askDoctor(fixture, { user }));

  /** The page has a row of the set-up with this step and this word. */
  function assertOnPage(setup: string, { step, reason }: StepReport): void {
    assert.ok(page.includes(`| ${setup} | \`${step}\` | \`${reason}\` |`), `${setup} | ${step} | ${reason}`);
  }

  /** The session of the page is what the command prints today. */
  function assertSession(examination: Examination): void {
    const answer = v.parse(operatorAnswer, examination);
    assert.ok(answer.kind === 'examined');
    const lines = formatExamination(
      { ...answer, tenant: 'my_company', userstore: 'LDAP', from: 'from the function Gatehouse-Operator' },
      100,
    );
    assert.ok(steady(page).includes(steady(lines.join('\n'))), lines.join('\n'));
  }

  test('1 a wrong host name', async () => {
    const step = await find(open({ urls: ['ldaps://no-such-directory.invalid'] }));
    assertOnPage('wrong host name', step);
    assert.deepEqual([step.step, step.reason], ['name-resolution', 'name-not-resolved']);
    assert.match(step.error ?? '', /no-such-directory\.invalid/);
    assert.match(step.remedy ?? '', /Check the name no-such-directory\.invalid in the URL/);
  });

  test('2 a closed port', async () => {
    const port = await freePort();
    const step = await find(open({ urls: [`ldaps://127.0.0.1:${port}`] }));
    assertOnPage('closed port', step);
    assert.deepEqual([step.step, step.reason], ['tcp', 'connection-failed']);
    assert.match(step.error ?? '', /ECONNREFUSED/);
    assert.match(step.remedy ?? '', new RegExp(`Nothing listens on port ${port} of 127.0.0.1`));
  });

  test('3 an expired certificate, and 4 one for another name', async () => {
    const expired = newCertificate({ subject: [[[OID.CN, '127.0.0.1']]], validTo: new Date('2021-05-06T00:00:00Z') });
    const certificates = [{ cert: expired.pem, key: expired.privateKeyPem }, OTHER_HOST_CERTIFICATE] as const;
    const others = await Promise.all(certificates.map((certificate) => startOpenLdap([], certificate)));
    try {
      const [old, foreign] = others.map(({ ldapsUrl }) => [ldapsUrl]);
      const first = await find(open({ urls: old, caPem: expired.pem }));
      assertOnPage('expired certificate', first);
      assertSession(await askDoctor(open({ urls: old, caPem: expired.pem })));
      assert.deepEqual([first.step, first.reason], ['tls', 'tls-failed']);
      assert.match(first.error ?? '', /CERT_HAS_EXPIRED/);
      assert.match(first.found ?? '', /valid until 2021-05-06/);
      assert.equal(first.remedy, 'Renew the certificate of 127.0.0.1 on the server: it ended on 2021-05-06.');
      const second = await find(open({ urls: foreign }));
      assertOnPage('certificate for another name', second);
      assert.deepEqual([second.step, second.reason], ['tls', 'tls-failed']);
      assert.match(second.error ?? '', /ERR_TLS_CERT_ALTNAME_INVALID/);
      assert.match(second.remedy ?? '', /The certificate is for .*, and the URL says 127\.0\.0\.1\. Write one of its names into the URL/);
    } finally {
      await Promise.all(others.map((other) => other.stop()));
    }
  });

  test('5 a CA that is not trusted', async () => {
    const bare = await find(open({ caPem: undefined }));
    assertOnPage('untrusted CA', bare);
    assert.deepEqual([bare.step, bare.reason], ['tls', 'tls-failed']);
    assert.match(bare.remedy ?? '', /^The entry has no caPem, so public CAs alone are trusted, and none of them is the one that signed it/);
    const other = await find(open({ caPem: newCertificate().pem }));
    assert.match(other.remedy ?? '', /^caPem of the entry does not have the CA that signed it/);
  });

  test('6 a wrong bind password', async () => {
    const step = await find(open({}, { bindPassword: 'Wrong-pass-9' }));
    assertOnPage('wrong password of the service account', step);
    assert.deepEqual([step.step, step.reason], ['service-bind', 'service-bind-refused']);
    assert.equal(step.error, 'service-bind-refused: LDAP result 49');
    assert.equal(JSON.stringify(step).includes('Wrong-pass-9'), false);
  });

  test('7 no right to read the base', async () => {
    for (const user of [undefined, JOE.name]) {
      const step = await find(open({}, as('no-base')), user);
      assertOnPage('no right to read the base', step);
      assert.deepEqual([step.step, step.reason], ['search', 'search-no-such-object']);
      assert.equal(step.error, 'LDAP result 32');
      assert.match(step.remedy ?? '', /^Check userSearchBase, ou=people,dc=example,dc=org: .*cn=no-base,dc=example,dc=org may not read it/);
    }
  });

  test('8 no right to read the unique id', async () => {
    const step = await find(open({}, as('no-id')));
    assertOnPage('no right to read the unique id', step);
    assert.deepEqual([step.step, step.reason], ['unique-id', 'unique-id-not-readable']);
    assert.match(step.error ?? '', /shows no single value of entryUUID$/);
    assert.match(step.remedy ?? '', /^Let cn=no-id,dc=example,dc=org read entryUUID/);
  });

  test('9 no right to read the state of accounts', async () => {
    const step = await find(open({}, as('no-state')));
    assertOnPage('no right to read the state of accounts', step);
    assert.deepEqual([step.step, step.reason], ['account-state', 'account-state-not-readable']);
    assert.match(step.error ?? '', /^cn=no-state,dc=example,dc=org may not read pwdAccountLockedTime, pwdReset of uid=/);
    assert.match(step.remedy ?? '', /^Let cn=no-state,dc=example,dc=org read these attributes of users/);
  });

  test('10 a wrong filter, and one by what may not be read', async () => {
    const step = await find(open({ userSearchFilter: '(&(objectClass=user)(sAMAccountName={username}))' }));
    assertOnPage('wrong filter', step);
    assert.deepEqual([step.step, step.reason], ['filter-hits', 'filter-finds-nobody']);
    assert.match(step.error ?? '', /nobody below ou=people,dc=example,dc=org meets \(objectClass=user\) and \(sAMAccountName=\*\)$/);
    const blind = await find(open({ userSearchFilter: '(&(objectClass=person)(uid={username}))' }, as('no-uid')), JOE.name);
    assert.match(blind.error ?? '', /meets \(uid=\*\)$/);
    assert.match(blind.remedy ?? '', /or let cn=no-uid,dc=example,dc=org search by these attributes/);
    const nobody = await find(open(), 'nobody.here');
    assert.deepEqual([nobody.step, nobody.reason], ['filter-hits', 'unknown-user']);
    assert.equal(nobody.error, '0 entries for nobody.here; the filter finds others');
  });

  test('11 two hits', async () => {
    const step = await find(open({ userSearchFilter: '(|(cn={username})(uid={username}))' }), 'Twin');
    assertOnPage('two hits', step);
    assert.deepEqual([step.step, step.reason], ['filter-hits', 'ambiguous-user']);
    assert.match(step.error ?? '', /^2 entries for Twin: uid=\S+; uid=\S+$/);
    assert.match(step.remedy ?? '', /so narrow that a name finds one entry/);
  });

  test('12 groups that can’t be read: their base, themselves, and who is in them', async () => {
    const step = await find(open({}, as('no-groups')), JOE.name);
    assertOnPage('groups that can’t be read', step);
    assert.deepEqual([step.step, step.reason], ['groups', 'search-no-such-object']);
    assert.match(step.remedy ?? '', /^Check groups\.base, ou=groups,dc=example,dc=org/);
    const unseen = await find(open({ groups: { mode: 'search', base: SUFFIX } }, as('no-groups')), JOE.name);
    assert.deepEqual([unseen.step, unseen.reason], ['groups', 'groups-not-readable']);
    assert.match(unseen.error ?? '', /can be seen below dc=example,dc=org: staff$/);
    const members = await find(open({}, as('no-members')), JOE.name);
    assertOnPage('groups whose members can’t be read', members);
    assert.deepEqual([members.step, members.reason], ['groups', 'members-not-readable']);
    assert.match(members.remedy ?? '', /^Let cn=no-members,dc=example,dc=org search and read member/);
    const byDn = await find(open({ roles: { [groupDn('gone')]: 'x' } }), JOE.name);
    assert.equal(byDn.reason, 'groups-not-readable');
  });

  test('a user who may not log in, and a wrong password, are found last', async () => {
    const locked = await find(open(), 'locked');
    assert.deepEqual([locked.step, locked.reason], ['account-state', 'account-locked']);
    const wrong = failedStep(await askDoctor(open(), { user: JOE.name, password: 'Not-of-joe-1' }));
    assert.deepEqual([wrong.step, wrong.reason], ['user-bind', 'wrong-password']);
    assert.equal(JSON.stringify(wrong).includes('Not-of-joe-1'), false);
  });

  test('A16 a secret that is not meant for the server is not sent there', async () => {
    const step = await find(open({}, { urls: 'ldaps://directory.example.org' }));
    assert.deepEqual([step.step, step.reason], ['secret', 'url-not-in-secret']);
  });

  test('each server of the store is examined, whatever is wrong with the others', async () => {
    const examination = await askDoctor(open({ urls: [`ldaps://127.0.0.1:${await freePort()}`, directory.ldapsUrl] }));
    assert.equal(failedStep(examination).step, 'tcp');
    assert.deepEqual(new Set(stepsOf(examination, 1).map(({ outcome }) => outcome)), new Set(['passed', 'skipped']));
  });

  test('StartTLS, plain LDAP, and a store that is switched off are examined as well', async () => {
    const startTls = stepsOf(await askDoctor(open({ urls: [directory.ldapUrl], startTls: true, enabled: false })));
    assert.match(startTls[3]?.found ?? '', /^TLSv1/);
    const plain = stepsOf(await askDoctor(open({ urls: [directory.ldapUrl], caPem: undefined, allowPlaintext: true })));
    assert.deepEqual([plain[3]?.outcome, plain[3]?.found], ['warning', 'none: allowPlaintext is set, and passwords go in clear']);
  });
});
