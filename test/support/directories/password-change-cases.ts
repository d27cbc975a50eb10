// What each directory of the tests needs so that its users must change a password, may not, or are refused a new one.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'ldapts';
import { eventually } from '../eventually.ts';
import { denial, readBytes, whileDenied } from './access-denial.ts';
import { DS389 } from './ds389.ts';
import type { DirectorySubject, TestDirectory } from './index.ts';
import { OPENLDAP, startOpenLdap } from './openldap.ts';
import { groupDn, personDn, replace, SERVICE, SUFFIX } from './organisation.ts';
import { type Person, statePerson } from './people.ts';
import { SAMBA } from './samba.ts';

export interface ChangeCase {
  readonly subject: DirectorySubject;
  start(): Promise<TestDirectory>;
  dnOf(directory: TestDirectory, person: Person): string;
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
  setMinimumAge(client: Client, seconds: number): Promise<void>;
  /**
   * Waits until it counts for the password that was set last: 389 writes down with a password, after its answer, from when on it may be
   * changed again. Absent: it counts at once, also for passwords that were set before.
   */
  untilItCounts?(client: Client, dn: string): Promise<void>;
  /** A user whose password has expired; undefined: `expire` makes one. */
  readonly expired?: Person;
  expire?(client: Client, dn: string): Promise<void>;
  /** Lets the store's account set passwords, which it may not before. Absent: it may always. */
  grantRight?(client: Client): Promise<void>;
  /** Does `work` while the store's account may not change the password of an entry. Absent: see `grantRight`. */
  whileForbidden?(directory: TestDirectory, dn: string, work: () => Promise<void>): Promise<void>;
  /** Makes all of it read-only, and writable again. Absent: the directory has no such switch. */
  setReadOnly?(client: Client, isReadOnly: boolean): Promise<void>;
  /** Has the directory write down when a password was changed, where it doesn't by itself. */
  writeMoments?(client: Client): Promise<void>;
}

const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');
const CORP = 'DC=corp,DC=example,DC=org';

const ACTIVE_DIRECTORY: ChangeCase = {
  subject: SAMBA,
  start: () => SAMBA.start(),
  takesOldPassword: true,
  dnOf: (directory, { commonName }) => `CN=${commonName},${directory.peopleBase}`,
  prepare: (client) => replace(client, CORP, { minPwdAge: '0' }),
  async mustChange(client, dn, password) {
    await replace(client, dn, { unicodePwd: quoted(password) });
    await replace(client, dn, { pwdLastSet: '0' });
  },
  refused: [
    ['aB1-', 'password-too-short'],
    ['onlysmallletters', 'password-too-simple'],
  ],
  // Negative, in units of 100 ns.
  setMinimumAge: (client, seconds) => replace(client, CORP, { minPwdAge: String(seconds * -10_000_000) }),
  expired: statePerson('old-password'),
  async whileForbidden(directory, dn, work) {
    let sid: Buffer = Buffer.alloc(0);
    await directory.administer(async (client) => {
      sid = await readBytes(client, directory.service.bindDn, 'objectSid');
    });
    // RIGHT_DS_CONTROL_ACCESS (MS-ADTS 5.1.3.2).
    await whileDenied(directory, [dn], denial(sid, 0x100, 'User-Change-Password'), work);
  },
};

const POLICY = `cn=policy,${SUFFIX}`;
const CHANGERS = groupDn('changers');

const OPENLDAP_CASE: ChangeCase = {
  subject: OPENLDAP,
  start: () => startOpenLdap([`access to attrs=userPassword by self =xw by group.exact="${CHANGERS}" =xw by anonymous auth by * none`]),
  dnOf: (_directory, { name }) => personDn(name),
  async prepare(client) {
    const kind = { objectClass: ['applicationProcess', 'pwdPolicy'], pwdAttribute: 'userPassword' };
    const rules = { pwdMinLength: '8', pwdInHistory: '3', pwdCheckQuality: '1', pwdMustChange: 'TRUE', pwdAllowUserChange: 'TRUE' };
    await client.add(POLICY, { ...kind, ...rules });
  },
  async mustChange(client, dn, password) {
    await replace(client, dn, { pwdPolicySubentry: POLICY });
    await replace(client, dn, { userPassword: password });
    await replace(client, dn, { pwdReset: 'TRUE' });
  },
  // Of what else makes a password good it knows nothing by itself (`pwdCheckModule`).
  refused: [['short', 'password-too-short']],
  setMinimumAge: (client, seconds) => replace(client, POLICY, { pwdMinAge: String(seconds) }),
  async expire(client, dn) {
    await replace(client, POLICY, { pwdMustChange: 'FALSE', pwdMaxAge: '1' });
    await replace(client, dn, { pwdPolicySubentry: POLICY, userPassword: 'Expired-pass-1' });
  },
  async grantRight(client) {
    await client.add(CHANGERS, { objectClass: 'groupOfNames', cn: 'changers', member: SERVICE });
  },
};

const DS389_CASE: ChangeCase = {
  subject: DS389,
  start: () => DS389.start(),
  dnOf: (_directory, { name }) => personDn(name),
  async prepare(client) {
    await replace(client, 'cn=config', {
      ...{ passwordMustChange: 'on', passwordCheckSyntax: 'on', passwordMinLength: '8' },
      ...{ passwordHistory: 'on', passwordInHistory: '3', passwordExp: 'on', passwordMaxAge: '8640000' },
    });
  },
  mustChange: (client, dn, password) => replace(client, dn, { userPassword: password }),
  // It says of every rule but the history that the quality is insufficient.
  refused: [['aB1-', 'password-too-simple']],
  isRacy: true,
  async untilItCounts(client, dn) {
    await eventually(8, async () => {
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['passwordAllowChangeTime'] });
      assert.ok(searchEntries.some(({ passwordAllowChangeTime: time = [] }) => time.length > 0));
    });
  },
  setMinimumAge: (client, seconds) => replace(client, 'cn=config', { passwordMinAge: String(seconds) }),
  async expire(client, dn) {
    await replace(client, 'cn=config', { passwordMustChange: 'off' });
    await replace(client, dn, { userPassword: 'Expired-pass-1' });
    // It answers first and writes down what follows from the change afterwards, over what is written here.
    await delay(1000);
    await replace(client, dn, { passwordExpirationTime: '20200101000000Z' });
  },
  async grantRight(client) {
    const readable = '* || nsUniqueId || nsAccountLock || accountUnlockTime || memberOf';
    const rule = (targets: string, rights: string, name: string) =>
      `(targetattr="${targets}")(version 3.0; acl "${name}"; allow (${rights}) userdn="ldap:///${SERVICE}";)`;
    const aci = [rule(readable, 'read,search,compare', 'service'), rule('userPassword', 'write', 'passwords')];
    await replace(client, SUFFIX, { aci: aci as unknown as string });
  },
  setReadOnly: (client, isReadOnly) =>
    replace(client, 'cn=userRoot,cn=ldbm database,cn=plugins,cn=config', { 'nsslapd-readonly': isReadOnly ? 'on' : 'off' }),
  writeMoments: (client) => replace(client, 'cn=config', { passwordTrackUpdateTime: 'on' }),
};

export const CHANGE_CASES: readonly ChangeCase[] = [ACTIVE_DIRECTORY, OPENLDAP_CASE, DS389_CASE];
