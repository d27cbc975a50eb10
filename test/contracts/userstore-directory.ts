// What every real directory must do as a userstore: the common contract over each kind of connection, and what only
// directories have: groups, claims, account states, service credentials, operations that can be counted.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { UserstoreDependencies } from '../../functions/userstores/userstore.ts';
import type { DirectorySubject, TestDirectory } from '../support/directories/index.ts';
import { type LdapProxy, startLdapProxy } from '../support/directories/ldap-proxy.ts';
import { enterDirectory, portOf, SECRET_ID } from '../support/directories/open-directory.ts';
import { ANN, EVERYONE, JOE, STAFF, TWINS } from '../support/directories/people.ts';
import { openLoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';
import { userstoreContract } from './userstore.ts';

/** How the store is reached. Port numbers are of a proxy. */
interface Transport {
  readonly name: string;
  readonly isTls: boolean;
  attributes(directory: TestDirectory, port: number): Readonly<Record<string, unknown>>;
}

const TRANSPORTS: readonly Transport[] = [
  { name: 'plain', isTls: false, attributes: ({ host }, port) => ({ urls: [`ldap://${host}:${port}`], allowPlaintext: true }) },
  { name: 'StartTLS', isTls: false, attributes: ({ host, caPem }, port) => ({ urls: [`ldap://${host}:${port}`], startTls: true, caPem }) },
  { name: 'ldaps', isTls: true, attributes: ({ host, caPem }, port) => ({ urls: [`ldaps://${host}:${port}`], caPem }) },
];

export function directoryContract(subject: DirectorySubject): void {
  suite(`userstore: ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let directory: TestDirectory;
    before(async () => {
      directory = await subject.start();
    });
    after(() => directory.stop());

    for (const transport of TRANSPORTS) {
      suite(transport.name, () => {
        let proxy: LdapProxy;
        before(async () => {
          const url = transport.isTls ? directory.ldapsUrl : directory.ldapUrl;
          proxy = await startLdapProxy(portOf(url), { tls: transport.isTls });
        });
        after(() => proxy.stop());
        const attributes = () => transport.attributes(directory, proxy.port);
        if (subject.takesPlaintext || transport.name !== 'plain')
          transportContract(
            subject,
            () => directory,
            () => proxy,
            attributes,
          );
        else plaintextIsRefused(() => directory, attributes);
      });
    }
  });
}

function plaintextIsRefused(directory: () => TestDirectory, attributes: () => Readonly<Record<string, unknown>>): void {
  test('a directory that wants TLS is an outage without it, and not a wrong password', async () => {
    const fixture = openLoginFixture();
    enterDirectory(fixture, directory(), attributes());
    await assert.rejects(fixture.login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'service-bind-stronger-auth-required' });
  });
}

function transportContract(
  { hasNestedGroups }: DirectorySubject,
  directory: () => TestDirectory,
  proxy: () => LdapProxy,
  transport: () => Readonly<Record<string, unknown>>,
): void {
  userstoreContract(() => ({
    domain: 'LDAP',
    enter: (fixture) => enterDirectory(fixture, directory(), { ...transport(), roles: { [STAFF]: 'customer' } }),
    person: { ...JOE, claims: directory().claimsOfJoe, roles: ['customer'] },
    other: ANN,
    oddNames: directory().oddNames,
    hasUniqueId: true,
    looksUp: true,
    tellsUnknown: true,
    disabled: { ...(directory().states[0]?.person ?? JOE), reason: directory().states[0]?.reason ?? '' },
    outage: {
      begin: () => {
        proxy().fault = () => ({ action: 'reset' });
        proxy().cut('reset');
      },
      end: () => {
        proxy().fault = undefined;
      },
    },
  }));

  const open = (attributes: Readonly<Record<string, unknown>> = {}, dependencies: Partial<UserstoreDependencies> = {}) => {
    const fixture = openLoginFixture(dependencies);
    enterDirectory(fixture, directory(), { ...transport(), ...attributes });
    const joe = async () => {
      const outcome = await fixture.login(JOE.name, JOE.password);
      assert.ok(outcome.kind === 'authenticated', JSON.stringify(outcome));
      return outcome;
    };
    return { ...fixture, joe };
  };
  const rolesOfJoe = async (attributes: Readonly<Record<string, unknown>>) => [...(await open(attributes).joe()).user.roles].sort();

  for (const mode of hasNestedGroups ? (['memberOf', 'search', 'nested'] as const) : (['memberOf', 'search'] as const)) {
    test(`groups by ${mode}, listed by name and by DN however it is written`, async () => {
      const dn = directory().groupDn(STAFF);
      const roles = {
        [STAFF.toUpperCase()]: 'by-name',
        [dn.replace(/,/g, ' , ').toUpperCase()]: 'by-dn',
        [EVERYONE]: 'nested',
        nobody: 'none',
      };
      const isNested = mode === 'nested' || (mode === 'memberOf' && directory().memberOfIsNested === true);
      const expected = isNested ? ['by-dn', 'by-name', 'nested'] : ['by-dn', 'by-name'];
      assert.deepEqual(await rolesOfJoe({ groups: { mode }, roles }), expected);
    });
  }

  test('a group that is not listed gives none', async () => {
    assert.deepEqual(await rolesOfJoe({ roles: { [`${STAFF}x`]: 'customer', [directory().peopleBase]: 'customer', '*': 'customer' } }), []);
  });

  test('a login is at most three operations, a renewal at most two', async () => {
    const { joe, stores, userstores } = open({ roles: { [STAFF]: 'customer' } });
    const { user } = await joe();
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    // Under TLS an operation can't be read, but it is what a client sends at once.
    let sent = 0;
    proxy().fault = (event) => {
      if (event.kind !== 'connect' && event.from === 'client') sent += 1;
      return undefined;
    };
    await joe();
    assert.equal(sent, 3);
    await userstores.recheckUser(tenant, user);
    assert.equal(sent, 5);
    proxy().fault = undefined;
  });

  test('A22 account states are told apart in the log, look the same outside, and end renewals', async () => {
    const { login, lines, stores, userstores, joe } = open();
    const { user } = await joe();
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    for (const { person, reason, reasonOfWrongPassword, recheckReason } of directory().states) {
      const refused = await login(person.name, person.password);
      assert.deepEqual([refused.kind, refused.kind === 'refused' && refused.reason], ['refused', reason], person.name);
      assert.deepEqual(await login(person.name, 'wrong'), { kind: 'refused', reason: reasonOfWrongPassword }, person.name);
      const known = { ...user, id: await idOf(directory(), person.name), username: person.name };
      const recheck = await userstores.recheckUser(tenant, known);
      assert.equal(recheck.kind === 'refused' && recheck.reason, recheckReason, person.name);
    }
    assert.ok(lines.every(({ level }) => level !== 'ERROR'));
  });

  test('A22 a renewal sees who is gone, and roles as they are now', async () => {
    const { joe, stores, userstores } = open({ roles: { [STAFF]: 'customer' } });
    const { user } = await joe();
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    assert.deepEqual(await userstores.recheckUser(tenant, { ...user, roles: ['admin'], claims: {} }), { kind: 'active', user });
    const gone = { ...user, id: '00000000-0000-4000-8000-000000000000' };
    assert.deepEqual(await userstores.recheckUser(tenant, gone), { kind: 'refused', reason: 'user-gone' });
  });

  test('A06 more than one hit is refused and reported', async () => {
    const { login, lines } = open({ userSearchFilter: '(|(cn={username})(displayName={username})(sn={username}))' });
    const [twin] = TWINS;
    // In Active Directory the common name is unique; the display name is not.
    assert.deepEqual(await login('Twin', twin?.password ?? ''), { kind: 'refused', reason: 'ambiguous-user' });
    assert.ok(lines.some(({ level, event }) => level === 'ERROR' && event === 'ldap-user-ambiguous'));
  });

  test('a service password that was changed is read again, and loses no login', async () => {
    const { service } = directory();
    const { stores, login, time } = open();
    await directory().setServicePassword('Service-pass-2');
    try {
      stores.secrets.readSecret = async () => JSON.stringify(service);
      stores.secrets.rereadSecret = async () => JSON.stringify({ ...service, bindPassword: 'Service-pass-2' });
      for (let at = 0; at < 3; at += 1) {
        assert.equal((await login(JOE.name, JOE.password)).kind, 'authenticated');
        time.nowMs += 3_600_000;
      }
    } finally {
      await directory().setServicePassword(service.bindPassword);
    }
  });

  for (const [what, secret] of Object.entries({
    'a wrong password': { bindDn: 'right', bindPassword: 'wrong' },
    'an empty password': { bindDn: 'right', bindPassword: '' },
    'no password': { bindDn: 'right' },
    'another shape': ['x'],
  })) {
    test(`A01 a secret with ${what} is the outage of the store`, async () => {
      const { stores, login } = open();
      const isRight = !Array.isArray(secret) && secret.bindDn === 'right';
      stores.putSecret(SECRET_ID, JSON.stringify(isRight ? { ...secret, bindDn: directory().service.bindDn } : secret));
      const reason = what === 'a wrong password' ? 'service-bind-refused' : 'bad-secret';
      await assert.rejects(login(JOE.name, JOE.password), { name: 'Unavailable', reason });
    });
  }

  test('a search base that is not there is an outage, and not an unknown user', async () => {
    const { login } = open({ userSearchBase: `ou=nowhere,${directory().peopleBase}` });
    await assert.rejects(login(JOE.name, JOE.password), { name: 'Unavailable', reason: 'search-no-such-object' });
  });
}

const ids = new Map<string, Promise<string>>();

/** The id of somebody who can't log in. */
function idOf(directory: TestDirectory, name: string): Promise<string> {
  const key = `${directory.ldapUrl} ${name}`;
  const known = ids.get(key) ?? findId(directory, name);
  ids.set(key, known);
  return known;
}

async function findId(directory: TestDirectory, name: string): Promise<string> {
  const fixture = openLoginFixture();
  enterDirectory(fixture, directory, { urls: [directory.ldapsUrl], caPem: directory.caPem });
  const noted: unknown[] = [];
  await fixture.login(name, 'wrong', { note: ({ subject }) => void noted.push(subject) });
  const id = noted.map((subject) => /\/([0-9a-f-]{32,})@/.exec(String(subject))?.[1]).find((found) => found !== undefined);
  assert.ok(id !== undefined, `no id of ${name} among ${noted}`);
  return id;
}
