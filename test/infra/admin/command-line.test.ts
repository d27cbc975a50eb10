// The command line against real tables, and what it writes against the real functions.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, suite, type TestContext, test } from 'node:test';
import { CONFIGURATION_CACHE_MS } from '../../../functions/shared/environment.ts';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { listen } from '../../support/listen.ts';
import { putEntry } from '../../support/put-entry.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../../support/tables-and-folder.ts';
import { basic } from '../../support/token-events.ts';
import { openTokenFunction } from '../../support/token-function.ts';
import { createRun } from './support/run-gatehouse.ts';

let opened: TablesAndFolder;
let dynamoDb: TablesAndFolder['dynamoDb'];
let folder: string;
let nowMs = 1_900_000_000_000;
const clock = () => nowMs;

beforeEach(async () => {
  opened = await openTablesAndFolder();
  ({ dynamoDb, folder } = opened);
});
afterEach(() => opened?.close());

const run = createRun({
  wait: async () => {},
  clock,
  adapt: (operator) => ({
    ...operator,
    findSecret: async (secretId) => (secretId.includes('unseen') ? undefined : !secretId.includes('missing')),
  }),
});

const put = (line: string, attributes: object) => run(`${line} -`, JSON.stringify(attributes));

function write(file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

suite('entries', () => {
  test('are checked, shown, written, read, and deleted', async () => {
    const created = await put('role put my_company customer', { permissions: ['/order'] });
    assert.deepEqual(
      [created.code, created.lines],
      [
        0,
        [
          'created: Tenants, my_company / role#customer',
          '  + entry: "role#customer"',
          '  + permissions: ["/order"]',
          '  + tenant: "my_company"',
        ],
      ],
    );
    const changed = await put('role put my_company customer', { permissions: ['/order', '/menu'] });
    assert.deepEqual(changed.lines, ['changed: Tenants, my_company / role#customer', '  + permissions[1]: "/menu"']);
    assert.deepEqual((await put('role put my_company customer', { permissions: ['/order', '/menu'] })).lines, [
      'unchanged: Tenants, my_company / role#customer',
    ]);
    assert.deepEqual(JSON.parse((await run('role get my_company customer')).text), {
      tenant: 'my_company',
      entry: 'role#customer',
      permissions: ['/order', '/menu'],
    });
    const listed = await run('list my_company');
    assert.deepEqual([listed.out, listed.err], ['Tenants, my_company / role#customer\n', '1 entry, 0 clients, 0 users\n']);
    assert.equal((await run('role delete my_company customer')).code, 0);
    const { code, out, err } = await run('role get my_company customer');
    assert.deepEqual([code, out, err], [1, '', 'Tenants, my_company / role#customer: is not there.\n']);
  });

  test('of every kind have their place', async () => {
    const entries: readonly (readonly [string, object])[] = [
      ['tenant put t', {}],
      ['userstore put t EXTERNAL', { type: 'rest', url: 'https://users.example.org/login' }],
      ['scope put t order:write', {}],
      ['api put t pizza', { apiId: 'abc', stage: 'v1', context: '/pizza/1', resources: [{ path: '/*' }] }],
      ['tier put t 10PerMin', { requests: 10, seconds: 60 }],
      ['client put app', { tenant: 't' }],
      ['user put t publisher', { id: 'u-1', passwordHash: '$argon2id$x' }],
    ];
    for (const [line, attributes] of entries) assert.equal((await put(line, attributes)).code, 0, line);
    assert.deepEqual((await run('list t')).lines, [
      'Tenants, t / api#pizza',
      'Tenants, t / scope#order:write',
      'Tenants, t / tenant',
      'Tenants, t / tier#10PerMin',
      'Tenants, t / userstore#EXTERNAL',
      'Clients, app',
      'Users, t / publisher',
      '5 entries, 1 client, 1 user',
    ]);
    assert.deepEqual((await run('check')).lines, ['7 entries, 0 wrong, 0 warnings']);
    const absent = await run('list nosuch');
    assert.deepEqual(
      [absent.code, absent.out, absent.err],
      [1, '', 'There is no tenant nosuch: nothing in the tables is of it. tenant list shows those that there are.\n'],
    );
  });

  test('of users get an id, and keep the one that they have', async () => {
    const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const idOf = async () => JSON.parse((await run('user get t anna')).out).id;
    assert.equal((await put('user put t anna', { passwordHash })).code, 0);
    const id = await idOf();
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.equal((await put('user put t anna', { passwordHash, roles: ['clerk'] })).code, 0);
    assert.equal(await idOf(), id);
  });

  test('that are wrong are not written, and every fault is told', async () => {
    const wrong: readonly (readonly [string, object, string])[] = [
      [
        'tier put t x',
        { requests: '1' },
        'Tenants, t / tier#x, requests: expected a number\nTenants, t / tier#x, seconds: expected this attribute, which is missing',
      ],
      ['role put T x', {}, 'Tenants, T / role#x, tenant: expected a tenant name: lower-case letters, digits, ".", "_" and "-", at most 63'],
      [
        'userstore put t lower',
        {},
        'Tenants, t / userstore#lower, entry: expected after userstore#: a userstore domain: capitals, digits, "_", "." and "-", at most 32',
      ],
      [
        'user put t Publisher',
        {},
        'Users, t / Publisher, username: expected the name in lower case, without store and tenant, and with no blanks at its ends',
      ],
      [
        'user put t a/b',
        {},
        'Users, t / a/b, username: expected the name in lower case, without store and tenant, and with no blanks at its ends',
      ],
      ['role put t x', { tenant: 'other' }, 'tenant: is t on the command line, and not in the file.'],
      ['role put t x', [], 'standard input: must hold a map.'],
    ];
    for (const [line, attributes, text] of wrong) {
      const { code, out, err } = await put(line, attributes);
      assert.deepEqual([code, out, err], [1, '', `${text}\n`]);
    }
    const cut = await run('role put t x -', '{"permissions": [\n  "/order",\n]}');
    assert.equal(cut.text, 'standard input: is not JSON: line 3, column 1: expected a value.');
    assert.deepEqual((await run('check')).lines, ['0 entries, 0 wrong, 0 warnings']);
  });

  test('A111 an attribute that nobody reads is refused, with the name that was meant; notes of the operator are written', async () => {
    const { code, text } = await put('tenant put t', { statuss: 'suspended', colour: 'blue' });
    assert.equal(code, 1);
    assert.deepEqual(text.split('\n'), [
      'Tenants, t / tenant, statuss: expected no attribute of this name; did you mean status?',
      'Tenants, t / tenant, colour: expected no attribute of this name',
    ]);
    assert.equal((await put('tenant put t', { $schema: './tenant.schema.json', description: 'ours', 'x-owner': 'ops' })).code, 0);
    assert.deepEqual((await run('check')).lines, ['1 entry, 0 wrong, 0 warnings']);
  });

  test('a secret in the wrong place is neither written nor printed, and nor is one that somebody wrote by hand', async () => {
    const refused = await put('client put app', { tenant: 't', secret: 'hunter2' });
    assert.equal(refused.code, 1);
    assert.match(refused.text, /Clients, app, secret: expected no secret in an entry: secrets holds the SHA-256 of it/);
    const store = { type: 'rest', url: 'https://users.example.org/' };
    const item = { tenant: 't', entry: 'userstore#DIR', ...store, bindPassword: 'hunter2', headers: { authorization: 'Bearer hunter2' } };
    await putEntry(dynamoDb, 'Tenants', item);
    const printed = [
      refused,
      await run('userstore get t DIR'),
      await run('check'),
      await put('userstore put t DIR', { ...store, priority: 7 }),
    ];
    assert.deepEqual(
      printed.map(({ code }) => code),
      [1, 0, 1, 0],
    );
    assert.match(printed[3]?.text ?? '', /- bindPassword: "\(not shown\)"/);
    for (const { text } of printed) assert.ok(!text.includes('hunter2'), text);
  });
});

test('check lists every wrong entry that was written by hand, and what points nowhere', async () => {
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'tenant' });
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'role#x', permissions: 7 });
  await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: 'rolle#x' });
  await putEntry(dynamoDb, 'Tenants', { tenant: 'lost', entry: 'role#x' });
  for (const [domain, secretId] of [
    ['OWN', 'Gatehouse/tenants/t/rest'],
    ['ARN', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:Gatehouse/tenants/t/rest-AbCdEf'],
    ['OTHER', 'Gatehouse/tenants/other/rest'],
  ] as const) {
    const store = { type: 'rest', url: 'https://a.example/', unknownUser: { status: [404] }, priority: domain.length };
    await putEntry(dynamoDb, 'Tenants', { tenant: 't', entry: `userstore#${domain}`, ...store, secretId, enabled: domain !== 'ARN' });
  }
  await putEntry(dynamoDb, 'Clients', { clientId: 'app', tenant: 't', scopes: ['nowhere'] });
  await putEntry(dynamoDb, 'Users', { tenant: 't', username: 'u', id: 'not an id', passwordHash: '$argon2id$in-clear' });
  const { code, lines, text } = await run('check');
  assert.equal(code, 1);
  assert.deepEqual(
    lines.map((line) => line.replace(/one of userstore#.*/, 'one of …')).sort(),
    [
      'wrong: Tenants, t / role#x, permissions: expected a list',
      'wrong: Tenants, t / rolle#x, entry: expected tenant, or one of …',
      'wrong: Users, t / u, id: expected a UUID',
      'warning: Tenants, lost / role#x, tenant: expected Tenants, lost / tenant, which is not there',
      'warning: Clients, app, scopes: expected Tenants, t / scope#nowhere, which is not there',
      'warning: Tenants, t / userstore#OTHER, secretId: expected the name or ARN of a secret below Gatehouse/tenants/t/',
      '9 entries, 3 wrong, 3 warnings',
    ].sort(),
  );
  assert.ok(!text.includes('in-clear'));
});

test('check --strict fails for what is hardly meant, and says what it could not look for', async () => {
  await put('tenant put t', {});
  await put('api put t shop', { apiId: 'abc', stage: 'v1' });
  const first = { priority: 1, unknownUser: { status: [404] } };
  await put('userstore put t EXTERNAL', { type: 'rest', url: 'https://a.example/', secretId: 'Gatehouse/tenants/t/unseen', ...first });
  await put('userstore put t OTHER', { type: 'rest', url: 'https://a.example/', secretId: 'Gatehouse/tenants/t/missing' });
  const { code, lines } = await run('check');
  assert.equal(code, 0);
  assert.deepEqual(lines, [
    'not looked for, for want of a right or of an answer: the secrets of 1 userstore',
    'warning: Tenants, t / userstore#OTHER, secretId: expected a secret that is there',
    'warning: Tenants, t / api#shop, resources: expected at least one rule: without one nobody gets in',
    '4 entries, 0 wrong, 2 warnings',
  ]);
  assert.equal((await run('check --strict')).code, 1);
  await run('userstore delete t OTHER');
  await put('api put t shop', { apiId: 'abc', stage: 'v1', resources: [{ path: '/*' }] });
  assert.equal((await run('check --strict')).code, 0);
});

suite('A108 a second claim to an API', () => {
  const shop = { apiId: 'abc', stage: 'v1', resources: [{ path: '/*' }] };
  const refused = 'Tenants, evil / api#x, context: expected paths that no other tenant claims: t / api#shop claims them too';

  test('is refused by put, plan and apply, and told by check where somebody wrote it by hand', async () => {
    await put('tenant put t', {});
    await put('api put t shop', shop);
    const wrong = await put('api put evil x', { ...shop, context: '/orders' });
    assert.equal(wrong.code, 1);
    assert.ok(wrong.text.includes(refused), wrong.text);
    write('evil.json', [
      { tenant: 'evil', entry: 'tenant' },
      { tenant: 'evil', entry: 'api#x', ...shop },
    ]);
    for (const words of ['plan', 'apply']) {
      const answer = await run([words, folder]);
      assert.equal(answer.code, 1, words);
      assert.ok(answer.text.includes(refused) && answer.text.endsWith('Nothing was written.'), answer.text);
    }
    assert.equal((await run('tenant get evil')).code, 1, 'not even the entry that was right');
    await putEntry(dynamoDb, 'Tenants', { tenant: 'evil', entry: 'api#x', ...shop });
    const checked = await run('check');
    assert.equal(checked.code, 1);
    assert.ok(checked.text.includes(`wrong: ${refused}`), checked.text);
    // The owner must be able to go on working on its own entry.
    const mended = await put('api put t shop', { ...shop, version: '2' });
    assert.equal(mended.code, 0);
    assert.match(mended.text, /^warning: Tenants, t \/ api#shop, context: expected paths that no other tenant claims/);
  });

  test('is not looked for by an operator of one tenant alone, who is told so', async () => {
    const denied = Object.assign(new Error('denied'), { name: 'AccessDeniedException' });
    const runOfOne = createRun({
      clock,
      adapt: (operator) => ({ ...operator, tables: { ...operator.tables, listOfApi: () => Promise.reject(denied) } }),
    });
    const { code, err } = await runOfOne('api put t shop -', JSON.stringify(shop));
    assert.equal(code, 0);
    assert.match(err, /^not looked at, for want of a right: what other tenants claim of the API\n/);
  });

  test('is settled by the platform’s word, which a folder may hold, and by a folder that takes it away', async () => {
    await put('tenant put t', {});
    await put('api put t shop', shop);
    assert.equal((await put('api-owner put abc v1', { owner: 't' })).code, 0);
    assert.deepEqual(JSON.parse((await run('api-owner get abc v1')).text), { tenant: '#apis', entry: 'abc/v1', owner: 't' });
    const allowed = await put('api put evil x', shop);
    assert.equal(allowed.code, 0);
    assert.match(allowed.text, /^warning: Tenants, evil \/ api#x, apiId: expected an API of this tenant: Tenants, #apis \/ abc\/v1/);
    assert.equal((await run('api-owner delete abc v1')).code, 0);
    write('evil.json', { tenant: 'evil', entry: 'tenant' });
    assert.equal((await run(['apply', folder, '--prune'])).code, 0);
    assert.equal((await run('check')).code, 0);
    write('owner.json', [
      { tenant: '#apis', entry: 'abc/v1', owner: 't', apiId: 'abc' },
      { tenant: 'evil', entry: 'api#x', ...shop },
    ]);
    assert.equal((await run(['apply', folder])).code, 0);
    assert.equal((await put('api-owner put abc v1', { owner: 't', apiId: 'xyz' })).code, 1, 'another id than that of the key');
  });
});

test('A99 migrateUsers is refused where a store before another one only says no', async () => {
  const store = { type: 'rest', url: 'https://a.example/' };
  await put('tenant put t', {});
  await put('userstore put t A', { ...store, priority: 1 });
  await put('userstore put t B', { ...store, priority: 2 });
  const refused = await put('tenant put t', { migrateUsers: true });
  assert.equal(refused.code, 1);
  assert.match(refused.text, /^Tenants, t \/ tenant, migrateUsers: expected false, or unknownUser in userstore#A/);
  await put('userstore put t A', { ...store, priority: 1, unknownUser: { status: [404] } });
  assert.equal((await put('tenant put t', { migrateUsers: true })).code, 0);
  assert.equal((await put('userstore put t NEW', { ...store, priority: 0 })).code, 1);
});

suite('clients and users', () => {
  /** A tenant with a user and a client, all made by commands. */
  async function openCompany() {
    await put('tenant put t', {});
    await run('user create t publisher --role customer --claim given_name=Pia --password-stdin', 'publisher-pass\n');
    const { text } = await run(
      'client create --tenant t --id app --grant password --grant refresh_token --token-url https://x.example/oauth2/token',
    );
    const secret = /secret: (\S+)/.exec(text)?.[1] ?? '';
    const call = openTokenFunction(clock);
    const headers = basic('app', secret);
    const login = (password = 'publisher-pass') =>
      call('/oauth2/token', { grant_type: 'password', username: 'publisher@t', password }, headers);
    const renew = (refreshToken: unknown) =>
      call('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(refreshToken) }, headers);
    const isActive = async (token: unknown) => (await call('/oauth2/introspect', { token: String(token) }, headers)).json.active === true;
    return { call, text, secret, headers, login, renew, isActive };
  }

  test('a client and a user that were made get a token, by the request that was printed', async () => {
    const { text, secret, login } = await openCompany();
    assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
    assert.ok(text.includes(`curl -u 'app:${secret}' -d 'grant_type=password'`) && text.endsWith("'https://x.example/oauth2/token'"));
    assert.ok(!(await run('client get app')).text.includes(secret), 'A60 the table has the digest alone');
    assert.equal((await login()).status, 200);
    assert.equal((await login('wrong')).status, 400);
    assert.equal((await run('client create --tenant t --id app')).text, 'Clients, app: is there already.');
    assert.equal((await run('user create t publisher')).text, 'Users, t / publisher: is there already.');
    assert.match((await run('client create --tenant nobody')).text, /^Tenants, nobody \/ tenant: is not there/);
    assert.match((await run('client create --tenant t --grant implicit')).text, /grantTypes\.0: expected one of password/);
  });

  test('a second secret works beside the first, which then ends', async () => {
    const { call } = await openCompany();
    const first = /secret: (\S+)/.exec((await run('client create --tenant t --id two')).text)?.[1] ?? '';
    const added = await run('client add-secret two --expire-others-in 60');
    const second = /secret: (\S+)/.exec(added.text)?.[1] ?? '';
    nowMs += CONFIGURATION_CACHE_MS;
    const ask = (secret: string) => call('/oauth2/token', { grant_type: 'client_credentials' }, basic('two', secret));
    assert.deepEqual([(await ask(first)).status, (await ask(second)).status], [200, 200]);
    nowMs += 61_000;
    assert.deepEqual([(await ask(first)).status, (await ask(second)).status], [401, 200]);
  });

  test('a password that was set is the one that counts; one that is made is printed', async () => {
    const { login } = await openCompany();
    const made = /password: (\S+)/.exec((await run('user set-password t publisher')).text)?.[1] ?? '';
    assert.equal((await login()).status, 400);
    assert.equal((await login(made)).status, 200);
    const set = await run('user set-password t publisher --password-stdin', ' blanks stay \r\n');
    assert.ok(!set.text.includes('blanks') && !set.text.includes('argon2'), set.text);
    assert.equal((await login(' blanks stay ')).status, 200);
    assert.equal((await run('user set-password t publisher --password-stdin', '\n')).text, 'The password is empty.');
    assert.equal((await run('user set-password t nobody')).code, 1);
  });

  test('A22 A101 disabling, a new password and deletion end what a user has, and enabling does not bring it back', async () => {
    const { login, renew, isActive } = await openCompany();
    let password = 'publisher-pass';
    for (const line of ['user disable t publisher', 'user set-password t publisher', 'user delete t publisher']) {
      const before = await login(password);
      assert.equal(before.status, 200);
      const { lines, text } = await run(line);
      assert.ok(lines.includes('ended: 1 grant and 0 sign-in sessions of publisher@t'), line);
      password = /password: (\S+)/.exec(text)?.[1] ?? password;
      if (line === 'user disable t publisher') await run('user enable t publisher');
      assert.equal(await isActive(before.json.access_token), false, line);
      assert.equal((await renew(before.json.refresh_token)).status, 400, line);
    }
    assert.equal((await login(password)).status, 400);
  });

  test('A99 A101 what a user has who was copied from another store ends as well, by every name of the user', async () => {
    const { login, isActive } = await openCompany();
    const stored = JSON.parse((await run('user get t publisher')).text);
    await putEntry(dynamoDb, 'Users', { ...stored, origin: { domain: 'EXTERNAL', username: 'Publisher', id: '4711' } });
    for (const line of [
      'user disable t publisher',
      'revoke user publisher@t',
      'revoke user EXTERNAL/publisher@t',
      'revoke user PRIMARY/publisher@t',
    ]) {
      const { json } = await login();
      assert.equal(await isActive(json.access_token), true, line);
      const { text, code } = await run(line);
      assert.equal(code, 0, text);
      assert.match(text, /ended: 1 grant and/, line);
      if (line.startsWith('user')) await run('user enable t publisher');
      assert.equal(await isActive(json.access_token), false, line);
    }
  });

  test('A101 a tenant that keeps sessions over a change of the password keeps them', async () => {
    const { login, isActive } = await openCompany();
    await put('tenant put t', { endOnPasswordChange: false });
    const before = await login();
    assert.ok(!(await run('user set-password t publisher')).text.includes('ended'));
    nowMs += CONFIGURATION_CACHE_MS;
    assert.equal(await isActive(before.json.access_token), true);
  });

  test('A101 a hash that came from elsewhere leaves no trace beside the one that is set after it', async () => {
    const { login, isActive } = await openCompany();
    const passwordHash = '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=';
    await put('user put t publisher', { id: 'u-1', passwordHash });
    const before = await login('password');
    assert.ok('rehashed' in JSON.parse((await run('user get t publisher')).text));
    await run('user set-password t publisher --password-stdin', 'password');
    assert.ok(!('rehashed' in JSON.parse((await run('user get t publisher')).text)));
    assert.equal(await isActive(before.json.access_token), false);
    await put('user put t publisher', { id: 'u-1', passwordHash });
  });

  test('revoke user finds who is meant by the name of the login, in every store, and says where nothing was ended', async (context) => {
    const { login, isActive, call, headers } = await openCompany();
    const server = createServer(async (incoming, outgoing) => {
      const { credentials } = JSON.parse(await readText(incoming));
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ response: { status: 'true', id: `id-of-${credentials.username}` } }));
    });
    const external = {
      ...{ type: 'rest', allowPlaintext: true, allowPrivateAddress: true },
      url: `http://127.0.0.1:${await listen(context, server)}/`,
    };
    await put('userstore put t EXTERNAL', { ...external, uniqueId: 'response.id' });
    nowMs += CONFIGURATION_CACHE_MS;
    const loginAs = async (username: string) => {
      const { status, json } = await call('/oauth2/token', { grant_type: 'password', username, password: 'any' }, headers);
      assert.equal(status, 200);
      return json.access_token;
    };
    for (const typed of ['userx@t', 'UserX@t', 'EXTERNAL/userx@t', 'EXTERNAL/id-of-userx@t']) {
      const [own, other] = [await loginAs('userx@t'), await loginAs('usery@t')];
      const { code, out } = await run(['revoke', 'user', typed]);
      assert.deepEqual([code, out], [0, 'ended: 1 grant and 0 sign-in sessions of EXTERNAL/userx@t\n'], typed);
      assert.deepEqual([await isActive(own), await isActive(other)], [false, true], typed);
      assert.equal((await run('revoke user EXTERNAL/usery@t')).code, 0);
    }
    const before = await login();
    for (const typed of ['userx@t', 'PRIMARY/userx@t', 'EXTERNAL/publisher@t', 'publisher@other', 'nobody@t', 'nobody@nosuchtenant'])
      assert.equal((await run(['revoke', 'user', typed])).code, 1, typed);
    assert.equal(await isActive(before.json.access_token), true);
    await put('userstore put t EXTERNAL', external);
    nowMs += CONFIGURATION_CACHE_MS;
    for (const typed of ['jose@t', 'JOSÉ@t', 'EXTERNAL/josé@t', 'EXTERNAL/jose@t']) {
      const token = await loginAs('josé@t');
      assert.equal((await run(['revoke', 'user', typed])).code, 0, `${typed}: where the store looks at letters alone (A97)`);
      assert.equal(await isActive(token), false, typed);
    }
    // As the console deletes: no store knows the user any more.
    await run('userstore delete t EXTERNAL');
    assert.equal((await run('revoke user publisher@t')).code, 0);
    assert.equal(await isActive(before.json.access_token), false);
  });

  test('unlock forgets the failed logins of a name, where its user is at home too, and by every spelling', async () => {
    const { login } = await openCompany();
    assert.equal((await login()).status, 200);
    for (const typed of ['publisher@t', 'PRIMARY/Publisher@t', 'püblisher@t']) {
      for (let guess = 0; guess < 5; guess += 1) await login('wrong');
      nowMs += 1000;
      assert.equal((await login()).status, 429);
      assert.deepEqual((await run(['unlock', typed])).lines, [`5 failed logins of ${typed.replace('PRIMARY/', '')} are forgotten`]);
      assert.equal((await login()).status, 200, typed);
    }
    assert.deepEqual(await run('unlock publisher@t').then(({ code, lines }) => [code, ...lines]), [
      0,
      'nothing is counted for publisher@t',
    ]);
    assert.equal((await run('unlock publisher')).code, 2, 'it must name the tenant');
    assert.equal((await run('unlock publisher@nowhere')).text, 'Tenants, nowhere / tenant: is not there.');
  });

  test('revoke token, client and tenant end what they name', async () => {
    const { login, isActive, call } = await openCompany();
    const one = await login();
    assert.equal((await run('revoke token', `${one.json.access_token}\n`)).code, 0);
    assert.equal(await isActive(one.json.access_token), false);
    const created = await run('client create --tenant t --id jwt --grant client_credentials');
    await put('tenant put t', { tokenFormat: 'jwt' });
    nowMs += CONFIGURATION_CACHE_MS;
    const jwtHeaders = basic('jwt', /secret: (\S+)/.exec(created.text)?.[1] ?? '');
    const jwt = String((await call('/oauth2/token', { grant_type: 'client_credentials' }, jwtHeaders)).json.access_token);
    assert.match(jwt, /^ey/);
    await put('tenant put t', {});
    nowMs += CONFIGURATION_CACHE_MS;
    assert.equal((await run('revoke token', jwt)).code, 0);
    assert.equal((await run('revoke token', jwt)).code, 1, 'it has ended already');
    for (const wrong of ['ey', 'ey.e30.x', `ey.${Buffer.from('null').toString('base64url')}.x`, `ey.${'A'.repeat(9999)}.x`])
      assert.equal((await run('revoke token', wrong)).code, 1);
    for (const line of ['revoke client app', 'revoke tenant t']) {
      nowMs += 2000;
      const before = await login();
      assert.equal((await run(line)).code, 0);
      nowMs += CONFIGURATION_CACHE_MS;
      assert.equal(await isActive(before.json.access_token), false, line);
      assert.equal((await login()).status, 200, line);
    }
    for (const line of ['revoke client nobody', 'revoke tenant nobody', 'revoke user nobody', 'revoke token']) {
      assert.equal((await run(line)).code, 1, line);
    }
  });
});

suite('userstore test', () => {
  /** A web service that knows `userx`, in front of one that is down. */
  async function createStores(context: TestContext) {
    const server = createServer(async (incoming, outgoing) => {
      const { credentials } = JSON.parse(await readText(incoming));
      const isRight = credentials.username === 'userx' && credentials.password === 'mypass';
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ response: { status: String(isRight), roles: ['customer'] } }));
    });
    const rest = { type: 'rest', allowPlaintext: true, allowPrivateAddress: true, timeoutMs: 5000 };
    await put('tenant put t', {});
    await put('userstore put t EXTERNAL', {
      ...rest,
      priority: 1,
      roles: 'response.roles',
      url: `http://127.0.0.1:${await listen(context, server)}/`,
    });
    await put('userstore put t DOWN', { ...rest, priority: 2, url: 'http://127.0.0.1:1/' });
    await run('user create t publisher --role editor --password-stdin', 'publisher-pass');
    return async (username: string, password: string) => {
      const { code, lines } = await run(['userstore', 'test', 't', username, '--from-here'], password);
      return [code, ...lines.map((line) => line.replace(/id [0-9a-f-]{36}/, 'id UUID').replace(/\d+ ms/, 'N ms'))];
    };
  }

  test('says what each store answered, up to the one that decides, as a login does', async (context) => {
    const login = await createStores(context);
    assert.deepEqual(await login('publisher', 'publisher-pass'), [
      0,
      'PRIMARY: authenticated as publisher@t, id UUID, roles editor, claims (none), N ms',
      'EXTERNAL: not asked',
      'DOWN: not asked',
    ]);
    assert.deepEqual(await login('publisher', 'wrong'), [
      1,
      'PRIMARY: refused, wrong-password, N ms',
      'EXTERNAL: not asked',
      'DOWN: not asked',
    ]);
    const external = await login('userx', 'mypass\n');
    assert.deepEqual([external[0], external[1], external[3]], [0, 'PRIMARY: unknown user, N ms', 'DOWN: not asked']);
    assert.match(String(external[2]), /^EXTERNAL: authenticated as EXTERNAL\/userx@t, .*roles customer/);
    assert.match(
      String((await login('nobody', 'x'))[3]),
      /^DOWN: unavailable, connection-failed: .*ECONNREFUSED.*: a login ends here with 503, N ms$/,
    );
    assert.deepEqual((await login('EXTERNAL/userx', 'mypass')).length, 2);
  });

  test('counts nothing, and refuses what no login could ask', async (context) => {
    const login = await createStores(context);
    for (let n = 0; n < 8; n++) assert.equal((await login('publisher', 'wrong'))[1], 'PRIMARY: refused, wrong-password, N ms');
    assert.equal((await login('publisher', 'publisher-pass'))[0], 0);
    assert.deepEqual(await login('NONE/userx', 'x'), [1, 't has no userstore NONE.']);
    assert.deepEqual(await login('userx', ''), [1, 'The password is empty.']);
    assert.equal((await login(' ', 'x')).length, 2);
    assert.equal((await run('userstore test nobody userx --from-here', 'x')).code, 1);
  });
});

suite('the program', () => {
  test('what is not understood is answered with the usage', async () => {
    assert.match((await run('--help')).out, /client create/);
    for (const words of [
      'help client create',
      'client create --help',
      'client create -h',
      '--help client create',
      'client create --tenant --help',
    ])
      assert.match((await run(words)).out, /^gatehouse client create [\s\S]*--scope SCOPE +a scope/, words);
    assert.match((await run('help client')).out, /add-secret CLIENT_ID/);
    assert.deepEqual([(await run('version')).out, (await run('--version')).out], ['1.2.3\n', '1.2.3\n']);
    const lines: readonly (readonly [string, string])[] = [
      ['no such command', 'There is no command no. gatehouse --help lists all commands.'],
      ['clinet create', 'There is no command clinet. Did you mean client create? gatehouse --help lists all commands.'],
      ['client craete', 'There is no command client craete. Did you mean client create?'],
      ['client', 'client alone is no command. There is: create, list, add-secret, put, get, delete.'],
      ['role put t', 'role put: NAME FILE is missing. It goes: gatehouse role put TENANT NAME FILE'],
      ['role get t x y', 'role get: it takes no y. It goes: gatehouse role get TENANT NAME'],
      ['check --colour', 'check has no option --colour. gatehouse check --help lists those that there are.'],
      ['check --jsn', 'check has no option --jsn. Did you mean --json?'],
      ['check --port 3000', '--port is of the local run: add --local, or leave it out to work on AWS.'],
      ['check --local --port x', '--port must be the port of the local gateway, from 1 to 65532.'],
      ['check --local --region eu-west-1', '--region and --profile are of AWS: leave them out, or --local.'],
      ['check --stack', '--stack needs a value.'],
      ['check --json=yes', '--json takes no value.'],
      ['client create --tenant t --tenant t', '--tenant stands there twice.'],
      ['client create --tenant t --format xml', '--format must be one of opaque, jwt.'],
      ['client create', '--tenant is missing.'],
    ];
    for (const [words, says] of lines) {
      const { code, out, err } = await run(words);
      assert.deepEqual([code, out, err], [2, '', `${says}\n`], words);
    }
  });

  test('runs by itself on the local system, and says what it could not do', async () => {
    const port = Number(new URL(dynamoDb.endpoint).port) - 1;
    const start = async (...args: string[]) => {
      // Not spawnSync: the tables live in this process.
      const child = spawn(process.execPath, ['infra/admin/gatehouse.ts', ...args, '--local', '--port', String(port)], {
        env: { PATH: process.env.PATH, ...COMPILE_CACHE },
      });
      child.stdin.end('{"displayName":"T"}');
      const [stdout, stderr] = await Promise.all([readText(child.stdout), readText(child.stderr)]);
      if (child.exitCode === null) await once(child, 'exit');
      return { status: child.exitCode, stdout, stderr };
    };
    const written = await start('tenant', 'put', 't', '-');
    assert.deepEqual([written.status, written.stdout.split('\n')[0], written.stderr], [0, 'created: Tenants, t / tenant', '']);
    const checked = await start('check');
    assert.deepEqual([checked.stdout, checked.stderr], ['', '1 entry, 0 wrong, 0 warnings\n']);
    const failed = await start('check', '--stack', 'NotThere');
    assert.deepEqual(
      [failed.status, failed.stdout, failed.stderr],
      [1, '', `There is no table NotThere-Tenants: local run on port ${port}, stack NotThere. Is it another --stack?\n`],
    );
  });
});
