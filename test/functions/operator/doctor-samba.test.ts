// `userstore doctor` on set-ups of a real Samba domain that are each broken in one place. It begins as doctor-openldap.test.ts
// does, and takes rights away as an administrator of Active Directory would: by denials in security descriptors.

import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { createServer } from 'node:tls';
import { Attribute, Change } from 'ldapts';
import type { StepReport } from '../../../functions/operator/examination.ts';
import { OTHER_HOST_CERTIFICATE } from '../../support/certificates/index.ts';
import { denial, readBytes, whileDenied } from '../../support/directories/access-denial.ts';
import type { TestDirectory } from '../../support/directories/index.ts';
import { portOf } from '../../support/directories/open-directory.ts';
import { attributesOf } from '../../support/directories/organisation.ts';
import { JOE, STAFF, TWINS } from '../../support/directories/people.ts';
import { freePort } from '../../support/directories/process.ts';
import { SAMBA } from '../../support/directories/samba.ts';
import { listen } from '../../support/listen.ts';
import { skipWithout } from '../../support/required-part.ts';
import { newCertificate, OID } from '../../support/x509.ts';
import { askDoctor, failedStep, openExamined, stepsOf } from './ask-doctor.ts';

const DOMAIN = 'DC=corp,DC=example,DC=org';
const HIDDEN = `OU=hidden,${DOMAIN}`;
const READ_PROPERTY = 0x10;
const LIST_AND_READ = 0x94;

suite('userstore doctor, Samba', { skip: skipWithout(SAMBA.missing) }, () => {
  let directory: TestDirectory;
  let service: Buffer;

  before(async () => {
    directory = await SAMBA.start();
    await directory.administer(async (client) => {
      service = await readBytes(client, directory.service.bindDn, 'objectSid');
      await client.add(HIDDEN, attributesOf({ objectClass: 'organizationalUnit', ou: 'hidden' }));
      const within = { objectClass: 'user', sAMAccountName: 'inside', userAccountControl: '514' };
      await client.add(`CN=inside,${HIDDEN}`, attributesOf(within));
    });
  });
  after(() => directory.stop());

  const denied = (dns: readonly string[], ace: Buffer, work: () => Promise<void>) => whileDenied(directory, dns, ace, work);

  const open = (attributes: Readonly<Record<string, unknown>> = {}, secret?: Readonly<Record<string, string>>) =>
    openExamined(directory, { urls: [directory.ldapsUrl], caPem: directory.caPem, roles: { [STAFF]: 'customer' }, ...attributes }, secret);
  const find = async (fixture: ReturnType<typeof open>, user: string | undefined = JOE.name): Promise<StepReport> =>
    failedStep(await askDoctor(fixture, { user }));
  const joeDn = `CN=${JOE.commonName},CN=Users,${DOMAIN}`;

  /** Another certificate in front of the domain controller, as a load balancer would show it. */
  async function behind(context: TestContext, certificate: { readonly cert: string; readonly key: string }): Promise<string> {
    const server = createServer({ ...certificate }, (socket) => socket.destroy());
    server.on('tlsClientError', () => {});
    return `ldaps://127.0.0.1:${await listen(context, server)}`;
  }

  test('finds nothing wrong where all is well', async () => {
    for (const asked of [{}, { user: JOE.name, password: JOE.password }]) {
      const steps = stepsOf(await askDoctor(open(), asked));
      assert.deepEqual(
        steps.filter(({ outcome }) => outcome === 'failed' || outcome === 'not-reached'),
        [],
      );
    }
  });

  test('1 a wrong host name, 2 a closed port', async () => {
    const name = await find(open({ urls: ['ldaps://no-such-controller.invalid'] }));
    assert.deepEqual([name.step, name.reason], ['name-resolution', 'name-not-resolved']);
    const port = await find(open({ urls: [`ldaps://127.0.0.1:${await freePort()}`] }));
    assert.deepEqual([port.step, port.reason], ['tcp', 'connection-failed']);
  });

  test('3 an expired certificate, 4 one for another name, 5 a CA that is not trusted', async (context) => {
    const expired = newCertificate({ subject: [[[OID.CN, 'dc1']]], validTo: new Date('2021-05-06T00:00:00Z') });
    const old = await find(open({ urls: [await behind(context, { cert: expired.pem, key: expired.privateKeyPem })], caPem: expired.pem }));
    assert.deepEqual([old.step, old.remedy], ['tls', 'Renew the certificate of dc1 on the server: it ended on 2021-05-06.']);
    const foreign = await find(open({ urls: [await behind(context, OTHER_HOST_CERTIFICATE)] }));
    assert.match(foreign.error ?? '', /ERR_TLS_CERT_ALTNAME_INVALID/);
    // The same domain controller by an address that its certificate does not have.
    const otherName = await find(open({ urls: [`ldaps://[::ffff:127.0.0.1]:${portOf(directory.ldapsUrl)}`] }));
    assert.match(otherName.remedy ?? '', /The certificate is for .*127\.0\.0\.1.*, and the URL says ::ffff:7f00:1/);
    const untrusted = await find(open({ caPem: undefined }));
    assert.match(untrusted.remedy ?? '', /The entry has no caPem/);
  });

  test('6 a wrong bind password, in the words of Active Directory', async () => {
    const step = await find(open({}, { bindPassword: 'Wrong-pass-9' }));
    assert.deepEqual([step.step, step.reason], ['service-bind', 'service-bind-refused']);
    assert.match(step.error ?? '', /LDAP result 49: .*data 52e/);
  });

  test('7 no right to read the base', async () => {
    const seen = await find(open({ userSearchBase: HIDDEN }), 'inside');
    assert.deepEqual([seen.step, seen.reason], ['account-state', 'account-disabled'], 'before the right was taken away');
    await denied([HIDDEN], denial(service, LIST_AND_READ), async () => {
      const step = await find(open({ userSearchBase: HIDDEN }), 'inside');
      assert.deepEqual([step.step, step.reason], ['search', 'search-base-not-readable'], JSON.stringify(step));
      assert.match(step.error ?? '', /^CN=service,.* sees nothing below OU=hidden,DC=corp/);
      assert.match(step.remedy ?? '', /^Check userSearchBase, OU=hidden,.*CN=service,.* may not read it/);
    });
  });

  test('8 no right to read the unique id', async () => {
    await denied([joeDn], denial(service, READ_PROPERTY, 'objectGUID'), async () => {
      const step = await find(open());
      assert.deepEqual([step.step, step.reason], ['unique-id', 'unique-id-not-readable'], JSON.stringify(step));
      assert.match(step.remedy ?? '', /read objectGUID/);
    });
  });

  test('9 no right to read Account Restrictions', async () => {
    const group = `CN=Pre-Windows 2000 Compatible Access,CN=Builtin,${DOMAIN}`;
    const everybody = new Attribute({ type: 'member', values: [`CN=S-1-5-11,CN=ForeignSecurityPrincipals,${DOMAIN}`] });
    await directory.administer((client) => client.modify(group, new Change({ operation: 'delete', modification: everybody })));
    try {
      const step = await find(open());
      assert.deepEqual([step.step, step.reason], ['account-state', 'account-state-not-readable']);
      assert.match(step.error ?? '', /may not read userAccountControl, accountExpires, pwdLastSet/);
      assert.match(step.remedy ?? '', /property set Account Restrictions of users/);
    } finally {
      await directory.administer((client) => client.modify(group, new Change({ operation: 'add', modification: everybody })));
    }
  });

  test('10 a wrong filter, 11 two hits', async () => {
    const filter = await find(open({ userSearchFilter: '(&(objectClass=inetOrgPerson)(uid={username}))' }));
    assert.deepEqual([filter.step, filter.reason], ['filter-hits', 'filter-finds-nobody']);
    assert.match(filter.error ?? '', /meets .*\(uid=\*\)$/);
    const twins = await find(open({ userSearchFilter: '(displayName={username})' }), TWINS[0]?.commonName);
    assert.deepEqual([twins.step, twins.reason], ['filter-hits', 'ambiguous-user']);
  });

  test('12 groups whose members can’t be read', async () => {
    await denied([directory.groupDn(STAFF)], denial(service, READ_PROPERTY, 'member'), async () => {
      const groups = { mode: 'search', base: directory.groupDn(STAFF), filter: '(member={dn})' };
      const step = await find(open({ groups }));
      assert.deepEqual([step.step, step.reason], ['groups', 'members-not-readable'], JSON.stringify(step));
    });
    await denied([directory.groupDn(STAFF)], denial(service, LIST_AND_READ), async () => {
      const step = await find(open());
      assert.deepEqual([step.step, step.reason], ['groups', 'groups-not-readable'], JSON.stringify(step));
    });
  });
});
