// 389 Directory Server, an instance made anew for each test run in name spaces of its own; needs root.

import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'ldapts';
import type { DirectorySubject, TestDirectory } from './index.ts';
import { addPeople, attributesOf, CLAIMS, CLAIMS_OF_JOE, groupDn, PEOPLE, personDn, replace, SERVICE, SUFFIX } from './organisation.ts';
import { ODD_NAMES, SERVICE_PASSWORD, type StateCase, statePerson, UMLAUT } from './people.ts';
import { findProgram, freePort, makeFolder, orStop, type Server, startServer, untilItListens } from './process.ts';

const ADMIN = 'cn=Directory Manager';
const ADMIN_PASSWORD = 'Admin-pass-1';

const STATES: readonly StateCase[] = [
  {
    person: statePerson('disabled'),
    reason: 'account-disabled',
    reasonOfWrongPassword: 'account-disabled',
    recheckReason: 'account-disabled',
  },
  { person: statePerson('locked'), reason: 'account-locked', reasonOfWrongPassword: 'account-locked', recheckReason: 'account-locked' },
];

export const DS389: DirectorySubject = {
  name: '389 Directory Server',
  missing: missingDs389(),
  takesPlaintext: true,
  hasNestedGroups: false,
  start: startDs389,
};

function missingDs389(): string | undefined {
  if (['dscreate', 'ns-slapd', 'unshare'].some((name) => findProgram(name) === undefined)) {
    return '389 Directory Server is not installed: apt-get install 389-ds-base';
  }
  return process.getuid?.() === 0 ? undefined : 'an instance of 389 Directory Server needs root';
}

/** On a busy machine its installer gives the server it has just started too little time to answer, and gives up. */
const STARTS = 3;

async function startDs389(): Promise<TestDirectory> {
  for (let left = STARTS - 1; ; left -= 1) {
    try {
      return await startOnce();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

async function startOnce(): Promise<TestDirectory> {
  const folder = makeFolder('389ds');
  chmodSync(folder.path, 0o755);
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const script = fileURLToPath(new URL('ds389-inside.sh', import.meta.url));
  const server = startServer(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', script, folder.path, String(plainPort), String(tlsPort), ADMIN_PASSWORD],
    ],
    'SIGKILL',
  );
  const ldapUrl = `ldap://127.0.0.1:${plainPort}`;
  const asAdmin = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client({ url: ldapUrl });
    await client.bind(ADMIN, ADMIN_PASSWORD);
    await work(client);
    await client.unbind();
  };
  await orStop(server, async () => {
    await untilItExists(`${folder.path}/ready`, server);
    await untilItListens(plainPort, server);
    await untilItListens(tlsPort, server);
    await asAdmin(addEntries);
  });
  return {
    ldapUrl,
    ldapsUrl: `ldaps://localhost:${tlsPort}`,
    host: 'localhost',
    caPem: readFileSync(`${folder.path}/ca.pem`, 'utf8'),
    service: { bindDn: SERVICE, bindPassword: SERVICE_PASSWORD },
    entry: {
      userSearchBase: PEOPLE,
      userSearchFilter: '(&(objectClass=person)(uid={username}))',
      uniqueIdAttribute: 'nsUniqueId',
      groups: { mode: 'search' },
    },
    peopleBase: PEOPLE,
    groupDn,
    states: STATES,
    memberOfIsNested: true,
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

async function untilItExists(path: string, server: Server): Promise<void> {
  for (const endMs = Date.now() + 120_000; Date.now() < endMs && server.child.exitCode === null; await delay(50)) {
    if (existsSync(path)) return;
  }
  throw new Error(`389 Directory Server did not start:\n${server.output()}`);
}

async function addEntries(client: Client): Promise<void> {
  const readable = '* || nsUniqueId || nsAccountLock || accountUnlockTime || memberOf';
  const aci = `(targetattr="${readable}")(version 3.0; acl "service"; allow (read,search,compare) userdn="ldap:///${SERVICE}";)`;
  const own = '(targetattr="userPassword")(version 3.0; acl "own password"; allow (write) userdn="ldap:///self";)';
  await client.add(SUFFIX, attributesOf({ objectClass: ['domain'], dc: 'example', aci: [aci, own] }));
  await addPeople(
    client,
    STATES.map(({ person }) => person),
  );
  await replace(client, personDn('disabled'), { nsAccountLock: 'true' });
  await replace(client, personDn('locked'), { accountUnlockTime: '20991231235959Z' });
}
