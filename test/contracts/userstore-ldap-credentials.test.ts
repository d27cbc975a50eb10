// How a store makes itself known to its directory: by password, by client certificate, as nobody; and what a rotation
// of that costs while logins run.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CLIENT_CERTIFICATE } from '../support/certificates/index.ts';
import { SECRET_ID, useDirectory } from '../support/directories/open-directory.ts';
import { OPENLDAP, startOpenLdap } from '../support/directories/openldap.ts';
import { JOE } from '../support/directories/people.ts';
import type { LoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

const CERTIFICATE = { clientCertificatePem: CLIENT_CERTIFICATE.cert, clientKeyPem: CLIENT_CERTIFICATE.key };

suite('userstore: LDAP, service credentials', { skip: skipWithout(OPENLDAP.missing) }, () => {
  const { directory, proxy, open } = useDirectory(OPENLDAP);
  const login = async ({ login: ask, stores }: LoginFixture): Promise<string> => {
    const outcome = await ask(JOE.name, JOE.password);
    if (outcome.kind === 'authenticated' && outcome.signIn !== undefined) await stores.attempts.rememberSignIn(outcome.signIn);
    return outcome.kind;
  };

  test('a client certificate alone is who the store is (SASL EXTERNAL), by ldaps and by StartTLS', async () => {
    const { caPem, ldapUrl, ldapsUrl } = directory();
    for (const transport of [{ urls: [ldapsUrl] }, { urls: [ldapUrl], startTls: true }]) {
      const fixture = open({ allowPlaintext: false, caPem, ...transport });
      fixture.stores.putSecret(SECRET_ID, JSON.stringify(CERTIFICATE));
      assert.equal(await login(fixture), 'authenticated');
    }
  });

  test('a directory that demands a client certificate gets it on both kinds of connection', async () => {
    const demanding = await startOpenLdap(['TLSVerifyClient demand']);
    try {
      const { caPem, ldapsUrl, service } = demanding;
      const fixture = open({ urls: [ldapsUrl], allowPlaintext: false, caPem });
      await assert.rejects(login(fixture), { name: 'Unavailable' });
      const known = open({ urls: [ldapsUrl], allowPlaintext: false, caPem });
      known.stores.putSecret(SECRET_ID, JSON.stringify({ ...service, ...CERTIFICATE }));
      assert.equal(await login(known), 'authenticated');
    } finally {
      await demanding.stop();
    }
  });

  test('half a certificate is the outage of the store', async () => {
    const fixture = open();
    fixture.stores.putSecret(SECRET_ID, JSON.stringify({ ...directory().service, clientCertificatePem: CLIENT_CERTIFICATE.cert }));
    await assert.rejects(login(fixture), { name: 'Unavailable', reason: 'bad-secret' });
  });

  test('a store without a secret searches as nobody, and learns nothing here', async () => {
    const fixture = open({ secretId: undefined });
    await assert.rejects(login(fixture), { name: 'Unavailable', reason: 'search-no-such-object' });
  });

  test('a secret of another tenant is never read', async () => {
    const fixture = open({ secretId: 'Gatehouse/tenants/other/directory' });
    fixture.stores.putSecret('Gatehouse/tenants/other/directory', JSON.stringify(directory().service));
    const before = proxy().connections();
    await assert.rejects(login(fixture), { name: 'Unavailable', reason: 'secret-of-others' });
    assert.equal(proxy().connections(), before);
  });

  test('a rotation while logins run loses none: connections are kept, and the secret is read again when one is refused', async () => {
    const { service } = directory();
    const fixture = open({ timeoutMs: 10_000 });
    let cached = JSON.stringify(service);
    const { readSecret } = fixture.stores.secrets;
    // What a cache of minutes does.
    fixture.stores.secrets.readSecret = async () => cached;
    fixture.stores.secrets.rereadSecret = async (id) => {
      cached = await readSecret(id);
      return cached;
    };
    fixture.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttempts: 100, lockSeconds: 1 } });
    let isOver = false;
    const opened = proxy().connections();
    const kinds = new Map<string, number>();
    const run = async (): Promise<void> => {
      while (!isOver) {
        const kind = await login(fixture);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    };
    const runs = [run(), run(), run(), run()];
    const someLogins = async (): Promise<void> => {
      const start = kinds.get('authenticated') ?? 0;
      while ((kinds.get('authenticated') ?? 0) < start + 12) await Promise.race([delay(5), ...runs]);
    };
    for (const bindPassword of ['Rotated-pass-2', 'Rotated-pass-3', 'Rotated-pass-4']) {
      await someLogins();
      // In this order there is no moment at which no secret is right: the old one is cached until it is refused.
      fixture.stores.putSecret(SECRET_ID, JSON.stringify({ ...service, bindPassword }));
      await directory().setServicePassword(bindPassword);
      await someLogins();
      // No connection is kept for so long: new ones bind anew.
      fixture.time.nowMs += 60_000;
    }
    await someLogins();
    isOver = true;
    await Promise.all(runs).finally(() => directory().setServicePassword(service.bindPassword));
    assert.deepEqual([...kinds.keys()], ['authenticated']);
    assert.ok(proxy().connections() - opened >= 8, 'connections were made anew');
  });

  test('credentials that were refused are not tried again and again: the directory might lock the service', async () => {
    const fixture = open();
    fixture.stores.putSecret(SECRET_ID, JSON.stringify({ ...directory().service, bindPassword: 'wrong' }));
    const before = proxy().operations.length;
    const binds = (): number =>
      proxy()
        .operations.slice(before)
        .filter((operation) => operation === 'bind').length;
    for (let at = 0; at < 5; at += 1) await assert.rejects(login(fixture), { name: 'Unavailable', reason: 'service-bind-refused' });
    assert.equal(binds(), 1);
    for (const [pauseMs, expected] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [3999, 3],
      [1, 4],
    ] as const) {
      fixture.time.nowMs += pauseMs;
      await assert.rejects(login(fixture), { name: 'Unavailable', reason: 'service-bind-refused' });
      assert.equal(binds(), expected);
    }
    fixture.stores.putSecret(SECRET_ID, JSON.stringify(directory().service));
    assert.equal(await login(fixture), 'authenticated', 'a new secret is tried at once');
  });
});
