// Every row of the error table of the token API: status, code, and the reason that the log gives.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { demoClient, openTokenApi, PASSWORD_GRANT, START_SECONDS, secretDigest, type TokenApi } from '../../support/token-api.ts';
import { basic, FORM, type TokenCall } from '../../support/token-events.ts';

interface Row {
  readonly name: string;
  readonly call: Omit<TokenCall, 'path'> & { readonly path?: string };
  readonly arrange?: (api: TokenApi) => void;
  readonly status: number;
  readonly error: string;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const demo = basic('demo-app', 'demo-app-secret');
const CLIENT_CREDENTIALS = { grant_type: 'client_credentials' };
const invalid = { status: 400, error: 'invalid_request' } as const;
const unauthenticated = {
  status: 401,
  error: 'invalid_client',
  headers: { 'WWW-Authenticate': 'Basic realm="https://issuer.example/v1", charset="UTF-8"' },
} as const;
const noGrant = { status: 400, error: 'invalid_grant' } as const;

const MALFORMED: readonly Row[] = [
  { name: 'GET', call: { method: 'GET' }, ...invalid, status: 405, reason: 'method-not-allowed', headers: { Allow: 'POST, OPTIONS' } },
  { name: 'PUT', call: { method: 'PUT', form: PASSWORD_GRANT }, ...invalid, status: 405, reason: 'method-not-allowed' },
  { name: 'an unknown path', call: { path: '/oauth2/other', form: {} }, ...invalid, status: 404, reason: 'no-such-endpoint' },
  {
    name: 'JSON',
    call: { body: '{}', headers: { 'Content-Type': 'application/json' } },
    ...invalid,
    status: 415,
    reason: 'wrong-media-type',
  },
  { name: 'no media type', call: { body: 'grant_type=password' }, ...invalid, status: 415, reason: 'wrong-media-type' },
  {
    name: 'another charset',
    call: { body: 'grant_type=password', headers: { 'Content-Type': `${FORM}; charset=utf-16` } },
    ...invalid,
    status: 415,
    reason: 'wrong-media-type',
  },
  { name: 'a body over 64 KiB', call: { form: `x=${'y'.repeat(65_535)}` }, ...invalid, status: 413, reason: 'body-too-large' },
  {
    name: 'a body over 64 KiB in base64',
    call: { form: Buffer.from(`x=${'y'.repeat(65_535)}`).toString('base64'), isBase64Encoded: true },
    ...invalid,
    status: 413,
    reason: 'body-too-large',
  },
  { name: 'a body over 64 KiB in bytes', call: { form: `x=${'ö'.repeat(40_000)}` }, ...invalid, status: 413, reason: 'body-too-large' },
  { name: 'a repeated parameter', call: { form: 'grant_type=password&grant_type=password' }, ...invalid, reason: 'repeated-parameter' },
  { name: 'a parameter repeated in another spelling', call: { form: 'scope=a&%73cope=b' }, ...invalid, reason: 'repeated-parameter' },
  {
    name: 'too many parameters',
    call: { form: Array.from({ length: 101 }, (_, i) => `p${i}=1`).join('&') },
    ...invalid,
    reason: 'too-many-parameters',
  },
  { name: 'a broken percent encoding', call: { form: 'grant_type=%E0%A4%A' }, ...invalid, reason: 'malformed-encoding' },
  {
    name: 'bytes that are no UTF-8',
    call: { form: Buffer.from('grant_type=password&password=p\xe4ss', 'latin1').toString('base64'), isBase64Encoded: true },
    ...invalid,
    reason: 'malformed-encoding',
  },
  { name: 'no grant_type', call: { form: { username: 'userx' }, headers: demo }, ...invalid, reason: 'missing-grant-type' },
  { name: 'an empty grant_type', call: { form: { grant_type: '' }, headers: demo }, ...invalid, reason: 'missing-grant-type' },
  { name: 'no body', call: { form: '', headers: demo }, ...invalid, reason: 'missing-grant-type' },
  {
    name: 'parameters in the URL',
    call: { form: PASSWORD_GRANT, query: { password: 'mypass' }, headers: demo },
    ...invalid,
    reason: 'parameters-in-url',
  },
  {
    name: 'two Authorization headers',
    call: { form: PASSWORD_GRANT, headers: { Authorization: [demo.Authorization, demo.Authorization] } },
    ...invalid,
    reason: 'repeated-header',
  },
  {
    name: 'Authorization in two spellings',
    call: { form: PASSWORD_GRANT, headers: { ...demo, authorization: demo.Authorization } },
    ...invalid,
    reason: 'repeated-header',
  },
  {
    name: 'two kinds of client authentication',
    call: { form: { ...CLIENT_CREDENTIALS, client_id: 'demo-app', client_secret: 'demo-app-secret' }, headers: demo },
    ...invalid,
    reason: 'two-client-authentications',
  },
  {
    name: 'a secret in the body and a Bearer header',
    call: {
      form: { ...CLIENT_CREDENTIALS, client_id: 'demo-app', client_secret: 'demo-app-secret' },
      headers: { Authorization: 'Bearer x' },
    },
    ...invalid,
    reason: 'two-client-authentications',
  },
  {
    name: 'another client_id in the body',
    call: { form: { ...CLIENT_CREDENTIALS, client_id: 'other-app' }, headers: demo },
    ...invalid,
    reason: 'two-client-ids',
  },
  {
    name: 'a secret without client_id',
    call: { form: { ...CLIENT_CREDENTIALS, client_secret: 'x' } },
    ...invalid,
    reason: 'missing-client-id',
  },
  {
    name: 'no username',
    call: { form: { grant_type: 'password', password: 'mypass' }, headers: demo },
    ...invalid,
    reason: 'missing-username',
  },
  {
    name: 'no password',
    call: { form: { grant_type: 'password', username: 'userx' }, headers: demo },
    ...invalid,
    reason: 'missing-password',
  },
  { name: 'an empty password', call: { form: { ...PASSWORD_GRANT, password: '' }, headers: demo }, ...invalid, reason: 'missing-password' },
  { name: 'no refresh_token', call: { form: { grant_type: 'refresh_token' }, headers: demo }, ...invalid, reason: 'missing-refresh-token' },
];

const CLIENTS: readonly Row[] = [
  { name: 'no client', call: { form: CLIENT_CREDENTIALS }, ...unauthenticated, reason: 'no-client-authentication' },
  {
    name: 'an unknown client',
    call: { form: CLIENT_CREDENTIALS, headers: basic('nobody', 'x') },
    ...unauthenticated,
    reason: 'unknown-client',
  },
  {
    name: 'an unknown client by client_id alone',
    call: { form: { ...CLIENT_CREDENTIALS, client_id: 'nobody' } },
    ...unauthenticated,
    reason: 'unknown-client',
  },
  {
    name: 'client_id alone',
    call: { form: { ...CLIENT_CREDENTIALS, client_id: 'demo-app' } },
    ...unauthenticated,
    reason: 'no-client-authentication',
  },
  {
    name: 'an overlong client_id',
    call: { form: CLIENT_CREDENTIALS, headers: basic('n'.repeat(257), 'x') },
    ...unauthenticated,
    reason: 'unknown-client',
  },
  {
    name: 'a wrong secret',
    call: { form: CLIENT_CREDENTIALS, headers: basic('demo-app', 'wrong') },
    ...unauthenticated,
    reason: 'wrong-secret',
  },
  {
    name: 'a wrong secret in the body',
    call: { form: { ...CLIENT_CREDENTIALS, client_id: 'demo-app', client_secret: 'wrong' } },
    ...unauthenticated,
    reason: 'wrong-secret',
  },
  {
    name: 'an expired secret',
    arrange: ({ stores }) =>
      stores.put(
        'Clients',
        demoClient('demo-app', '', { secrets: [{ sha256: secretDigest('demo-app-secret'), expiresAt: START_SECONDS }] }),
      ),
    call: { form: CLIENT_CREDENTIALS, headers: demo },
    ...unauthenticated,
    reason: 'secret-expired',
  },
  {
    name: 'an empty secret, though the entry has its digest',
    arrange: ({ stores }) => stores.put('Clients', demoClient('demo-app', '')),
    call: { form: CLIENT_CREDENTIALS, headers: basic('demo-app', '') },
    ...unauthenticated,
    reason: 'wrong-secret',
  },
  {
    name: 'a client without secrets',
    arrange: ({ stores }) => stores.put('Clients', demoClient('demo-app', '', { secrets: [] })),
    call: { form: CLIENT_CREDENTIALS, headers: demo },
    ...unauthenticated,
    reason: 'wrong-secret',
  },
  {
    name: 'a method that the entry does not list',
    arrange: ({ stores }) => stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { authMethods: ['client_secret_post'] })),
    call: { form: CLIENT_CREDENTIALS, headers: demo },
    ...unauthenticated,
    reason: 'method-not-of-this-client',
  },
  {
    name: 'a suspended client',
    arrange: ({ stores }) => stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { status: 'suspended' })),
    call: { form: CLIENT_CREDENTIALS, headers: demo },
    ...unauthenticated,
    reason: 'client-suspended',
  },
  {
    name: 'Basic without a colon',
    call: { form: CLIENT_CREDENTIALS, headers: { Authorization: `Basic ${btoa('demo-app')}` } },
    ...unauthenticated,
    reason: 'malformed-basic',
  },
  {
    name: 'Basic that is no base64',
    call: { form: CLIENT_CREDENTIALS, headers: { Authorization: 'Basic ???' } },
    ...unauthenticated,
    reason: 'malformed-basic',
  },
  {
    name: 'Basic with nothing',
    call: { form: CLIENT_CREDENTIALS, headers: { Authorization: 'Basic' } },
    ...unauthenticated,
    reason: 'malformed-basic',
  },
  {
    name: 'Basic without a client',
    call: { form: CLIENT_CREDENTIALS, headers: basic('', 'x') },
    ...unauthenticated,
    reason: 'malformed-basic',
  },
  {
    name: 'another scheme',
    call: { form: CLIENT_CREDENTIALS, headers: { Authorization: 'Digest x' } },
    ...unauthenticated,
    reason: 'unknown-authorization-scheme',
  },
];

const GRANTS: readonly Row[] = [
  {
    name: 'an unknown grant',
    call: { form: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code' }, headers: demo },
    status: 400,
    error: 'unsupported_grant_type',
    reason: 'unknown-grant-type',
  },
  ...['Password', 'password ', 'pass\u200bword', 'password\0'].map((grantType) => ({
    name: `a known grant in another spelling: ${JSON.stringify(grantType)}`,
    call: { form: { grant_type: grantType, username: 'userx', password: 'mypass' }, headers: demo },
    status: 400,
    error: 'unsupported_grant_type',
    reason: 'unknown-grant-type',
  })),
  {
    name: 'the name of a property as grant',
    call: { form: { grant_type: 'constructor' }, headers: demo },
    status: 400,
    error: 'unsupported_grant_type',
    reason: 'unknown-grant-type',
  },
  {
    name: 'a grant that the client may not use',
    arrange: ({ stores }) => stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { grantTypes: ['client_credentials'] })),
    call: { form: PASSWORD_GRANT, headers: demo },
    status: 400,
    error: 'unauthorized_client',
    reason: 'grant-not-of-this-client',
  },
  { name: 'an unknown user', call: { form: { ...PASSWORD_GRANT, username: 'nobody' }, headers: demo }, ...noGrant, reason: 'unknown-user' },
  {
    name: 'a wrong password',
    call: { form: { ...PASSWORD_GRANT, password: 'wrong' }, headers: demo },
    ...noGrant,
    reason: 'wrong-password',
  },
  {
    name: 'an unknown tenant',
    call: { form: { ...PASSWORD_GRANT, username: 'userx@nowhere' }, headers: demo },
    ...noGrant,
    reason: 'unknown-tenant',
  },
  {
    name: "a tenant that is not the client's",
    call: { form: { ...PASSWORD_GRANT, username: 'userx@other_company' }, headers: demo },
    ...noGrant,
    reason: 'other-tenant',
  },
  {
    name: 'a suspended tenant',
    arrange: ({ stores }) => stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', status: 'suspended' }),
    call: { form: PASSWORD_GRANT, headers: demo },
    ...noGrant,
    reason: 'unknown-tenant',
  },
  {
    name: 'a suspended tenant, asked by its application',
    arrange: ({ stores }) => stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', status: 'suspended' }),
    call: { form: CLIENT_CREDENTIALS, headers: demo },
    ...noGrant,
    reason: 'tenant-not-active',
  },
  {
    name: 'no refresh token of ours',
    call: { form: { grant_type: 'refresh_token', refresh_token: 'x' }, headers: demo },
    ...noGrant,
    reason: 'not-a-refresh-token',
  },
  {
    name: 'an unknown refresh token',
    call: { form: { grant_type: 'refresh_token', refresh_token: `grt_${'A'.repeat(87)}` }, headers: demo },
    ...noGrant,
    reason: 'no-such-grant',
  },
  {
    name: 'a malformed scope',
    call: { form: { ...PASSWORD_GRANT, scope: 'a\tb' }, headers: demo },
    status: 400,
    error: 'invalid_scope',
    reason: 'scope-syntax',
  },
  {
    name: 'a scope that the tenant does not define',
    call: { form: { ...PASSWORD_GRANT, scope: 'fly' }, headers: demo },
    status: 400,
    error: 'invalid_scope',
    reason: 'undefined-scope',
  },
  {
    name: 'too many failed attempts',
    arrange: ({ users }) => {
      users.locked = 299.2;
    },
    call: { form: PASSWORD_GRANT, headers: demo },
    status: 429,
    error: 'invalid_grant',
    reason: 'locked',
    headers: { 'Retry-After': '300' },
  },
];

const outage = { status: 503, error: 'temporarily_unavailable', reason: 'timeout', headers: { 'Retry-After': '5' } } as const;

const OUTAGES: readonly Row[] = [
  {
    name: 'a userstore that does not answer',
    arrange: ({ users }) => {
      users.failure = new Unavailable('userstore EXTERNAL of my_company', 'timeout');
    },
    call: { form: PASSWORD_GRANT, headers: demo },
    ...outage,
  },
  ...(['Clients', 'Tenants', 'Tokens'] as const).map((part) => ({
    name: `a table that does not answer: ${part}`,
    arrange: ({ stores }: TokenApi) => void stores.failing.add(part),
    call: { form: PASSWORD_GRANT, headers: demo },
    ...outage,
  })),
  {
    name: 'signing keys that do not answer',
    arrange: ({ stores }) => void stores.failing.add('signingKeys'),
    call: { form: PASSWORD_GRANT, headers: basic('demo-jwt-app', 'demo-jwt-app-secret') },
    ...outage,
  },
  {
    name: 'anything else',
    arrange: ({ users }) => {
      users.failure = new TypeError('mypass is not a function');
    },
    call: { form: PASSWORD_GRANT, headers: demo },
    status: 500,
    error: 'server_error',
    reason: 'bug',
  },
];

for (const [group, rows] of Object.entries({ MALFORMED, CLIENTS, GRANTS, OUTAGES })) {
  describe(`error table: ${group.toLowerCase()}`, () => {
    for (const row of rows) {
      test(row.name, async () => {
        const api = openTokenApi();
        row.arrange?.(api);
        const answer = await api.call({ path: '/oauth2/token', ...row.call });
        assert.deepEqual([answer.status, answer.json.error, answer.line.reason], [row.status, row.error, row.reason]);
        for (const [name, value] of Object.entries(row.headers ?? {})) assert.equal(answer.headers[name], value, name);
        assert.equal(answer.headers['Cache-Control'], 'no-store');
        assert.equal(answer.headers.Pragma, 'no-cache');
        assert.deepEqual(Object.keys(answer.json), ['error', 'error_description']);
        assert.match(String(answer.json.error_description), /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
        if (answer.status !== 401) assert.equal(answer.headers['WWW-Authenticate'], undefined);
      });
    }
  });
}

test('every kind of failed login has one and the same answer', async () => {
  const api = openTokenApi();
  const forms = [
    { ...PASSWORD_GRANT, username: 'nobody' },
    { ...PASSWORD_GRANT, password: 'wrong' },
    { ...PASSWORD_GRANT, username: 'userx@nowhere' },
    { ...PASSWORD_GRANT, username: 'userx@other_company' },
    { grant_type: 'refresh_token', refresh_token: 'x' },
    { grant_type: 'refresh_token', refresh_token: `grt_${'A'.repeat(87)}` },
  ];
  const answers = await Promise.all(forms.map((form) => api.token(form)));
  const shown = answers.map(({ status, headers, text }) => JSON.stringify([status, headers, text]));
  assert.equal(new Set(shown).size, 1);
});
