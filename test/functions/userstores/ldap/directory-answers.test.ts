// Every result code that a directory may answer with, to each operation of a login, and what users' entries may lack:
// the word that the log has for it, and who is refused in place of an outage.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createDeadline } from '../../../../functions/userstores/deadline.ts';
import { createConnectionPool } from '../../../../functions/userstores/ldap/connection-pool.ts';
import type { LdapConnection } from '../../../../functions/userstores/ldap/ldap-connection.ts';
import { type DirectoryScript, type ScriptedDirectory, startScriptedDirectory } from '../../../support/directories/scripted-directory.ts';
import { openLoginFixture } from '../../../support/login-fixture.ts';

const SERVICE_DN = 'cn=gatehouse,dc=example';
const SECRET_ID = 'Gatehouse/tenants/my_company/directory';
const JOE = { dn: 'uid=joe,dc=example', attributes: { uid: 'joe', entryUUID: '2c1b7f5e-8d4c-4a52-9d3f-1f2e3d4c5b6a' } };
const SUCCESS = { code: 0 };

const WELL: DirectoryScript = { bind: () => SUCCESS, search: () => ({ ...SUCCESS, entries: [JOE] }) };

let directory: ScriptedDirectory;
before(async () => {
  directory = await startScriptedDirectory(WELL);
});
beforeEach(() => {
  directory.script = WELL;
});
after(() => directory.stop());

function open(attributes: Readonly<Record<string, unknown>> = {}) {
  const fixture = openLoginFixture();
  fixture.stores.putSecret(SECRET_ID, JSON.stringify({ bindDn: SERVICE_DN, bindPassword: 'secret' }));
  fixture.putStore('LDAP', {
    type: 'ldap',
    preset: 'openldap',
    urls: [directory.url],
    allowPlaintext: true,
    secretId: SECRET_ID,
    userSearchBase: 'dc=example',
    timeoutMs: 1000,
    ...attributes,
  });
  return { ...fixture, joe: () => fixture.login('joe', 'right') };
}

const outage = (reason: string) => ({ name: 'Unavailable', dependency: 'userstore LDAP of my_company', reason });

test('all is well', async () => {
  assert.equal((await open().joe()).kind, 'authenticated');
});

describe('a code that speaks of the server is an outage, whatever was asked:', () => {
  const OF_THE_SERVER = [
    [1, 'operations-error'],
    [2, 'protocol-error'],
    [3, 'time-limit-exceeded'],
    [51, 'busy'],
    [52, 'unavailable'],
    [80, 'other'],
  ] as const;
  for (const [code, reason] of OF_THE_SERVER) {
    test(`${code}, ${reason}`, async () => {
      const scripts: readonly Partial<DirectoryScript>[] = [
        { search: () => ({ code }) },
        { bind: (dn) => (dn === SERVICE_DN ? { code } : SUCCESS) },
        { bind: (dn) => (dn === SERVICE_DN ? SUCCESS : { code }) },
      ];
      for (const script of scripts) {
        directory.script = { ...WELL, ...script };
        const { joe, lines } = open();
        await assert.rejects(joe(), outage(reason));
        const down = lines.find(({ event }) => event === 'ldap-server-down');
        assert.deepEqual([down?.fields.reason, down?.fields.cause], [reason, `LDAP result ${code}`]);
      }
    });
  }
});

/** By code: the answer to a search, to the bind of the user, and to that of the store itself. */
const OF_THE_REQUEST: readonly (readonly [code: number, search: string, user: string, service: string])[] = [
  [4, 'search-size-limit-exceeded', 'bind-size-limit-exceeded', 'service-bind-size-limit-exceeded'],
  [7, 'search-auth-method-not-supported', 'bind-auth-method-not-supported', 'service-bind-auth-method-not-supported'],
  [8, 'search-stronger-auth-required', 'bind-stronger-auth-required', 'service-bind-stronger-auth-required'],
  [10, 'search-referral', 'bind-referral', 'service-bind-referral'],
  [11, 'search-admin-limit-exceeded', 'bind-admin-limit-exceeded', 'service-bind-admin-limit-exceeded'],
  [13, 'search-confidentiality-required', 'bind-confidentiality-required', 'service-bind-confidentiality-required'],
  [19, 'search-constraint-violation', 'account-locked', 'service-bind-constraint-violation'],
  [32, 'search-no-such-object', 'user-gone', 'service-bind-no-such-object'],
  [34, 'search-invalid-dn-syntax', 'bind-invalid-dn-syntax', 'service-bind-invalid-dn-syntax'],
  [48, 'search-inappropriate-authentication', 'no-password-set', 'service-bind-inappropriate-authentication'],
  [49, 'search-invalid-credentials', 'wrong-password', 'service-bind-refused'],
  [50, 'search-insufficient-access-rights', 'bind-insufficient-access-rights', 'service-bind-insufficient-access-rights'],
  [53, 'search-unwilling-to-perform', 'bind-unwilling-to-perform', 'service-bind-unwilling-to-perform'],
  [71, 'search-unnamed-result', 'bind-unnamed-result', 'service-bind-unnamed-result'],
];

const REFUSALS: ReadonlySet<string> = new Set(['account-locked', 'user-gone', 'no-password-set', 'wrong-password']);

describe('a code that speaks of what was asked:', () => {
  for (const [code, search, user, service] of OF_THE_REQUEST) {
    test(`${code}, ${search}, ${user}, ${service}`, async () => {
      directory.script = { ...WELL, search: () => ({ code }) };
      await assert.rejects(open().joe(), outage(search));
      directory.script = { ...WELL, bind: (dn) => (dn === SERVICE_DN ? { code } : SUCCESS) };
      await assert.rejects(open().joe(), outage(service));
      directory.script = { ...WELL, bind: (dn) => (dn === SERVICE_DN ? SUCCESS : { code }) };
      if (REFUSALS.has(user)) assert.deepEqual(await open().joe(), { kind: 'refused', reason: user });
      else await assert.rejects(open().joe(), outage(user));
    });
  }

  test('a code without a name is told by its number', async () => {
    directory.script = { ...WELL, search: () => ({ code: 71 }) };
    await assert.rejects(open().joe(), ({ cause }: Error) => cause instanceof Error && cause.name === 'LDAP result 71');
  });
});

test('Active Directory says in the diagnostic why a bind failed', async () => {
  const REASONS: Readonly<Record<string, string>> = {
    525: 'unknown-user',
    '52e': 'wrong-password',
    '52f': 'account-restricted',
    530: 'outside-logon-hours',
    531: 'workstation-not-allowed',
    532: 'password-expired',
    533: 'account-disabled',
    568: 'too-many-groups',
    701: 'account-expired',
    773: 'must-change-password',
    775: 'account-locked',
  };
  const attributes = {
    sAMAccountName: 'joe',
    objectGUID: '0123456789abcdef',
    userAccountControl: '512',
    'msDS-User-Account-Control-Computed': '0',
    lockoutTime: '0',
    accountExpires: '0',
    pwdLastSet: '133000000000000000',
  };
  for (const [data, reason] of Object.entries(REASONS)) {
    const diagnostic = `80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data ${data}, v4563`;
    directory.script = {
      bind: (dn) => (dn === SERVICE_DN ? SUCCESS : { code: 49, diagnostic }),
      search: () => ({ ...SUCCESS, entries: [{ dn: 'CN=Joe,DC=example', attributes }] }),
    };
    const outcome = await open({ preset: 'active-directory' }).joe();
    assert.deepEqual(outcome.kind === 'refused' ? outcome.reason : outcome, reason, data);
  }
});

describe('an entry that can’t be used is an outage:', () => {
  const ENTRIES = [
    ['no-dn', { ...JOE, dn: ' ' }],
    ['name-not-readable', { ...JOE, attributes: { entryUUID: JOE.attributes.entryUUID } }],
    ['unique-id-not-readable', { ...JOE, attributes: { uid: 'joe' } }],
    ['unique-id-not-readable', { ...JOE, attributes: { uid: 'joe', entryUUID: ['one', 'two'] } }],
  ] as const;
  for (const [reason, entry] of ENTRIES) {
    test(reason, async () => {
      directory.script = { ...WELL, search: () => ({ ...SUCCESS, entries: [entry] }) };
      await assert.rejects(open().joe(), outage(reason));
    });
  }
});

test('a moment of the last password change that can be read no longer is told apart from a new password', async () => {
  const withChange = (pwdChangedTime: string) => ({ ...JOE, attributes: { ...JOE.attributes, pwdChangedTime } });
  directory.script = { ...WELL, search: () => ({ ...SUCCESS, entries: [withChange('20261101000000Z')] }) };
  const { joe, stores, userstores } = open();
  const outcome = await joe();
  assert.ok(outcome.kind === 'authenticated');
  const recheck = async () => {
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    return userstores.recheckUser(tenant, outcome.user);
  };
  assert.equal((await recheck()).kind, 'active');
  directory.script = WELL;
  assert.deepEqual(await recheck(), { kind: 'refused', reason: 'password-state-not-readable' });
  directory.script = { ...WELL, search: () => ({ ...SUCCESS, entries: [withChange('20261127000000Z')] }) };
  assert.deepEqual(await recheck(), { kind: 'refused', reason: 'password-changed' });
});

describe('no answer:', () => {
  test('a third bind of one login is not sent, since each may count as a wrong password (A11)', async () => {
    let binds = 0;
    directory.script = {
      ...WELL,
      bind: (dn) => {
        if (dn === SERVICE_DN) return SUCCESS;
        binds += 1;
        return 'hang-up';
      },
    };
    const urls = [directory.url, directory.url.replace('127.0.0.1', 'localhost'), `${directory.url}/`];
    await assert.rejects(open({ urls }).joe(), outage('bind-not-answered'));
    assert.equal(binds, 2);
  });

  test('a new password that was sent and not answered is not sent again', async () => {
    let changes = 0;
    const extended = () => {
      changes += 1;
      return 'hang-up' as const;
    };
    directory.script = { ...WELL, extended };
    const urls = [directory.url, directory.url.replace('127.0.0.1', 'localhost')];
    const { changePassword } = open({ urls, passwordChange: true });
    await assert.rejects(changePassword('joe', 'right', 'new password'), outage('password-change-not-answered'));
    assert.equal(changes, 1);
  });

  test('what refuses every change is no fault of the new password', async () => {
    const ANSWERS = [
      [10, ''],
      [50, 'Insufficient access rights'],
      [53, 'operation restricted'],
      [53, 'unwilling to verify old password'],
      [53, 'database is read-only'],
    ] as const;
    for (const [code, diagnostic] of ANSWERS) {
      directory.script = { ...WELL, extended: () => ({ ...SUCCESS, code, diagnostic }) };
      const { changePassword } = open({ passwordChange: true });
      const change = await changePassword('joe', 'right', 'new password');
      assert.deepEqual(change, { kind: 'rejected', reason: 'password-change-not-permitted' }, `${code} ${diagnostic}`);
    }
  });

  test('the seventeenth login at once waits for its turn no longer than it may', async () => {
    const connection: LdapConnection = {
      isOpen: true,
      send: () => Promise.reject(new Error('not in this test')),
      keepAlive() {},
      detach: () => {
        throw new Error('not in this test');
      },
      close() {},
    };
    const pool = createConnectionPool(async () => connection, Date.now);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const sixteen = Array.from({ length: 16 }, () => pool.use(createDeadline(60_000), () => over));
    await assert.rejects(
      pool.use(createDeadline(50), () => over),
      { name: 'ServerFault', reason: 'too-many-logins' },
    );
    end();
    await Promise.all(sixteen);
    await pool.use(createDeadline(50), async () => {});
    pool.close();
  });

  test('a secret that does not come within the store’s time', async () => {
    const { joe, stores } = open({ timeoutMs: 100 });
    stores.secrets.readSecret = () => new Promise(() => {});
    await assert.rejects(joe(), outage('secret-timeout'));
  });
});
