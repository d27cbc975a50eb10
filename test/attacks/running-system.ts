// Attacks on the whole system as it runs, through the gateway: paths, methods, headers and logs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { lazy } from '../../functions/shared/lazy.ts';
import { DEMO, USER_SERVICE_CREDENTIALS } from '../../infra/demo/demo-data.ts';
import { type Reply, send, sendHttp2 } from '../support/http-clients.ts';
import { askForToken, callApi, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';

let run: TestRun;
let port: number;
// When they are first needed: on a run that others share, an operator's test may have ended what the user had before.
const scoped = lazy(() => tokenOf(DEMO.scope));
const plain = lazy(() => tokenOf());
before(async () => {
  run = await startTestRun();
  port = Number(new URL(run.url).port);
});
after(() => run?.close());

const USERX = `${DEMO.externalUser.username}@${DEMO.tenant}`;

async function tokenOf(scope?: string): Promise<string> {
  const { body } = await askForToken(run.url, passwordGrant(USERX, DEMO.externalUser.password, scope));
  assert.equal(typeof body.access_token, 'string', JSON.stringify(body));
  return body.access_token;
}

const bearer = (token: string) => ['Authorization', `Bearer ${token}`] as const;

/** Whether the backend answered: the gateway's own refusals are none of its answers. */
const reachedBackend = (reply: Reply): boolean => reply.status < 400;

test('A70 no spelling of a path reaches a guarded resource without a token, nor another resource with one', async () => {
  const { context } = DEMO;
  const spellings = [
    `/${context}/menu`,
    `${context}//menu`,
    `${context}/menu/`,
    `${context}/./menu`,
    `${context}/health/../menu`,
    `${context}/health/..%2fmenu`,
    `${context}/%6denu`,
    `${context}/menu%2f`,
    `${context}/menu;x=1`,
    `${context}/menu%00`,
    `${context}/menu%3fx`,
    `${context}/MENU`,
    `${context.toUpperCase()}/menu`,
    `${context}\\menu`,
    `${context}/health%2f..%2fmenu`,
  ];
  for (const path of spellings) {
    for (const sender of [send, sendHttp2]) {
      const without = await sender(port, 'GET', path);
      assert.ok(!reachedBackend(without), `${path} without a token: ${without.status}`);
      const reply = await sender(port, 'GET', path, [bearer(await plain())]);
      assert.ok(!reachedBackend(reply) || reply.json().menu !== undefined, `${path}: ${reply.status} ${reply.text}`);
    }
  }
});

test('A71 a method that a header names is none, and HEAD, OPTIONS and unknown methods get no GET’s rule', async () => {
  const path = `${DEMO.context}/order`;
  for (const name of ['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method', '_method']) {
    // The token may read the menu and not order: neither way round does the header help.
    const asPost = await send(port, 'GET', `${DEMO.context}/menu`, [bearer(await plain()), [name, 'POST']]);
    assert.equal(asPost.json().menu?.length, 3, name);
    const asGet = await send(port, 'POST', path, [bearer(await plain()), [name, 'GET']], '{}');
    assert.equal(asGet.status, 403, name);
  }
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    const reply = await send(port, method, `${DEMO.context}/menu`, [bearer(await plain())]);
    assert.ok(reply.status >= 400 || reply.text === '', `${method}: ${reply.status} ${reply.text}`);
    assert.doesNotMatch(reply.text, /Margherita/, method);
  }
});

test('A73 A74 headers that claim to know the address, the path, the certificate or the user are the client’s word', async () => {
  const claims = [
    ['X-Forwarded-For', '10.0.0.1'],
    ['X-Forwarded-Uri', `${DEMO.context}/health`],
    ['X-Original-URL', `${DEMO.context}/health`],
    ['X-Forwarded-Proto', 'https'],
    ['X-Amzn-Mtls-Clientcert', 'CN=userx'],
    ['X-Client-Cert', 'CN=userx'],
    ['X-WSO2-Client-Certificate', 'CN=userx'],
    ['X-Amzn-Oidc-Identity', 'userx'],
    ['x-amzn-remapped-authorization', `Bearer ${await scoped()}`],
  ] as const;
  for (const claim of claims) {
    assert.equal((await send(port, 'GET', `${DEMO.context}/menu`, [claim])).status, 401, claim[0]);
    assert.equal((await send(port, 'POST', `${DEMO.context}/order`, [bearer(await plain()), claim], '{}')).status, 403, claim[0]);
  }
});

test('A63 the issuer is the configured one, whatever Host and X-Forwarded-Host say', async () => {
  for (const headers of [[['X-Forwarded-Host', 'evil.example.org']], [['Forwarded', 'host=evil.example.org']]] as const) {
    const reply = await send(port, 'GET', '/.well-known/oauth-authorization-server', [...headers]);
    assert.equal(reply.json().issuer, run.url);
    assert.doesNotMatch(reply.text, /evil/);
  }
  const reply = await sendHttp2(port, 'GET', '/.well-known/openid-configuration');
  assert.equal(reply.json().issuer, run.url);
});

test('A37 A59 two credentials in one request are never chosen between', async () => {
  const two = await send(port, 'GET', `${DEMO.context}/menu`, [bearer(await plain()), bearer(await scoped())]);
  assert.ok(!reachedBackend(two), `${two.status}`);
  const twoClients = await send(
    port,
    'POST',
    '/oauth2/token',
    [
      ['Authorization', `Basic ${btoa('demo-app:demo-app-secret')}`],
      ['Authorization', `Basic ${btoa('demo-jwt-app:demo-jwt-app-secret')}`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    'grant_type=client_credentials',
  );
  assert.ok(twoClients.status >= 400, twoClients.text);
});

test('A61 no token, password, secret or end-user JWT is in any line that the functions and the gateway wrote', async () => {
  const jwtClient = await askForToken(run.url, passwordGrant(USERX, DEMO.externalUser.password, DEMO.scope), DEMO.jwtClient);
  const { access_token: jwt, refresh_token: refresh } = jwtClient.body;
  const renewed = await askForToken(run.url, { grant_type: 'refresh_token', refresh_token: refresh }, DEMO.jwtClient);
  const whoami = await callApi(run.url, `${DEMO.context}/whoami?access_token=in-the-query`, renewed.body.access_token);
  assert.equal(whoami.status, 200, JSON.stringify(whoami.body));
  await askForToken(run.url, passwordGrant(USERX, 'a-wrong-password'));
  await askForToken(
    run.url,
    { grant_type: 'password', username: USERX, password: 'pass-of-a-bad-client' },
    { id: 'demo-app', secret: 'a-wrong-secret' },
  );
  await callApi(run.url, `${DEMO.context}/order`, 'gat_a-wrong-token-of-some-length', { method: 'POST', body: '{}' });
  await fetch(`${run.url}/oauth2/token?password=in-the-query`, { method: 'POST' });
  const secrets = [
    ...[
      await scoped(),
      await plain(),
      jwt,
      refresh,
      renewed.body.access_token,
      renewed.body.refresh_token,
      whoami.body.headers['x-jwt-assertion'],
    ],
    ...['a-wrong-password', 'pass-of-a-bad-client', 'a-wrong-secret', 'gat_a-wrong-token-of-some-length', 'in-the-query'],
    ...[DEMO.opaqueClient.secret, DEMO.jwtClient.secret, USER_SERVICE_CREDENTIALS.password, 'PRIVATE KEY'],
  ];
  const written = run.lines.join('\n');
  assert.ok(run.lines.length > 10);
  for (const secret of secrets) assert.ok(!written.includes(secret), `${secret.slice(0, 12)}… was written`);
  // Of the JWTs, not even the signed part.
  for (const token of [jwt, whoami.body.headers['x-jwt-assertion']]) assert.ok(!written.includes(token.split('.')[1]));
});
