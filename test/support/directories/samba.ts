// A Samba Active Directory domain controller, made anew for each test run in name spaces of its own; needs root.

import { chmodSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'ldapts';
import { SERVER_CERTIFICATE, TEST_CA } from '../certificates/index.ts';
import { openForwarder } from './forward.ts';
import type { DirectorySubject, TestDirectory } from './index.ts';
import { attributesOf, replace } from './organisation.ts';
import { ANN, EVERYONE, JOE, type Person, SERVICE_PASSWORD, STAFF, type StateCase, statePerson, TWINS, UMLAUT } from './people.ts';
import { findProgram, makeFolder, startServer, untilItListens } from './process.ts';

const SUFFIX = 'DC=corp,DC=example,DC=org';
const PEOPLE = `CN=Users,${SUFFIX}`;
const SERVICE = `CN=service,${PEOPLE}`;
const ADMIN = `CN=Administrator,${PEOPLE}`;
const ADMIN_PASSWORD = 'Gatehouse-1-admin';
const PASSWORD_SETTINGS = `CN=Password Settings Container,CN=System,${SUFFIX}`;

const OLD = statePerson('old-password');
/** In as many groups as the test says, and in `of many`. */
export const MANY = statePerson('many-groups');

/** Where the password is wrong it says so and no more (52e), but for an account that is locked. */
const STATES: readonly StateCase[] = [
  {
    person: statePerson('disabled'),
    reason: 'account-disabled',
    reasonOfWrongPassword: 'wrong-password',
    recheckReason: 'account-disabled',
  },
  { person: statePerson('locked'), reason: 'account-locked', reasonOfWrongPassword: 'account-locked', recheckReason: 'account-locked' },
  { person: statePerson('expired'), reason: 'account-expired', reasonOfWrongPassword: 'wrong-password', recheckReason: 'account-expired' },
  {
    person: statePerson('must-change'),
    reason: 'must-change-password',
    reasonOfWrongPassword: 'wrong-password',
    recheckReason: 'must-change-password',
  },
  { person: OLD, reason: 'password-expired', reasonOfWrongPassword: 'wrong-password', recheckReason: 'password-expired' },
];

const PROGRAMS = ['samba', 'samba-tool', 'unshare', 'ip'];
const PACKAGES = 'samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind';

export const SAMBA: DirectorySubject = {
  name: 'Samba Active Directory',
  missing: missingSamba(),
  takesPlaintext: false,
  hasNestedGroups: true,
  start: () => startSamba(),
};

function missingSamba(): string | undefined {
  if (PROGRAMS.some((name) => findProgram(name) === undefined)) return `Samba is not installed: apt-get install ${PACKAGES}`;
  return process.getuid?.() === 0 ? undefined : 'a domain controller needs root';
}

/** @param many how many groups a user of that name is in; default: there is no such user */
export async function startSamba(many = 0): Promise<TestDirectory> {
  const folder = makeFolder('samba');
  writeFileSync(`${folder.path}/ca.pem`, TEST_CA);
  writeFileSync(`${folder.path}/server.pem`, SERVER_CERTIFICATE.cert);
  writeFileSync(`${folder.path}/server.key`, SERVER_CERTIFICATE.key, { mode: 0o600 });
  chmodSync(folder.path, 0o755);
  const here = fileURLToPath(new URL('./', import.meta.url));
  const server = startServer(
    'unshare',
    [
      ...['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', `${here}samba-inside.sh`, folder.path, process.execPath, here, ADMIN_PASSWORD, OLD.name, OLD.password],
      ...(many === 0 ? [] : [MANY.name, MANY.password, String(many)]),
    ],
    'SIGKILL',
  );
  const ports: Server[] = [];
  const stop = async (): Promise<void> => {
    for (const port of ports) port.close();
    await server.stop();
    folder.remove();
  };
  try {
    const [ldapUrl, ldapsUrl] = await Promise.all(
      ['ldap', 'ldaps'].map(async (scheme) => {
        await untilItListens(`${folder.path}/${scheme}.sock`, server, 120_000);
        const forwarder = openForwarder(() => connect(`${folder.path}/${scheme}.sock`));
        ports.push(forwarder);
        await new Promise<void>((resolve) => forwarder.listen(0, '127.0.0.1', resolve));
        const address = forwarder.address();
        if (address === null || typeof address === 'string') throw new Error('no port');
        return `${scheme}://127.0.0.1:${address.port}`;
      }),
    );
    if (ldapUrl === undefined || ldapsUrl === undefined) throw new Error('no ports');
    const asAdmin = (work: (client: Client) => Promise<void>): Promise<void> => withAdmin(ldapsUrl, work);
    await asAdmin(addEntries);
    return {
      ldapUrl,
      ldapsUrl,
      caPem: TEST_CA,
      service: { bindDn: SERVICE, bindPassword: SERVICE_PASSWORD },
      entry: { preset: 'active-directory', userSearchBase: SUFFIX },
      host: '127.0.0.1',
      peopleBase: PEOPLE,
      groupDn: (name) => `CN=${name},${PEOPLE}`,
      states: STATES,
      claims: { mail: 'mail', addresses: 'proxyAddresses', name: 'displayName', photo: 'jpegPhoto', phone: 'telephoneNumber' },
      claimsOfJoe: {
        mail: 'joe@example.org',
        addresses: ['smtp:joe@example.org', 'smtp:joe.doe@example.org'],
        name: JOE.commonName,
        photo: '/9j/4AAQ',
      },
      oddNames: [UMLAUT],
      setServicePassword: (password) => asAdmin((client) => replace(client, SERVICE, { unicodePwd: unicodePassword(password) })),
      administer: asAdmin,
      stop,
    };
  } catch (error) {
    const output = server.output();
    await stop();
    throw new Error(`Samba did not start:\n${output}`, { cause: error });
  }
}

/** Samba listens some seconds after the sockets of its name space do. */
async function withAdmin(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const client = new Client({ url, tlsOptions: { ca: TEST_CA }, connectTimeout: 5000, timeout: 30_000 });
    try {
      await client.bind(ADMIN, ADMIN_PASSWORD);
    } catch (error) {
      if (tries === 200) throw error;
      await delay(100);
      continue;
    }
    await work(client);
    return client.unbind();
  }
}

/** The quoted password in UTF-16 (MS-ADTS 3.1.1.3.1.5.1). */
const unicodePassword = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

async function addPerson(
  client: Client,
  { name, password, commonName, mail }: Person,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const dn = `CN=${name === 'service' ? 'service' : commonName === 'Twin' ? name : commonName},${PEOPLE}`;
  const values: Record<string, string | string[] | Buffer> = {
    objectClass: 'user',
    sAMAccountName: name,
    userPrincipalName: `${name}@corp.example.org`,
    displayName: commonName,
    ...(mail[0] !== undefined && { mail: mail[0], proxyAddresses: mail.map((address) => `smtp:${address}`) }),
    ...(name === JOE.name && { jpegPhoto: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]) }),
    unicodePwd: unicodePassword(password),
    userAccountControl: '512',
    ...more,
  };
  await client.add(dn, attributesOf(values));
  return dn;
}

async function addEntries(client: Client): Promise<void> {
  await addPerson(client, { name: 'service', password: SERVICE_PASSWORD, commonName: 'service', mail: [] });
  const joe = await addPerson(client, JOE);
  for (const person of [UMLAUT, ...TWINS]) await addPerson(client, person);
  // More than a tenant allows: whoever tries to lock her through Gatehouse does not get there.
  await addLockout(client, await addPerson(client, ANN), 10);
  await client.add(`CN=${STAFF},${PEOPLE}`, { objectClass: 'group', sAMAccountName: STAFF, member: joe });
  await client.add(`CN=${EVERYONE},${PEOPLE}`, { objectClass: 'group', sAMAccountName: EVERYONE, member: `CN=${STAFF},${PEOPLE}` });
  const person = (name: string): Person => statePerson(name);
  await addPerson(client, person('disabled'), { userAccountControl: '514' });
  await addPerson(client, person('expired'), { accountExpires: '132000000000000000' });
  await addPerson(client, person('must-change'), { pwdLastSet: '0' });
  const locked = await addPerson(client, person('locked'));
  await addLockout(client, locked, 1);
  await client.bind(locked, 'wrong').catch(() => {});
  await client.bind(ADMIN, ADMIN_PASSWORD);
}

/** A password policy for one user (MS-ADTS 6.1.1.4.11.1). Times are negative, in units of 100 ns. */
async function addLockout(client: Client, userDn: string, threshold: number): Promise<void> {
  await client.add(`CN=strict ${threshold},${PASSWORD_SETTINGS}`, {
    objectClass: 'msDS-PasswordSettings',
    'msDS-PasswordSettingsPrecedence': '1',
    'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
    'msDS-PasswordHistoryLength': '0',
    'msDS-PasswordComplexityEnabled': 'FALSE',
    'msDS-MinimumPasswordLength': '1',
    'msDS-MinimumPasswordAge': '0',
    'msDS-MaximumPasswordAge': '-36288000000000',
    'msDS-LockoutThreshold': String(threshold),
    'msDS-LockoutObservationWindow': '-36000000000',
    'msDS-LockoutDuration': '-36000000000',
    'msDS-PSOAppliesTo': userDn,
  });
}
