// What clients send that means nothing here is ignored, wherever it stands (RFC 6749 section 3.2, RFC 9110 section 5.6.6);
// what an endpoint reads is still taken from the body alone, once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoClient, openTokenApi, PASSWORD_GRANT } from '../../support/token-api.ts';
import { basic, FORM } from '../../support/token-events.ts';

const demo = basic('demo-app', 'demo-app-secret');
const form = new URLSearchParams(PASSWORD_GRANT).toString();

describe('the media type of a form', () => {
  const taken = [
    ';',
    '; ',
    ';;',
    ';charset=utf8',
    '; charset="UTF-8"',
    '; Charset = utf_8',
    ';charset=latin1',
    ';charset=ISO_8859-1:1987',
    ';charset=ANSI_X3.4-1968',
    '; charset=',
    '; boundary=x; charset=utf-8',
    '; odata=verbose',
    '; q="a;charset=utf-16"',
    '; charset="ut\\f-8"',
  ];
  for (const parameters of taken) {
    test(`taken: ${JSON.stringify(parameters)}`, async () => {
      const { status } = await openTokenApi().call({
        path: '/oauth2/token',
        form,
        headers: { ...demo, 'Content-Type': `${FORM}${parameters}` },
      });
      assert.equal(status, 200);
    });
  }
  for (const type of [
    `${FORM}; charset=utf-16`,
    `${FORM};a=b;charset="windows-1252"`,
    `${FORM}x`,
    `${FORM} x`,
    `x${FORM}`,
    `${FORM};${'a'.repeat(600)}`,
  ]) {
    test(`refused: ${JSON.stringify(type.slice(0, 70))}`, async () => {
      const { status, line } = await openTokenApi().call({ path: '/oauth2/token', form, headers: { ...demo, 'Content-Type': type } });
      assert.deepEqual([status, line.reason], [415, 'wrong-media-type']);
    });
  }
});

describe('parameters that an endpoint does not read', () => {
  test('are ignored in the URL of the token endpoint, of revocation, introspection and userinfo', async () => {
    const api = openTokenApi();
    const query = { tenantDomain: 'carbon.super', schema: 'openid', token_type_hint: 'x' };
    const issued = await api.call({ path: '/oauth2/token', form: { ...PASSWORD_GRANT, scope: 'openid' }, query, headers: demo });
    const token = String(issued.json.access_token);
    const info = await api.call({ method: 'GET', path: '/oauth2/userinfo', query, headers: { Authorization: `Bearer ${token}` } });
    const introspected = await api.call({ path: '/oauth2/introspect', form: { token }, query, headers: demo });
    const revoked = await api.call({ path: '/oauth2/revoke', form: { token }, query, headers: demo });
    assert.deepEqual([issued.status, info.status, introspected.json.active, revoked.status], [200, 200, true, 200]);
  });

  test('may be repeated in the body', async () => {
    const { status } = await openTokenApi().call({ path: '/oauth2/token', form: `${form}&audience=a&audience=b&x&x=%20`, headers: demo });
    assert.equal(status, 200);
  });

  test('an array in the manner of PHP widens nothing', async () => {
    const { json } = await openTokenApi().call({ path: '/oauth2/token', form: `${form}&scope[]=order:write`, headers: demo });
    assert.equal(json.scope, 'default');
  });

  for (const name of [
    'grant_type',
    'scope',
    'client_id',
    'client_secret',
    'client_assertion',
    'username',
    'password',
    'refresh_token',
    'assertion',
  ]) {
    test(`but ${name} is refused in the URL`, async () => {
      const { status, line } = await openTokenApi().call({ path: '/oauth2/token', form, query: { [name]: 'x' }, headers: demo });
      assert.deepEqual([status, line.reason], [400, 'parameters-in-url']);
    });
    test(`and ${name} is refused twice in the body`, async () => {
      const { status, line } = await openTokenApi().call({ path: '/oauth2/token', form: `${name}=a&${name}=b`, headers: demo });
      assert.deepEqual([status, line.reason], [400, 'repeated-parameter']);
    });
  }

  for (const [path, name] of [
    ['/oauth2/revoke', 'token'],
    ['/oauth2/introspect', 'token'],
    ['/oauth2/userinfo', 'access_token'],
  ] as const) {
    test(`${name} in the URL of ${path} is refused`, async () => {
      const { status, line } = await openTokenApi().call({ path, form: {}, query: { [name]: 'x' }, headers: demo });
      assert.deepEqual([status, line.reason], [400, 'parameters-in-url']);
    });
  }
});

test('blanks of any number separate scopes, and stand at either end', async () => {
  for (const scope of ['order:write  openid', ' order:write openid', 'order:write openid ', '   order:write    openid  openid']) {
    const { json } = await openTokenApi().token({ ...PASSWORD_GRANT, scope });
    assert.equal(json.scope, 'order:write openid');
  }
  assert.equal((await openTokenApi().token({ ...PASSWORD_GRANT, scope: '  ' })).json.scope, 'default');
});

describe('scopes of another system', () => {
  const legacyScopes = ['PRODUCTION', 'device_*', 'order:write'];
  const open = () => {
    const api = openTokenApi();
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', legacyScopes });
    return api;
  };

  test('are granted without a meaning, at login and renewal', async () => {
    const api = open();
    const scope = 'PRODUCTION device_7f3a menu:read';
    const issued = await api.token({ ...PASSWORD_GRANT, scope });
    assert.equal(issued.json.scope, scope);
    const renewed = await api.token({ grant_type: 'refresh_token', refresh_token: String(issued.json.refresh_token) });
    assert.equal(renewed.json.scope, scope);
  });

  test('that the tenant defines have their meaning still', async () => {
    const api = open();
    api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { scopes: [] }));
    assert.equal((await api.token({ ...PASSWORD_GRANT, scope: 'order:write' })).json.scope, 'default');
  });

  test('that the list does not have are refused, and so is any where there is no list', async () => {
    for (const scope of ['SANDBOX', 'device', 'DEVICE_1'])
      assert.equal((await open().token({ ...PASSWORD_GRANT, scope })).json.error, 'invalid_scope');
    assert.equal((await openTokenApi().token({ ...PASSWORD_GRANT, scope: 'PRODUCTION' })).json.error, 'invalid_scope');
  });
});

test('a client may have a grace of its own for renewals that are sent again', async () => {
  const graceOf = async (changes: Readonly<Record<string, unknown>>): Promise<number> => {
    const api = openTokenApi();
    api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', changes));
    const issued = await api.token(PASSWORD_GRANT);
    const again = () => api.token({ grant_type: 'refresh_token', refresh_token: String(issued.json.refresh_token) });
    const first = await again();
    let seconds = 0;
    for (; seconds < 400; seconds += 10) {
      if ((await again()).text !== first.text) break;
      api.advance(10);
    }
    return seconds;
  };
  assert.deepEqual(
    [await graceOf({}), await graceOf({ refreshGraceSeconds: 300 }), await graceOf({ refreshGraceSeconds: 0 })],
    [30, 300, 0],
  );
});
