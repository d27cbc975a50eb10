// Attacks on how a directory is reached and bound to, against OpenLDAP with every lenient setting on
// (rows A01, A14, A15 and A16 of the checklist).

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { Attribute, Client } from 'ldapts';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { OTHER_HOST_CERTIFICATE, SERVER_CERTIFICATE } from '../support/certificates/index.ts';
import { ldapResult, startLdapProxy } from '../support/directories/ldap-proxy.ts';
import { portOf, SECRET_ID, useDirectory } from '../support/directories/open-directory.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { personDn } from '../support/directories/organisation.ts';
import { JOE } from '../support/directories/people.ts';
import { listen } from '../support/listen.ts';
import { skipWithout } from '../support/required-part.ts';

/** With which a client says goodbye. */
const UNBIND_BYTES = 8;

suite('attacks on binds to a directory', { skip: skipWithout(OPENLDAP.missing) }, () => {
  const { directory, proxy, open } = useDirectory(OPENLDAP);

  test('A01 an empty password is refused before any network call, where the directory would accept it', async () => {
    const lenient = new Client({ url: directory().ldapUrl });
    await lenient.bind(personDn(JOE.name), '');
    await lenient.unbind();
    const { login, dependencies } = open();
    const before = proxy().connections();
    assert.deepEqual(await login(JOE.name, ''), { kind: 'refused', reason: 'empty-password' });
    const { createLdapUserstore } = await import('../../functions/userstores/ldap/index.ts');
    const tenant = await dependencies.tenants.findTenant('my_company');
    const entry = tenant?.userstores[0]?.entry;
    assert.ok(entry?.type === 'ldap');
    const store = await createLdapUserstore('my_company', 'LDAP', entry, dependencies);
    assert.equal((await store.authenticate(JOE.name, '', async () => ({ kind: 'reserved' }))).kind, 'unknown');
    assert.equal(proxy().connections(), before);
  });

  test('A01 a password with a NUL in it, which C might take for an empty one, is never bound with', async () => {
    const { login } = open();
    for (const password of ['\0', `\0${JOE.password}`, `${JOE.password}\0`, `${JOE.password}\0x`]) {
      const before = proxy().operations.length;
      assert.deepEqual(await login(JOE.name, password), { kind: 'refused', reason: 'wrong-password' });
      // The first search binds the service.
      assert.ok(
        proxy()
          .operations.slice(before)
          .filter((operation) => operation === 'bind').length <= 1,
      );
    }
  });

  test('A01 a secret with a DN and no password never binds the store as nobody', async () => {
    for (const bindPassword of ['', undefined]) {
      const { login, stores } = open();
      stores.putSecret(SECRET_ID, JSON.stringify({ bindDn: directory().service.bindDn, bindPassword }));
      const before = proxy().connections();
      await assert.rejects(login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'bad-secret' });
      assert.equal(proxy().connections(), before);
    }
  });

  test('A14 a certificate of an unknown CA, or for another host, is an outage, and no password is sent', async (context) => {
    for (const [certificate, caPem] of [
      [OTHER_HOST_CERTIFICATE, directory().caPem],
      [SERVER_CERTIFICATE, undefined],
    ] as const) {
      const received: Buffer[] = [];
      const server = createTlsServer(certificate, (socket) => socket.on('data', (chunk) => received.push(chunk)));
      server.on('tlsClientError', () => {});
      const port = await listen(context, server);
      const { login } = open({ urls: [`ldaps://127.0.0.1:${port}`], allowPlaintext: false, ...(caPem !== undefined && { caPem }) });
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      try {
        await assert.rejects(login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'tls-failed' });
      } finally {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      }
      assert.equal(Buffer.concat(received).length, 0);
    }
  });

  test('A14 StartTLS that is refused, or stripped, is an outage: nothing goes on in clear', async () => {
    const { caPem } = directory();
    for (const code of [2, 52, 53, 80]) {
      const { login } = open({ startTls: true, allowPlaintext: false, caPem });
      const before = proxy().operations.length;
      let sentAfter = 0;
      proxy().fault = (event) => {
        if (event.kind === 'bytes' && event.from === 'client') sentAfter = event.total;
        const isAnswer = event.kind === 'message' && event.from === 'server' && event.operation === 'extended';
        return isAnswer ? { action: 'replace', bytes: ldapResult(event.id, 0x78, code) } : undefined;
      };
      await assert.rejects(login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'start-tls-refused' });
      assert.deepEqual(proxy().operations.slice(before), ['extended']);
      assert.ok(sentAfter <= UNBIND_BYTES, `${sentAfter} bytes in clear`);
    }
  });

  test('A14 plain bytes that are slipped in behind the answer to StartTLS end the connection', async () => {
    const { login } = open({ startTls: true, allowPlaintext: false, caPem: directory().caPem });
    // The beginning of a successful bind response, which the first bytes under TLS would complete.
    const begun = Buffer.from([0x30, 0x50, 0x02, 0x01, 0x01, 0x61, 0x4b, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x44]);
    proxy().fault = (event) =>
      event.kind === 'message' && event.from === 'server' && event.operation === 'extended'
        ? { action: 'replace', bytes: Buffer.concat([ldapResult(event.id, 0x78, 0), begun]) }
        : undefined;
    await assert.rejects(login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'malformed-answer' });
  });

  test('A14 an entry that would send passwords in clear is refused unless it says so', () => {
    const entry = { type: 'ldap', preset: 'openldap', userSearchBase: 'dc=example,dc=org' };
    const faultsOf = (attributes: Readonly<Record<string, unknown>>): readonly string[] => {
      const parsed = parseEntry('userstore', { ...entry, ...attributes });
      return 'faults' in parsed ? parsed.faults.map(({ path }) => path) : [];
    };
    assert.deepEqual(faultsOf({ urls: ['ldap://dc1'] }), ['urls']);
    assert.deepEqual(faultsOf({ urls: ['ldaps://dc1', 'ldap://dc2'] }), ['urls']);
    assert.deepEqual(faultsOf({ urls: ['ldaps://dc1'], startTls: true }), ['startTls']);
    assert.deepEqual(faultsOf({ urls: ['ldap://dc1'], startTls: true, allowPlaintext: true }), ['allowPlaintext']);
    assert.deepEqual(faultsOf({ urls: ['http://dc1'] }), ['urls.0']);
    assert.deepEqual(faultsOf({ urls: ['ldaps://user:pass@dc1'] }), ['urls.0']);
    assert.deepEqual(faultsOf({ urls: ['ldaps://dc1'] }), []);
    assert.deepEqual(faultsOf({ urls: ['ldap://dc1'], startTls: true }), []);
    assert.deepEqual(faultsOf({ urls: ['ldap://dc1'], allowPlaintext: true }), []);
  });

  test('A15 a referral is never followed: neither a reference among hits, nor one in place of them', async (context) => {
    let calls = 0;
    const hostile = await listen(
      context,
      createServer(() => {
        calls += 1;
      }),
    );
    const admin = new Client({ url: directory().ldapUrl });
    await admin.bind('cn=admin,dc=example,dc=org', 'Admin-pass-1');
    const elsewhere = `ou=elsewhere,${directory().peopleBase}`;
    const attribute = (type: string, values: string[]): Attribute => new Attribute({ type, values });
    await admin.add(elsewhere, [
      attribute('objectClass', ['referral', 'extensibleObject']),
      attribute('ou', ['elsewhere']),
      attribute('ref', [`ldap://127.0.0.1:${hostile}/${elsewhere}`]),
    ]);
    await admin.unbind();
    assert.equal((await open().login(JOE.name, JOE.password)).kind, 'authenticated');
    const referred = open({ userSearchBase: elsewhere });
    await assert.rejects(referred.login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'search-referral' });
    assert.equal(calls, 0);
  });

  test('A16 a secret that names its servers goes to no other, and not in clear', async () => {
    const other = await startLdapProxy(portOf(directory().ldapUrl));
    const { service, ldapsUrl, caPem } = directory();
    const plainUrl = `ldap://127.0.0.1:${other.port}`;
    const attempt = async (urls: string, attributes: Readonly<Record<string, unknown>>, more = {}) => {
      const { login, stores } = open(attributes);
      stores.putSecret(SECRET_ID, JSON.stringify({ ...service, urls, ...more }));
      return login(JOE.name, JOE.password);
    };
    const refused = { name: 'Unavailable', reason: 'url-not-in-secret' };
    await assert.rejects(attempt(ldapsUrl, { urls: [plainUrl] }), refused);
    await assert.rejects(attempt(plainUrl, { urls: [plainUrl] }), refused, 'in clear');
    assert.equal(other.connections(), 0);
    const tls = { urls: [ldapsUrl], allowPlaintext: false, caPem };
    assert.equal((await attempt(`ldaps://dc2 ${ldapsUrl}`, tls)).kind, 'authenticated');
    assert.equal((await attempt(plainUrl, { urls: [plainUrl] }, { allowPlaintext: 'true' })).kind, 'authenticated');
    other.stop();
  });
});
