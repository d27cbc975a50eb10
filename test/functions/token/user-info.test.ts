// `/oauth2/userinfo` (OpenID Connect Core section 5.3, RFC 6750).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoClient, openTokenApi, PASSWORD_GRANT, type TokenApi, USERX } from '../../support/token-api.ts';
import { basic, type TokenCall } from '../../support/token-events.ts';

const PATH = '/oauth2/userinfo';
const REALM = 'Bearer realm="https://issuer.example/v1"';

const bearer = (token: unknown) => ({ Authorization: `Bearer ${token}` });
const ask = (api: TokenApi, headers: TokenCall['headers'], more: Partial<TokenCall> = {}) =>
  api.call({ method: 'GET', path: PATH, ...(headers && { headers }), ...more });

async function login(api: TokenApi, scope = 'openid', headers = basic('demo-app', 'demo-app-secret')) {
  return String((await api.token({ ...PASSWORD_GRANT, scope }, headers)).json.access_token);
}

test('the claims of the user, for both token formats, by GET and POST, by header and form', async () => {
  const api = openTokenApi();
  const expected = {
    givenname: 'Uma',
    emailaddress: 'uma@example.org',
    sub: 'EXTERNAL/e-1001@my_company',
    preferred_username: 'EXTERNAL/userx@my_company',
  };
  const opaque = await login(api);
  const jwt = await login(api, 'openid', basic('demo-jwt-app', 'demo-jwt-app-secret'));
  for (const token of [opaque, jwt]) {
    const answers = [
      await ask(api, bearer(token)),
      await ask(api, { authorization: `bearer ${token}` }),
      await ask(api, bearer(token), { method: 'POST' }),
      await ask(api, undefined, { method: 'POST', form: { access_token: token } }),
    ];
    for (const { status, json, headers } of answers) {
      assert.equal(status, 200);
      assert.deepEqual(json, expected);
      assert.equal(headers['Cache-Control'], 'no-store');
    }
  }
});

test('what a store says cannot change who the user is', async () => {
  const api = openTokenApi();
  const claims = { sub: 'admin', preferred_username: 'admin', __proto__x: 'y' };
  api.users.users.set('userx@my_company', { password: 'mypass', user: { ...USERX, claims } });
  const { json } = await ask(api, bearer(await login(api)));
  assert.deepEqual([json.sub, json.preferred_username], ['EXTERNAL/e-1001@my_company', 'EXTERNAL/userx@my_company']);
});

test('errors are those of RFC 6750 section 3.1', async () => {
  const api = openTokenApi();
  const refused = async (headers: TokenCall['headers'], more: Partial<TokenCall> = {}) => {
    const answer = await ask(api, headers, more);
    return [answer.status, answer.headers['WWW-Authenticate'], answer.line.reason];
  };
  const token = await login(api);
  assert.deepEqual(await refused(undefined), [401, REALM, 'no-access-token']);
  assert.deepEqual(await refused(basic('demo-app', 'demo-app-secret')), [401, REALM, 'no-access-token']);
  assert.deepEqual(await refused({ Authorization: 'Bearer' }), [401, `${REALM}, error="invalid_token"`, 'malformed-bearer']);
  assert.deepEqual(await refused(bearer('x')), [401, `${REALM}, error="invalid_token"`, 'not-a-token-of-ours']);
  const unscoped = bearer(await login(api, 'order:write'));
  assert.deepEqual(await refused(unscoped), [403, `${REALM}, error="insufficient_scope", scope="openid"`, 'no-openid-scope']);
  const application = await api.token({ grant_type: 'client_credentials', scope: 'openid' });
  assert.equal((await ask(api, bearer(application.json.access_token))).line.reason, 'no-end-user');
  const inUrl = await refused(undefined, { query: { access_token: token } });
  assert.deepEqual(inUrl, [400, `${REALM}, error="invalid_request"`, 'parameters-in-url']);
  const twice = await refused(bearer(token), { method: 'POST', form: { access_token: token } });
  assert.deepEqual(twice, [400, `${REALM}, error="invalid_request"`, 'two-access-tokens']);
  assert.deepEqual((await refused({ Authorization: [`Bearer ${token}`, 'Bearer x'] }))[2], 'repeated-header');
  assert.deepEqual((await refused(bearer(token), { method: 'DELETE' }))[0], 405);
  api.advance(3600);
  assert.deepEqual(await refused(bearer(token)), [401, `${REALM}, error="invalid_token"`, 'expired']);
});

test('a form carries a token as RFC 6750 section 2.2 has it, and in no other way', async () => {
  const api = openTokenApi();
  const token = await login(api);
  const body = `access_token=${token}`;
  const form = 'application/x-www-form-urlencoded';
  const answer = (method: string, contentType: string, content: string) =>
    ask(api, { 'Content-Type': contentType }, { method, body: content });
  for (const content of [body, `a=1&${body}&b=2`]) assert.equal((await answer('POST', form, content)).status, 200, content);
  const multipart = `--x\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n${token}\r\n--x--\r\n`;
  const refused = [
    await answer('GET', form, body),
    await answer('POST', 'application/json', JSON.stringify({ access_token: token })),
    await answer('POST', 'text/plain', body),
    await answer('POST', 'multipart/form-data; boundary=x', multipart),
    await answer('POST', form, `a=1;${body}`),
    await answer('POST', form, `access_token=${token}ö`),
    await answer('POST', form, `${body}&${body}`),
  ];
  assert.deepEqual(
    refused.map(({ status }) => status),
    [401, 415, 415, 415, 401, 401, 400],
  );
  for (const { headers, line } of refused) assert.match(String(headers['WWW-Authenticate']), /^Bearer realm=/, JSON.stringify(line));
});

test('an outage is 503 and no challenge', async () => {
  const api = openTokenApi();
  const token = await login(api);
  api.stores.failing.add('Tokens');
  const { status, json, headers } = await ask(api, bearer(token));
  assert.deepEqual([status, json.error, headers['WWW-Authenticate']], [503, 'temporarily_unavailable', undefined]);
});

test("a page of the client's own origin may read the answer, no other", async () => {
  const api = openTokenApi();
  api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { allowedOrigins: ['https://app.example.org'] }));
  const token = await login(api);
  const own = await ask(api, { ...bearer(token), Origin: 'https://app.example.org' });
  assert.equal(own.headers['Access-Control-Allow-Origin'], 'https://app.example.org');
  const foreign = await ask(api, { ...bearer(token), Origin: 'https://evil.example' });
  assert.equal(foreign.headers['Access-Control-Allow-Origin'], undefined);
});
