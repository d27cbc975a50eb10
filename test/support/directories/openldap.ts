// OpenLDAP's slapd as Debian packages it, unprivileged, with a configuration of its own: the memberOf and password policy
// overlays, TLS, and binds with an empty password accepted, which is what A01 is about.

import { mkdirSync, writeFileSync } from 'node:fs';
import { Client } from 'ldapts';
import { SERVER_CERTIFICATE, TEST_CA } from '../certificates/index.ts';
import type { DirectorySubject, TestDirectory } from './index.ts';
import { addPeople, CLAIMS, CLAIMS_OF_JOE, groupDn, PEOPLE, personDn, replace, SERVICE, SUFFIX } from './organisation.ts';
import { ODD_NAMES, SERVICE_PASSWORD, type StateCase, statePerson, UMLAUT } from './people.ts';
import { findProgram, freePort, makeFolder, orStop, startServer, untilItListens } from './process.ts';

export const ADMIN = `cn=admin,${SUFFIX}`;
export const ADMIN_PASSWORD = 'Admin-pass-1';

const STATES: readonly StateCase[] = [
  { person: statePerson('locked'), reason: 'account-locked', reasonOfWrongPassword: 'account-locked', recheckReason: 'account-locked' },
  {
    person: statePerson('must-change'),
    reason: 'must-change-password',
    reasonOfWrongPassword: 'wrong-password',
    recheckReason: 'must-change-password',
  },
];

export const OPENLDAP: DirectorySubject = {
  name: 'OpenLDAP',
  missing: findProgram('slapd') === undefined ? 'slapd is not installed: apt-get install slapd' : undefined,
  takesPlaintext: true,
  hasNestedGroups: false,
  start: () => startOpenLdap(),
};

/**
 * @param settings more lines for the configuration of the database, such as `sizelimit 1`
 * @param certificate of the server, in PEM
 */
export async function startOpenLdap(settings: readonly string[] = [], certificate = SERVER_CERTIFICATE): Promise<TestDirectory> {
  const folder = makeFolder('slapd');
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const [ldapUrl, ldapsUrl] = [`ldap://127.0.0.1:${plainPort}`, `ldaps://127.0.0.1:${tlsPort}`];
  writeConfiguration(folder.path, settings, certificate);
  const server = startServer(findProgram('slapd') ?? 'slapd', [
    '-d',
    '0',
    '-f',
    `${folder.path}/slapd.conf`,
    '-h',
    `${ldapUrl}/ ${ldapsUrl}/`,
  ]);
  const asAdmin = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client({ url: ldapUrl });
    await client.bind(ADMIN, ADMIN_PASSWORD);
    await work(client);
    await client.unbind();
  };
  await orStop(server, async () => {
    await untilItListens(plainPort, server);
    await untilItListens(tlsPort, server);
    await asAdmin(addEntries);
  });
  return {
    ldapUrl,
    ldapsUrl,
    caPem: TEST_CA,
    service: { bindDn: SERVICE, bindPassword: SERVICE_PASSWORD },
    entry: { preset: 'openldap', userSearchBase: PEOPLE },
    peopleBase: PEOPLE,
    groupDn,
    host: '127.0.0.1',
    states: STATES,
    claims: CLAIMS,
    claimsOfJoe: CLAIMS_OF_JOE,
    oddNames: [UMLAUT, ...ODD_NAMES],
    setServicePassword: (password) => asAdmin((client) => replace(client, SERVICE, { userPassword: password })),
    administer: asAdmin,
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}

function writeConfiguration(folder: string, settings: readonly string[], certificate: typeof SERVER_CERTIFICATE): void {
  mkdirSync(`${folder}/data`);
  writeFileSync(`${folder}/ca.pem`, TEST_CA);
  writeFileSync(`${folder}/server.pem`, certificate.cert);
  writeFileSync(`${folder}/server.key`, certificate.key, { mode: 0o600 });
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'];
  const lines = [
    ...schemas.map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    ...['back_mdb', 'memberof', 'ppolicy'].map((name) => `moduleload ${name}`),
    `pidfile ${folder}/slapd.pid`,
    'allow bind_anon_cred bind_anon_dn',
    `TLSCACertificateFile ${folder}/ca.pem`,
    `TLSCertificateFile ${folder}/server.pem`,
    `TLSCertificateKeyFile ${folder}/server.key`,
    'TLSVerifyClient try',
    // The client certificate of the tests is the service (SASL EXTERNAL).
    `authz-regexp "^cn=gatehouse$" "${SERVICE}"`,
    'database mdb',
    `directory ${folder}/data`,
    `suffix "${SUFFIX}"`,
    `rootdn "${ADMIN}"`,
    `rootpw ${ADMIN_PASSWORD}`,
    'index objectClass,uid,cn,mail,entryUUID,member eq',
    ...settings,
    // Nobody but the service may look anybody up: users not even themselves. They may set their passwords.
    'access to attrs=userPassword by self =xw by anonymous auth by * none',
    `access to * by dn.exact="${SERVICE}" read by * none`,
    'overlay memberof',
    'overlay ppolicy',
    'ppolicy_use_lockout',
  ];
  writeFileSync(`${folder}/slapd.conf`, `${lines.join('\n')}\n`);
}

async function addEntries(client: Client): Promise<void> {
  await client.add(SUFFIX, { objectClass: ['dcObject', 'organization'], o: 'Example', dc: 'example' });
  await addPeople(
    client,
    STATES.map(({ person }) => person),
  );
  await replace(client, personDn('locked'), { pwdAccountLockedTime: '000001010000Z' });
  await replace(client, personDn('must-change'), { pwdReset: 'TRUE' });
}
