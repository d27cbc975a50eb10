// What no directory of the tests does unasked: values in parts, as Windows sends them, primary groups of a scripted domain,
// an entry that ends nowhere, and what a directory that is unwilling says in words.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type AskedSearch,
  type DirectoryScript,
  type ScriptedDirectory,
  type ScriptedEntry,
  startScriptedDirectory,
} from '../../../support/directories/scripted-directory.ts';
import { openLoginFixture } from '../../../support/login-fixture.ts';

const SERVICE_DN = 'cn=gatehouse,dc=example';
const SECRET_ID = 'Gatehouse/tenants/my_company/directory';
const SUCCESS = { code: 0 };
const USER_DN = 'CN=Kai,OU=Staff,DC=corp,DC=example,DC=org';
const SID = Buffer.from('010500000000000515000000088e4e25b82723e64c503e1050040000', 'hex');
/** Number 513: Domain Users. */
const PRIMARY_SID = Buffer.from('010500000000000515000000088e4e25b82723e64c503e1001020000', 'hex');
const KAI = {
  sAMAccountName: 'kai',
  userPrincipalName: 'kai@example.org',
  objectGUID: '0123456789abcdef',
  userAccountControl: '512',
  'msDS-User-Account-Control-Computed': '0',
  accountExpires: '0',
  pwdLastSet: '133000000000000000',
};

let directory: ScriptedDirectory;
before(async () => {
  directory = await startScriptedDirectory({ bind: () => SUCCESS, search: () => SUCCESS });
});
after(() => directory.stop());

const answers = (search: (asked: AskedSearch) => readonly ScriptedEntry[] | undefined): DirectoryScript => ({
  bind: () => SUCCESS,
  search: (asked) => ({ ...SUCCESS, entries: search(asked) ?? [] }),
});

function open(attributes: Readonly<Record<string, unknown>> = {}) {
  const fixture = openLoginFixture();
  fixture.stores.putSecret(SECRET_ID, JSON.stringify({ bindDn: SERVICE_DN, bindPassword: 'secret' }));
  fixture.putStore('LDAP', {
    ...{ type: 'ldap', preset: 'active-directory', urls: [directory.url], allowPlaintext: true, secretId: SECRET_ID },
    ...{ userSearchBase: 'DC=corp,DC=example,DC=org', timeoutMs: 2000 },
    ...attributes,
  });
  const logIn = async (name = 'kai') => {
    const outcome = await fixture.login(name, 'right');
    assert.ok(outcome.kind === 'authenticated', JSON.stringify(outcome));
    return outcome.user;
  };
  return { ...fixture, logIn };
}

const groupDns = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => `CN=group ${from + at},OU=Groups,DC=corp,DC=example,DC=org`);

test('groups that come in parts are read to the last one', async () => {
  const asked: string[] = [];
  directory.script = answers(({ attributes, base }) => {
    const range = attributes.find((name) => name.startsWith('memberOf;range='));
    if (range === undefined) return [{ dn: USER_DN, attributes: { ...KAI, memberOf: [], 'memberOf;range=0-1499': groupDns(0, 1500) } }];
    assert.equal(base, USER_DN);
    asked.push(range);
    const part = range.startsWith('memberOf;range=1500-')
      ? { 'memberOf;range=1500-2999': groupDns(1500, 3000) }
      : { 'memberOf;range=3000-*': groupDns(3000, 3200) };
    return [{ dn: USER_DN, attributes: part }];
  });
  const roles = { 'group 7': 'first', 'group 1500': 'second', [groupDns(3199, 3200)[0] ?? '']: 'last', 'group 3200': 'none' };
  const user = await open({ groups: { mode: 'memberOf' }, roles }).logIn();
  assert.deepEqual([...user.roles].sort(), ['first', 'last', 'second']);
  assert.deepEqual(asked, ['memberOf;range=1500-*', 'memberOf;range=3000-*']);
});

test('parts that lead nowhere end', async () => {
  let parts = 0;
  directory.script = answers(({ attributes }) => {
    const isPart = attributes.some((name) => name.startsWith('memberOf;range='));
    if (isPart) parts += 1;
    return [{ dn: USER_DN, attributes: { ...(isPart ? {} : KAI), 'memberOf;range=0-1': groupDns(0, 2) } }];
  });
  await open({ groups: { mode: 'memberOf' }, roles: { any: 'role' } }).logIn();
  assert.equal(parts, 1);
});

test('a claim of which only a part was sent is left out, and the log says so', async () => {
  directory.script = answers(() => [
    { dn: USER_DN, attributes: { ...KAI, 'proxyAddresses;range=0-1': ['a', 'b'], mail: 'kai@example.org' } },
  ]);
  const { logIn, lines } = open({ claims: { addresses: 'proxyAddresses', mail: 'mail' } });
  assert.deepEqual((await logIn()).claims, { mail: 'kai@example.org' });
  assert.deepEqual(lines.find(({ event }) => event === 'ldap-claims-left-out')?.fields.claims, ['addresses']);
});

for (const mode of ['memberOf', 'search', 'nested'] as const) {
  test(`the primary group is asked after by its SID, once in a while, and is a group like any other: ${mode}`, async () => {
    let groupLookups = 0;
    const primaryDn = 'CN=Domain Users,CN=Users,DC=corp,DC=example,DC=org';
    directory.script = answers(({ filter, attributes }) => {
      if (attributes.includes('sAMAccountName')) return [{ dn: USER_DN, attributes: { ...KAI, primaryGroupID: '513', objectSid: SID } }];
      const isOfSid = filter.includes(PRIMARY_SID);
      if (isOfSid && !filter.includes('All')) groupLookups += 1;
      const group = { dn: primaryDn, attributes: { cn: 'Domain Users' } };
      const parent = { dn: 'CN=All,CN=Users,DC=corp,DC=example,DC=org', attributes: { cn: 'All' } };
      return filter.includes(primaryDn) && mode === 'nested' ? [group, parent] : isOfSid ? [group] : [];
    });
    const { logIn } = open({ groups: { mode }, roles: { 'domain users': 'customer', All: 'parent' } });
    const expected = mode === 'nested' ? ['customer', 'parent'] : ['customer'];
    assert.deepEqual([...(await logIn()).roles].sort(), expected);
    assert.deepEqual([...(await logIn()).roles].sort(), expected);
    assert.equal(groupLookups, mode === 'search' ? 0 : 1);
  });
}

test('an entry without a number or a SID that can be read has no primary group, and is no outage', async () => {
  for (const attributes of [
    {},
    { primaryGroupID: '513' },
    { primaryGroupID: 'x', objectSid: SID },
    { primaryGroupID: '513', objectSid: Buffer.from('0105', 'hex') },
  ]) {
    directory.script = answers(({ attributes: asked }) =>
      asked.includes('sAMAccountName') ? [{ dn: USER_DN, attributes: { ...KAI, ...attributes } }] : [],
    );
    assert.deepEqual((await open({ roles: { any: 'role' } }).logIn()).roles, []);
  }
});

test('the account name with the name of its domain is a name too, in that domain alone', async () => {
  directory.script = answers(({ filter }) => {
    // As a whole value: the first search has it as part of the principal name.
    const isByAccount = filter.includes(Buffer.concat([Buffer.from([4, 3]), Buffer.from('kai')]));
    return isByAccount ? [{ dn: USER_DN, attributes: KAI }] : [];
  });
  const { logIn, login } = open();
  assert.equal((await logIn('kai@corp.example.org@my_company')).username, 'kai');
  assert.equal((await logIn('kai@CORP.Example.org@my_company')).username, 'kai');
  for (const typed of ['kai@example.org@my_company', 'kai@org@my_company', 'kai@other.example.org@my_company'])
    assert.deepEqual(await login(typed, 'right'), { kind: 'refused', reason: 'unknown-user' }, typed);
});

test('a directory without one naming context does not say where to search', async () => {
  for (const [attributes, base] of [
    [
      { defaultNamingContext: 'DC=corp,DC=example,DC=org', namingContexts: ['DC=corp,DC=example,DC=org', 'CN=Schema'] },
      'DC=corp,DC=example,DC=org',
    ],
    [{ namingContexts: 'dc=only' }, 'dc=only'],
    [{ namingContexts: ['dc=one', 'dc=two'] }, undefined],
    [{}, undefined],
  ] as const) {
    const bases = new Set<string>();
    directory.script = answers((asked) => {
      if (asked.attributes.includes('namingContexts')) return [{ dn: '', attributes }];
      bases.add(asked.base);
      return [{ dn: USER_DN, attributes: KAI }];
    });
    const { logIn, login } = open({ userSearchBase: '' });
    if (base === undefined) await assert.rejects(login('kai', 'right'), { name: 'Unavailable', reason: 'search-base-unknown' });
    else assert.equal((await logIn()).username, 'kai');
    assert.deepEqual([...bases], base === undefined ? [] : [base]);
  }
});

test('who is unwilling says in words that an account is over, or is an outage', async () => {
  for (const [diagnostic, reason] of Object.entries({
    'Account inactivated. Contact system administrator.': 'account-disabled',
    'Account (Kerberos principal) is expired': 'account-expired',
    'NDS error: log account expired (-220)': 'account-expired',
    'NDS error: login lockout (-197)': 'account-locked',
    'user account is locked': 'account-locked',
    'The password of the user has expired': 'password-expired',
    'Entry is disabled': 'account-disabled',
    'unauthenticated bind (DN with no password) disallowed': undefined,
    'Server is unwilling to perform the operation': undefined,
    '': undefined,
  })) {
    directory.script = {
      bind: (dn) => (dn === SERVICE_DN ? SUCCESS : { code: 53, diagnostic }),
      search: () => ({ ...SUCCESS, entries: [{ dn: USER_DN, attributes: KAI }] }),
    };
    const login = open().login('kai', 'right');
    if (reason === undefined) await assert.rejects(login, { name: 'Unavailable', reason: 'bind-unwilling-to-perform' }, diagnostic);
    else assert.deepEqual(await login, { kind: 'refused', reason }, diagnostic);
  }
});
