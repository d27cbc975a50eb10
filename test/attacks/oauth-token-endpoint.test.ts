// Attacks on the token endpoint: rows of the attack list, by number.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Client } from '../../functions/configuration/model.ts';
import { createLog } from '../../functions/shared/log.ts';
import { verifySecret } from '../../functions/token/client-authentication/verify-secret.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { demoClient, openTokenApi, PASSWORD_GRANT, secretDigest, type TokenApi, USERX } from '../support/token-api.ts';
import { basic, type TokenCall } from '../support/token-events.ts';

const demo = basic('demo-app', 'demo-app-secret');
const otherApp = basic('other-app', 'other-app-secret');

const renew = (api: TokenApi, token: unknown, headers: TokenCall['headers'] = demo, more: Record<string, string> = {}) =>
  api.token({ grant_type: 'refresh_token', refresh_token: String(token), ...more }, headers);

describe('users', () => {
  test('A20 a wrong password, an unknown user, a foreign tenant and a dead refresh token read alike', async () => {
    const api = openTokenApi();
    const answers = [
      await api.token({ ...PASSWORD_GRANT, password: 'wrong' }),
      await api.token({ ...PASSWORD_GRANT, username: 'nobody@my_company' }),
      await api.token({ ...PASSWORD_GRANT, username: 'userx@other_company' }),
      await api.token({ ...PASSWORD_GRANT, username: 'userx@no_company' }),
      await renew(api, `grt_${'A'.repeat(87)}`),
    ];
    const [first, ...rest] = answers.map(({ status, headers, text }) => ({ status, headers, text }));
    for (const answer of rest) assert.deepEqual(answer, first);
    assert.equal(new Set(answers.map(({ line }) => line.reason)).size, 5);
  });

  test('A20 the lock reads the same for a user who does not exist', async () => {
    const api = openTokenApi();
    api.users.locked = 30;
    const shown = ['userx@my_company', 'nobody@my_company'].map(async (username) => {
      const { status, headers, text } = await api.token({ ...PASSWORD_GRANT, username });
      return { status, headers, text };
    });
    const [known, unknown] = await Promise.all(shown);
    assert.deepEqual(known, unknown);
  });

  test('A22 a user who was disabled gets nothing by refresh, from the real primary store', async () => {
    const api = openTokenApi({
      createUserstores: (stores, clock) =>
        createUserstores({
          ...stores,
          sendOutbound: () => Promise.reject(new Error('no network in this test')),
          tenantSecretsPrefix: 'Gatehouse/tenants/',
          clock,
          log: () => {},
          failureQuantumMs: 0,
        }),
    });
    const { hashPassword } = await import('../../functions/userstores/password-hashes/index.ts');
    const user = {
      tenant: 'my_company',
      username: 'publisher',
      id: 'p-1',
      passwordHash: await hashPassword('publisher-pass'),
      roles: ['boss'],
    };
    api.stores.put('Users', user);
    const login = await api.token({ grant_type: 'password', username: 'publisher', password: 'publisher-pass', scope: 'admin' });
    assert.deepEqual([login.status, login.json.scope, login.line.subject], [200, 'admin', 'p-1@my_company']);
    api.stores.put('Users', { ...user, roles: [] });
    const fewer = await renew(api, login.json.refresh_token);
    assert.equal(fewer.json.scope, 'default');
    api.stores.put('Users', { ...user, status: 'disabled' });
    const refused = await renew(api, fewer.json.refresh_token);
    assert.deepEqual([refused.status, refused.json.error], [400, 'invalid_grant']);
    api.stores.put('Users', user);
    assert.equal((await renew(api, fewer.json.refresh_token)).line.reason, 'no-such-grant');
  });
});

test('A21 a client that does not exist, or has no secret, costs what a wrong secret costs', () => {
  const client = { secrets: [{ sha256: secretDigest('right') }] } as Client;
  const spent = { unknown: [] as number[], bare: [] as number[], wrong: [] as number[] };
  const subjects = { unknown: undefined, bare: { ...client, secrets: [] }, wrong: client };
  for (let round = 0; round < 400; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const start = process.hrtime.bigint();
      for (let call = 0; call < 20; call++) assert.equal(verifySecret(subject, ['guess'], 0).kind, 'refused');
      spent[name as keyof typeof spent].push(Number(process.hrtime.bigint() - start));
    }
  }
  const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
  for (const name of ['unknown', 'bare'] as const) {
    const ratio = median(spent[name]) / median(spent.wrong);
    assert.ok(ratio > 0.5 && ratio < 2, `${name}: ${ratio}`);
  }
});

describe('refresh tokens', () => {
  test('A54 a refresh token is of no use without its client, or with another one', async () => {
    const api = openTokenApi();
    const { json } = await api.token(PASSWORD_GRANT);
    const form = { grant_type: 'refresh_token', refresh_token: String(json.refresh_token) };
    assert.equal((await api.call({ path: '/oauth2/token', form })).json.error, 'invalid_client');
    assert.equal((await api.call({ path: '/oauth2/token', form: { ...form, client_id: 'demo-app' } })).json.error, 'invalid_client');
    assert.equal((await renew(api, json.refresh_token, basic('demo-app', 'wrong'))).json.error, 'invalid_client');
    const foreign = await renew(api, json.refresh_token, basic('demo-jwt-app', 'demo-jwt-app-secret'));
    assert.deepEqual([foreign.json.error, foreign.line.reason], ['invalid_grant', 'refresh-token-of-another-client']);
    assert.equal((await renew(api, json.refresh_token, otherApp)).json.error, 'invalid_grant');
    assert.equal((await renew(api, json.refresh_token)).status, 200, 'and none of that has used it up');
  });

  test('A55 of fifty renewals at once one is stored, and all get the same successor', async () => {
    const api = openTokenApi();
    const { json } = await api.token(PASSWORD_GRANT);
    const answers = await Promise.all(Array.from({ length: 50 }, () => renew(api, json.refresh_token)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.equal(answers.filter(({ line }) => line.audit === 'token-renewed').length, 1);
    const grant = await api.stores.grants.findGrant(String(json.refresh_token).slice(4, 26), api.nowSeconds());
    assert.equal(grant?.generation, 1);
  });

  test('A55 with no grace, fifty renewals at once leave no more than one successor', async () => {
    const api = openTokenApi();
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', refreshGraceSeconds: 0 });
    const { json } = await api.token(PASSWORD_GRANT);
    const answers = await Promise.all(Array.from({ length: 50 }, () => renew(api, json.refresh_token)));
    assert.equal(new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text)).size, 1);
  });

  test('A58 a renewal never gets more than the login, whatever the user and the client may have by now', async () => {
    const api = openTokenApi();
    const { json } = await api.token({ ...PASSWORD_GRANT, scope: 'menu:read' });
    api.users.users.set('userx@my_company', { password: 'mypass', user: { ...USERX, roles: ['boss'] } });
    for (const scope of ['admin', 'menu:read admin', 'openid'])
      assert.equal((await renew(api, json.refresh_token, demo, { scope })).json.error, 'invalid_scope');
    assert.equal((await renew(api, json.refresh_token, demo, { scope: 'SYSTEM' })).json.scope, 'menu:read');
  });

  test('A58 client_credentials gets what the client entry lists, and nothing else', async () => {
    const api = openTokenApi();
    const ask = async (scope: string) => (await api.token({ grant_type: 'client_credentials', scope })).json.scope;
    assert.equal(await ask('unlisted'), 'default');
    assert.equal(await ask('SYSTEM'), 'order:write menu:read admin');
    api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { scopes: [] }));
    assert.equal(await ask('order:write menu:read admin'), 'default');
  });

  test('A89 who knows a grant id from an access token, but never held a refresh token, cannot kill the grant', async () => {
    const api = openTokenApi();
    const { json } = await api.token(PASSWORD_GRANT);
    const grantId = String(json.access_token).slice(4, 26);
    for (const rest of ['A'.repeat(65), String(json.access_token).slice(26) + 'A'.repeat(22)]) {
      const forged = await renew(api, `grt_${grantId}${rest}`);
      assert.deepEqual([forged.json.error, forged.line.reason], ['invalid_grant', 'forged-refresh-token']);
    }
    assert.equal((await renew(api, json.refresh_token)).status, 200);
  });
});

describe('requests', () => {
  test('A59 what is doubled, misplaced or mistyped is refused, and issues nothing', async () => {
    const api = openTokenApi();
    const form = new URLSearchParams({ ...PASSWORD_GRANT }).toString();
    const calls: readonly Omit<TokenCall, 'path'>[] = [
      { form: `${form}&username=admin%40my_company`, headers: demo },
      { form: `${form}&scope=a&scope=b`, headers: demo },
      { form, headers: demo, query: { grant_type: 'client_credentials' } },
      { method: 'GET', query: { ...PASSWORD_GRANT }, headers: demo },
      { body: JSON.stringify(PASSWORD_GRANT), headers: { ...demo, 'Content-Type': 'application/json' } },
      { body: form, headers: { ...demo, 'Content-Type': 'multipart/form-data' } },
      { body: form, headers: { ...demo, 'Content-Type': 'application/x-www-form-urlencoded, application/json' } },
      { form, headers: { Authorization: `Basic ${btoa('demo-app:demo-app-secret')}x:` } },
      { form, headers: { Authorization: `Basic  ${btoa('demo-app')}` } },
    ];
    for (const call of calls) {
      const { status, json } = await api.call({ path: '/oauth2/token', ...call });
      assert.ok(status >= 400 && status < 500, JSON.stringify(call));
      assert.equal(json.access_token, undefined);
    }
    assert.equal(api.users.calls.authenticate.length, 0);
  });

  test('A60 a digest that was read from the table is no secret', async () => {
    const api = openTokenApi();
    const answer = await api.token({ grant_type: 'client_credentials' }, basic('demo-app', secretDigest('demo-app-secret')));
    assert.equal(answer.line.reason, 'wrong-secret');
  });

  test('A61 no secret, token, password or name as typed is in the log, whatever comes of the request', async () => {
    const written: string[] = [];
    const original = process.stdout.write;
    const api = openTokenApi();
    process.stdout.write = ((text: string) => written.push(text)) as never;
    try {
      const login = await api.token({ ...PASSWORD_GRANT, scope: 'order:write' });
      const renewed = await renew(api, login.json.refresh_token);
      await renew(api, login.json.refresh_token);
      api.advance(60);
      await renew(api, login.json.refresh_token);
      await api.token({ ...PASSWORD_GRANT, username: 'pass-in-the-name', password: 'pass-word-typed' });
      await api.token({ grant_type: 'client_credentials' }, basic('secret-as-client', 'secret-as-secret'));
      await api.call({ path: '/oauth2/token', query: { password: 'pass-in-url' }, form: {} });
      api.users.failure = new TypeError('pass-word-typed');
      await api.token({ ...PASSWORD_GRANT, password: 'pass-word-typed' });
      for (const { level, event, ...fields } of api.lines) createLog({})(level, event, fields);
      const tokens = [login, renewed].flatMap(({ json }) => [json.access_token, json.refresh_token]).map(String);
      const log = written.join('');
      for (const secret of ['mypass', 'demo-app-secret', 'pass-', 'secret-as', demo.Authorization.slice(6), ...tokens])
        assert.ok(!log.includes(secret), secret);
      assert.equal(api.lines.length, 8);
    } finally {
      process.stdout.write = original;
    }
  });

  test('A62 nothing of the token endpoint may be cached, errors included', async () => {
    const api = openTokenApi();
    api.stores.failing.add('Users');
    const answers = [
      await api.token(PASSWORD_GRANT),
      await api.token({ ...PASSWORD_GRANT, password: 'wrong' }),
      await api.token(PASSWORD_GRANT, basic('demo-app', 'wrong')),
      await api.call({ path: '/oauth2/token', method: 'GET' }),
      await api.call({ path: '/nowhere' }),
    ];
    api.stores.failing.add('Clients');
    answers.push(await api.token(PASSWORD_GRANT));
    for (const { headers } of answers) assert.deepEqual([headers['Cache-Control'], headers.Pragma], ['no-store', 'no-cache']);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 400, 401, 405, 404, 503],
    );
  });

  test('A63 no header of the request gets into the issuer, a link or a challenge', async () => {
    const api = openTokenApi();
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'host=evil.example',
    };
    const answers = [
      await api.call({ method: 'GET', path: '/.well-known/oauth-authorization-server', headers }),
      await api.call({ method: 'GET', path: '/.well-known/openid-configuration', headers }),
      await api.call({ path: '/oauth2/token', form: PASSWORD_GRANT, headers }),
      await api.call({
        path: '/oauth2/token',
        form: PASSWORD_GRANT,
        headers: { ...headers, ...basic('demo-jwt-app', 'demo-jwt-app-secret') },
      }),
    ];
    for (const { headers: sent, text } of answers) assert.ok(!`${JSON.stringify(sent)}${text}`.includes('evil'));
    const [, payload] = String(answers[3]?.json.access_token).split('.');
    assert.ok(!Buffer.from(payload ?? '', 'base64url').includes('evil'));
  });

  test('A65 only an origin that the client lists may read an answer, and never with credentials', async () => {
    const api = openTokenApi();
    api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { allowedOrigins: ['https://app.example.org'] }));
    const ask = (Origin: string, headers = demo) => api.token(PASSWORD_GRANT, { ...headers, Origin } as TokenCall['headers']);
    const allowed = await ask('https://app.example.org');
    assert.deepEqual([allowed.headers['Access-Control-Allow-Origin'], allowed.headers.Vary], ['https://app.example.org', 'Origin']);
    const refused = await ask('https://app.example.org', basic('demo-app', 'wrong'));
    assert.deepEqual([refused.status, refused.headers['Access-Control-Allow-Origin']], [401, 'https://app.example.org']);
    const foreign = ['https://app.example.org.evil.example', 'http://app.example.org', 'https://evil.example', 'null', '*', ''];
    for (const origin of foreign) assert.equal((await ask(origin)).headers['Access-Control-Allow-Origin'], undefined, origin);
    assert.equal((await ask('https://app.example.org', otherApp)).headers['Access-Control-Allow-Origin'], undefined);
    const preflight = await api.call({
      method: 'OPTIONS',
      path: '/oauth2/token',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    assert.deepEqual(
      [preflight.status, preflight.headers.Allow, preflight.headers['Access-Control-Allow-Origin']],
      [204, 'POST, OPTIONS', '*'],
    );
    for (const { headers } of [allowed, refused, preflight]) assert.equal(headers['Access-Control-Allow-Credentials'], undefined);
  });
});

describe('tenants and names', () => {
  test('A79 no spelling of the name gets a user of another tenant, or a client of one', async () => {
    const api = openTokenApi();
    for (const username of [
      'userx@my_company',
      'userx@MY_COMPANY',
      'userx@other_company@my_company',
      'EXTERNAL/userx@my_company',
      'userx@ｍy_company',
      'userx@my_compаny',
      'userx@my_company#other_company',
    ]) {
      const { status, json } = await api.token({ ...PASSWORD_GRANT, username }, otherApp);
      assert.deepEqual([status, json.error], [400, 'invalid_grant'], username);
    }
  });

  test('A79 property: whatever the names, a token is issued for the tenant of the client alone', async () => {
    const api = openTokenApi();
    const tenants = ['my_company', 'other_company', 'MY_COMPANY', '', 'my_company@other_company'];
    api.users.users.set('userx@other_company', { password: 'mypass', user: { ...USERX, tenant: 'other_company' } });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tenants), fc.constantFrom('demo-app', 'other-app'), async (tenant, clientId) => {
        const username = tenant === '' ? 'userx' : `userx@${tenant}`;
        const { status, json, line } = await api.token({ ...PASSWORD_GRANT, username }, basic(clientId, `${clientId}-secret`));
        if (status !== 200) return;
        const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
        assert.equal(grant?.tenant, clientId === 'demo-app' ? 'my_company' : 'other_company');
        assert.equal(grant?.user?.tenant, grant?.tenant);
        assert.equal(line.tenant, grant?.tenant);
      }),
      { numRuns: 100 },
    );
  });

  test('A80 names that objects have are names like others', async () => {
    const api = openTokenApi();
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal((await api.token({ ...PASSWORD_GRANT, username: `${name}@my_company` })).json.error, 'invalid_grant');
      assert.equal((await api.token({ ...PASSWORD_GRANT, username: `userx@${name}` })).json.error, 'invalid_grant');
      assert.equal((await api.token({ ...PASSWORD_GRANT, scope: name })).json.error, 'invalid_scope');
      assert.equal((await api.token({ grant_type: name })).json.error, 'unsupported_grant_type');
      assert.equal((await api.token(PASSWORD_GRANT, basic(name, 'x'))).json.error, 'invalid_client');
      assert.equal((await api.token({ ...PASSWORD_GRANT, [name]: 'x' })).status, 200);
    }
  });
});
