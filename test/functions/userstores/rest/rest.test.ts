// A web service as a userstore: what is sent, what counts as a yes, and every way in which a service can be out.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createSecrets } from '../../../../functions/storage/aws/secrets.ts';
import type { UserstoreDependencies } from '../../../../functions/userstores/userstore.ts';
import { listen } from '../../../support/listen.ts';
import { openLoginFixture } from '../../../support/login-fixture.ts';
import { type Answer, knowsUserx, openRestService, sendJson } from '../../../support/rest-service.ts';

async function openStore(
  context: TestContext,
  answer: Answer,
  attributes: Record<string, unknown> = {},
  dependencies: Partial<UserstoreDependencies> = {},
) {
  const fixture = openLoginFixture(dependencies);
  const service = await openRestService(context, answer);
  fixture.putStore('EXTERNAL', { ...service.attributes, ...attributes });
  return { ...fixture, ...service };
}

const replies =
  (value: unknown, status = 200): Answer =>
  (_call, outgoing) =>
    sendJson(outgoing, value, status);

test('the default request and reply are those of the API Cloud', async (context) => {
  const { login, calls } = await openStore(context, knowsUserx);
  const outcome = await login('userx@my_company', 'mypass');
  assert.deepEqual(outcome.kind === 'authenticated' && outcome.user, {
    tenant: 'my_company',
    domain: 'EXTERNAL',
    username: 'userx',
    roles: [],
    claims: {},
  });
  assert.equal(calls[0]?.method, 'POST');
  assert.equal(calls[0]?.url, '/authenticate');
  assert.equal(calls[0]?.headers['content-type'], 'application/json');
  assert.equal(calls[0]?.headers.authorization, undefined);
  assert.deepEqual(JSON.parse(calls[0]?.body ?? ''), { credentials: { username: 'userx', password: 'mypass' } });
  assert.deepEqual(await login('userx', 'wrong'), { kind: 'refused', reason: 'unknown-user-or-wrong-password' });
});

test('a template is filled inside its strings, whatever the user types', async (context) => {
  const { login, calls } = await openStore(context, replies({ ok: true }), {
    request: {
      user: { login: '{tenant}/{username}', secret: '{password}' },
      list: ['{username}', 1, null, true],
      kept: '{unknown} {{username}}',
    },
    success: { path: 'ok', equals: true },
  });
  const password = '","admin":true,"x":"{username}\\\u0000\n{tenant}';
  assert.equal((await login('o"brien', password)).kind, 'authenticated');
  assert.deepEqual(JSON.parse(calls[0]?.body ?? ''), {
    user: { login: 'my_company/o"brien', secret: password },
    list: ['o"brien', 1, null, true],
    kept: '{unknown} {o"brien}',
  });
});

test('credentials of our own are sent as Basic, or in a header that the entry names', async (context) => {
  const { login, calls, stores, putStore, attributes } = await openStore(context, knowsUserx, {
    secretId: 'Gatehouse/tenants/my_company/external',
  });
  stores.putSecret('Gatehouse/tenants/my_company/external', JSON.stringify({ username: 'gatehouse', password: 'gehéim:1', apiKey: 'k-1' }));
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  assert.equal(calls[0]?.headers.authorization, `Basic ${Buffer.from('gatehouse:gehéim:1').toString('base64')}`);
  putStore('EXTERNAL', {
    ...attributes,
    secretId: 'Gatehouse/tenants/my_company/external',
    headers: { 'X-Api-Key': '{secret.apiKey}', Authorization: 'Key {secret.apiKey}', 'X-Plain': '{username}' },
  });
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  assert.equal(calls[1]?.headers['x-api-key'], 'k-1');
  assert.equal(calls[1]?.headers.authorization, 'Key k-1');
  assert.equal(calls[1]?.headers['x-plain'], '{username}', 'what a user types never gets into a header');
});

const API_KEY = { headers: { 'x-api-key': '{secret.apiKey}' } };
const KEY_IN_BODY = { request: { key: '{secret.apiKey}', credentials: { username: '{username}', password: '{password}' } } };

for (const [what, secret, attributes, reason] of [
  ['that is missing', undefined, {}, 'no-secret'],
  ['that is no JSON', 'gatehouse:geheim', {}, 'bad-secret'],
  ['that is no object', '"geheim"', {}, 'bad-secret'],
  ['that is cut off', '{"username":"a","pass', {}, 'bad-secret'],
  ['with a name and no password', '{"username":"a"}', {}, 'bad-secret'],
  ['with a password that is no text', '{"username":"a","password":1}', {}, 'bad-secret'],
  ['with a certificate and no key', '{"clientCertificatePem":"x"}', {}, 'bad-secret'],
  ['with nothing in it', '{}', {}, 'secret-incomplete'],
  ['of something else', '{"token":"x"}', {}, 'secret-incomplete'],
  ['without a member that a header names', '{"username":"a","password":"b"}', API_KEY, 'secret-incomplete'],
  ['without a member that the request names', '{"username":"a","password":"b"}', KEY_IN_BODY, 'secret-incomplete'],
] as const) {
  test(`a secret ${what} is that store's outage`, async (context) => {
    const { login, putUser, stores, calls } = await openStore(context, knowsUserx, {
      secretId: 'Gatehouse/tenants/my_company/external',
      ...attributes,
    });
    if (secret !== undefined) stores.putSecret('Gatehouse/tenants/my_company/external', secret);
    putUser('publisher');
    await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', dependency: 'userstore EXTERNAL of my_company', reason });
    assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
    assert.equal(calls.length, 0);
  });
}

test('a secret that is mended is read within ten seconds, and one that does not come is an outage within the deadline', async (context) => {
  const secretId = 'Gatehouse/tenants/my_company/external';
  let [value, nowMs] = ['{"username":"a","pass', 0];
  const secrets = createSecrets(
    async () => value,
    () => nowMs,
  );
  const { login, calls, lines } = await openStore(context, knowsUserx, { secretId }, { secrets });
  await assert.rejects(login('userx', 'mypass'), { reason: 'bad-secret' });
  value = '{"username":"a","password":"b"}';
  nowMs = 10_000;
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  value = '{}';
  nowMs += 300_000;
  for (const _ of [1, 2]) assert.equal((await login('userx', 'mypass')).kind, 'authenticated', 'by the secret of before');
  assert.equal(calls.at(-1)?.headers.authorization, `Basic ${Buffer.from('a:b').toString('base64')}`);
  assert.equal(lines.filter(({ event }) => event === 'store-secret-refused').length, 2, 'once each time that it went wrong');
  assert.ok(!JSON.stringify(lines).includes('"pass'));
  const never = { readSecret: () => new Promise<string>(() => {}), rereadSecret: () => new Promise<string>(() => {}) };
  const slow = await openStore(context, knowsUserx, { secretId, timeoutMs: 50 }, { secrets: never });
  await assert.rejects(slow.login('userx', 'mypass'), { name: 'Unavailable', reason: 'secret-timeout', neverSent: true });
});

test('A79 a secret of another tenant is never read', async (context) => {
  const { login, putStore, stores, attributes, calls } = await openStore(context, knowsUserx);
  for (const secretId of [
    'Gatehouse/tenants/other/external',
    'Gatehouse/signing-keys',
    'Gatehouse/tenants/my_company',
    'Gatehouse/tenants/my_company_2/external',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:Gatehouse/tenants/other/external-AbCdEf',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:x:Gatehouse/tenants/my_company/external',
  ]) {
    stores.putSecret(secretId, '{"username":"a","password":"b"}');
    putStore('EXTERNAL', { ...attributes, secretId });
    await assert.rejects(login('userx', 'mypass'), { reason: 'secret-of-others' }, secretId);
  }
  assert.equal(calls.length, 0);
});

test('a secret that is rotated while logins run loses no login, and one that stays wrong is tried once', async (context) => {
  let current = 'first';
  const service = await openRestService(context, (call, outgoing) => {
    const isOurs = call.headers.authorization === `Basic ${Buffer.from(`gatehouse:${current}`).toString('base64')}`;
    sendJson(outgoing, isOurs ? { response: { status: 'true' } } : {}, isOurs ? 200 : 401);
  });
  let stored = current;
  const loadSecret = async () => JSON.stringify({ username: 'gatehouse', password: stored });
  const time = { nowMs: 0 };
  // The cache as it is deployed, over a store of secrets that the test rotates.
  const fixture = openLoginFixture({ secrets: createSecrets(loadSecret, () => time.nowMs) });
  fixture.putStore('EXTERNAL', { ...service.attributes, secretId: 'Gatehouse/tenants/my_company/external' });
  const loginsAtOnce = (round: string) => Promise.all([1, 2, 3, 4, 5].map((at) => fixture.login(`user-${round}-${at}`, 'mypass')));
  for (const next of ['first', 'second', 'third']) {
    stored = next;
    current = next;
    for (const { kind } of await loginsAtOnce(next)) assert.equal(kind, 'authenticated', next);
    time.nowMs += 10_000;
  }
  const before = service.calls.length;
  current = 'not in the secret';
  await assert.rejects(fixture.login('userx', 'mypass'), { dependency: 'userstore EXTERNAL of my_company', reason: 'credentials-refused' });
  assert.equal(service.calls.length, before + 1);
});

for (const [what, value] of [
  ['the boolean true', { response: { status: true } }],
  ['"True"', { response: { status: 'True' } }],
  ['a blank more', { response: { status: 'true ' } }],
  ['"false"', { response: { status: 'false' } }],
  ['a list of it', { response: { status: ['true'] } }],
  ['a number', { response: { status: 1 } }],
  ['an object', { response: { status: { true: 'true' } } }],
  ['one level higher', { status: 'true' }],
  ['a list', [{ response: { status: 'true' } }]],
  ['null', null],
  ['a string', '{"response":{"status":"true"}}'],
] as const) {
  test(`A18 no truthiness: ${what} is a no`, async (context) => {
    const { login } = await openStore(context, replies(value));
    assert.equal((await login('userx', 'mypass')).kind, 'refused');
  });
}

test('A80 a path walks own members only', async (context) => {
  for (const path of ['constructor.name', '__proto__.constructor.name', 'response.toString.name', 'list.length', 'text.length', 'text.0']) {
    const { login } = await openStore(context, replies({ response: {}, list: [1], text: 'Object' }), {
      success: { path, equals: 'Object' },
    });
    assert.equal((await login('userx', 'mypass')).kind, 'refused', path);
  }
  const { login } = await openStore(context, (_call, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"__proto__":{"response":{"status":"true"}}}');
  });
  assert.equal((await login('userx', 'mypass')).kind, 'refused');
});

test('claims and roles come from the reply, by path', async (context) => {
  const { login } = await openStore(
    context,
    replies({
      response: { status: 'true' },
      user: {
        mail: 'x@example.org',
        age: 7,
        vip: false,
        phones: ['1', 2, {}],
        address: { city: 'Linz' },
        empty: '',
        long: 'x'.repeat(3000),
      },
      groups: [{ name: 'customer' }, { name: 'vip' }, { name: 'vip' }, { name: 7 }, {}],
    }),
    {
      claims: {
        email: 'user.mail',
        age: 'user.age',
        vip: 'user.vip',
        phone: 'user.phones',
        city: 'user.address.city',
        address: 'user.address',
        missing: 'user.missing',
        second: 'user.phones.1',
        long: 'user.long',
        __proto__x: 'user.mail',
      },
      roles: 'groups.*.name',
    },
  );
  const outcome = await login('userx', 'mypass');
  assert.ok(outcome.kind === 'authenticated');
  assert.deepEqual(outcome.user.roles, ['customer', 'vip']);
  assert.deepEqual(outcome.user.claims, {
    email: 'x@example.org',
    age: '7',
    vip: 'false',
    phone: ['1', '2'],
    city: 'Linz',
    second: '2',
    __proto__x: 'x@example.org',
  });
});

test('roles are a list of strings or one string; anything else gives none', async (context) => {
  for (const [roles, expected] of [
    ['customer', ['customer']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[], []],
    [{ customer: true }, []],
    [true, []],
    [null, []],
    [Array.from({ length: 201 }, (_, at) => `r${at}`), []],
  ] as const) {
    const { login } = await openStore(context, replies({ response: { status: 'true' }, roles }), { roles: 'roles' });
    const outcome = await login('userx', 'mypass');
    assert.deepEqual(outcome.kind === 'authenticated' && outcome.user.roles, expected);
  }
});

test('A19 a reply about another user is an outage', async (context) => {
  for (const [id, reason] of [
    ['usery', 'other-user'],
    ['', 'no-username'],
    [null, 'no-username'],
    [7, 'no-username'],
    [['userx'], 'no-username'],
    ['userx ', 'no-username'],
  ] as const) {
    const { login } = await openStore(context, replies({ response: { status: 'true' }, user: { id } }), { username: 'user.id' });
    await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', reason }, JSON.stringify(id));
  }
  const { login } = await openStore(context, replies({ response: { status: 'true' }, user: { id: 'UserX', uid: 4711 } }), {
    username: 'user.id',
    uniqueId: 'user.uid',
  });
  const outcome = await login('userx', 'mypass');
  assert.ok(outcome.kind === 'authenticated');
  assert.deepEqual([outcome.user.username, outcome.user.id], ['UserX', '4711']);
});

test('a reply without the unique id that the entry names is an outage', async (context) => {
  const { login } = await openStore(context, replies({ response: { status: 'true' } }), { uniqueId: 'user.uid' });
  await assert.rejects(login('userx', 'mypass'), { reason: 'no-unique-id' });
});

test('conditions: statuses, other values, unknown users and wrong passwords told apart', async (context) => {
  const status: Answer = (call, outgoing) => {
    const { credentials } = JSON.parse(call.body);
    outgoing.writeHead(credentials.username !== 'userx' ? 404 : credentials.password !== 'mypass' ? 401 : 204).end();
  };
  const attributes = { success: { status: [204] }, wrongPassword: { status: [401, 403] }, unknownUser: { status: [404] }, priority: 1 };
  const { login, putStore } = await openStore(context, status, attributes);
  const after = await openRestService(context, replies({ response: { status: 'true' } }));
  putStore('LATER', { ...after.attributes, priority: 2 });
  assert.equal((await login('userx', 'mypass')).kind, 'authenticated');
  assert.deepEqual(await login('userx', 'wrong'), { kind: 'refused', reason: 'wrong-password' });
  assert.equal(after.calls.length, 0);
  const outcome = await login('usery', 'mypass');
  assert.equal(outcome.kind === 'authenticated' && outcome.user.domain, 'LATER');
  const { login: loginByCode } = await openStore(
    context,
    (call, outgoing) => sendJson(outgoing, { code: JSON.parse(call.body).credentials.password }),
    {
      success: { path: 'code', equals: ['OK', 'EXPIRES_SOON'] },
      unknownUser: { path: 'code', equals: 'NOT_FOUND' },
    },
  );
  assert.equal((await loginByCode('userx', 'EXPIRES_SOON')).kind, 'authenticated');
  assert.deepEqual(await loginByCode('userx', 'NOT_FOUND'), { kind: 'refused', reason: 'unknown-user' });
  assert.deepEqual(await loginByCode('userx', 'ANYTHING'), { kind: 'refused', reason: 'wrong-password' });
});

test('JSON is taken by any of its media types, and with a byte order mark', async (context) => {
  let type = '';
  let mark = '';
  const { login } = await openStore(context, (_call, outgoing) => {
    outgoing.writeHead(200, { 'content-type': type }).end(`${mark}{"response":{"status":"true"}}`);
  });
  for (type of [
    ...['application/json', 'APPLICATION/JSON; charset=utf-8', 'text/json', 'text/json;charset=UTF-8', 'application/problem+json'],
    ...['application/vnd.example.v1+json', 'application/ld+json ; profile="x"', 'application/x-json', 'application/scim+a+json'],
  ])
    for (mark of ['', '\uFEFF']) assert.equal((await login('userx', 'mypass')).kind, 'authenticated', type);
  for (type of [
    'text/html',
    'text/plain',
    'application/jsonp',
    'application/json-seq',
    'json',
    'application/xml; a=text/json',
    'application/jsonx',
  ])
    await assert.rejects(login(`user of ${type.length}`, 'mypass'), { name: 'Unavailable', reason: 'bad-reply' }, type);
  [type, mark] = ['application/json', '\uFEFF\uFEFF'];
  await assert.rejects(login('usery', 'mypass'), { name: 'Unavailable', reason: 'bad-reply' }, 'one mark, and no more');
});

const outages: readonly (readonly [string, Answer, string])[] = [
  ['answers 500', replies({ response: { status: 'true' } }, 500), 'error-reply'],
  ['answers 404', replies({ response: { status: 'true' } }, 404), 'unexpected-status'],
  ['answers 503', replies({ response: { status: 'true' } }, 503), 'overloaded'],
  ['refuses us', replies({ response: { status: 'true' } }, 401), 'credentials-refused'],
  ['redirects', (_call, outgoing) => outgoing.writeHead(307, { location: '/elsewhere' }).end(), 'redirect'],
  ['answers HTML', (_call, outgoing) => outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'), 'bad-reply'],
  [
    'calls its JSON text',
    (_call, outgoing) => outgoing.writeHead(200, { 'content-type': 'text/plain' }).end('{"response":{"status":"true"}}'),
    'bad-reply',
  ],
  [
    'calls its HTML JSON',
    (_call, outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('<html></html>'),
    'bad-reply',
  ],
  ['answers nothing', (_call, outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(), 'bad-reply'],
  [
    'answers more than 64 KiB',
    (_call, outgoing) => sendJson(outgoing, { response: { status: 'true' }, more: 'x'.repeat(65_536) }),
    'too-large',
  ],
  ['never ends its answer', (_call, outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).write('{'), 'timeout'],
  ['hangs', () => {}, 'timeout'],
  ['breaks off', (_call, outgoing) => outgoing.destroy(), 'connection-failed'],
];

for (const [what, answer, reason] of outages) {
  test(`a service that ${what} is an outage within its deadline`, async (context) => {
    const { login } = await openStore(context, answer, { timeoutMs: 400 });
    const startMs = performance.now();
    await assert.rejects(login('userx', 'mypass'), { name: 'Unavailable', dependency: 'userstore EXTERNAL of my_company', reason });
    assert.ok(performance.now() - startMs < 5000);
  });
}

test('a service that sends bytes without end is an outage', async (context) => {
  const { login } = await openStore(context, (_call, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (outgoing.writable && outgoing.write(' '.repeat(10_000)));
      if (outgoing.writable) outgoing.once('drain', more);
    };
    more();
  });
  await assert.rejects(login('userx', 'mypass'), { reason: 'too-large' });
});

test('a host that takes no connection is an outage', async (context) => {
  const fixture = openLoginFixture();
  const port = await listen(
    context,
    createServer((socket) => socket.destroy()),
  );
  fixture.putStore('EXTERNAL', { type: 'rest', url: `http://127.0.0.1:${port}/`, allowPlaintext: true, allowPrivateAddress: true });
  await assert.rejects(fixture.login('userx', 'mypass'), { reason: 'connection-failed' });
});

test('A17 without leave no private address is called, and no plaintext spoken', async (context) => {
  const { login, putStore, url, calls } = await openStore(context, knowsUserx);
  putStore('EXTERNAL', { type: 'rest', url, allowPlaintext: true });
  await assert.rejects(login('userx', 'mypass'), { reason: 'refused-address' });
  putStore('EXTERNAL', { type: 'rest', url, allowPrivateAddress: true });
  await assert.rejects(login('userx', 'mypass'), { reason: 'wrong-entry' });
  assert.equal(calls.length, 0);
});

test('an entry with a header that could split the request, or that the connection needs, is refused', async (context) => {
  for (const headers of [
    { 'x-a': 'b\r\nx-c: d' },
    { 'x a': 'b' },
    { Host: 'x' },
    { 'Content-Length': '0' },
    { 'transfer-encoding': 'chunked' },
  ]) {
    const { login, calls } = await openStore(context, knowsUserx, { headers });
    await assert.rejects(login('userx', 'mypass'), { reason: 'wrong-entry' });
    assert.equal(calls.length, 0);
  }
});
