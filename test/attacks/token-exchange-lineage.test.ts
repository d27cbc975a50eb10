// Attacks on what an exchanged token hangs on, and on what tokens of other issuers are exchanged for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JWT_BEARER, putJwtIssuer, TOKEN_ENDPOINT, userAssertion } from '../support/assertion-api.ts';
import { newForeignSigner } from '../support/external-issuer-tokens.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, type TokenAnswer, type TokenApi, USERX } from '../support/token-api.ts';
import { basic } from '../support/token-events.ts';
import { newCertificate } from '../support/x509.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ORDERS = 'https://api.example.com/orders';
const signer = newForeignSigner('ES256', 'k1');
const certificates = { k1: newCertificate({ keys: signer }).pem };

function openServices(tenantAttributes: Readonly<Record<string, unknown>> = {}): TokenApi {
  const api = openTokenApi();
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', ...tenantAttributes });
  const orders = { apiId: 'a1', stage: 'prod', resource: ORDERS, resources: [{ path: '/*' }] };
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'api#orders', ...orders });
  const grantTypes = [GRANT, JWT_BEARER, 'client_credentials'];
  const service = { grantTypes, scopes: ['order:write', 'menu:read'], exchange: [ORDERS], introspection: true };
  api.stores.put('Clients', demoClient('s1', 'secret', service));
  api.stores.put('Clients', demoClient('s2', 'secret', service));
  api.stores.put('Clients', demoClient('s-jwt', 'secret', { ...service, tokenFormat: 'jwt' }));
  return api;
}

const login = (api: TokenApi) => api.token({ ...PASSWORD_GRANT, scope: 'order:write' });
const tokenOf = ({ json, text }: TokenAnswer): string => {
  assert.equal(typeof json.access_token, 'string', text);
  return String(json.access_token);
};
const exchange = (api: TokenApi, token: string, more: Readonly<Record<string, string>> = {}, client = 's1') =>
  api.token(
    { grant_type: GRANT, subject_token: token, subject_token_type: ACCESS_TOKEN, resource: ORDERS, ...more },
    basic(client, 'secret'),
  );
const actedBy = (token: string) => ({ actor_token: token, actor_token_type: ACCESS_TOKEN });
const revoke = (api: TokenApi, token: string, client: string, secret = 'secret') =>
  api.call({ path: '/oauth2/revoke', form: { token }, headers: basic(client, secret) });
const isGood = async (api: TokenApi, token: string): Promise<unknown> =>
  (await api.call({ path: '/oauth2/introspect', form: { token }, headers: basic('s1', 'secret') })).json.active;

test('A143 what the actor’s token hangs on ends the child too', async () => {
  const api = openServices();
  const root = tokenOf(await login(api));
  const actor = tokenOf(await exchange(api, root, {}, 's2'));
  const child = tokenOf(await exchange(api, tokenOf(await login(api)), actedBy(actor)));
  assert.equal(await isGood(api, child), true);
  await revoke(api, root, 'demo-app', 'demo-app-secret');
  assert.deepEqual([await isGood(api, actor), await isGood(api, child)], [false, false]);
});

test('A143 a link that is believed offline hides nothing of what hangs behind it', async () => {
  const api = openServices({ jwtRevocation: 'offline' });
  const root = tokenOf(await login(api));
  const link = tokenOf(await exchange(api, root, {}, 's-jwt'));
  const child = tokenOf(await exchange(api, link, {}, 's1'));
  assert.equal(await isGood(api, child), true);
  await revoke(api, root, 'demo-app', 'demo-app-secret');
  assert.equal(await isGood(api, child), false);
});

test('A143 a JWT that was revoked is exchanged for nothing, though APIs still believe it offline', async () => {
  const api = openServices({ jwtRevocation: 'offline' });
  const link = tokenOf(await exchange(api, tokenOf(await login(api)), {}, 's-jwt'));
  await revoke(api, link, 's-jwt');
  assert.equal((await exchange(api, link)).line.reason, 'subject-token-not-live');
  assert.equal((await exchange(api, tokenOf(await login(api)), actedBy(link))).line.reason, 'actor-token-not-live');
});

test('A143 a parent whose sign-in was declared dead ends the child, as it ends itself', async () => {
  const api = openServices();
  const root = tokenOf(await login(api));
  const child = tokenOf(await exchange(api, root));
  const grant = await api.stores.grants.findGrant(root.slice(4, 26), api.nowSeconds());
  assert.ok(grant !== undefined);
  const session = { id: 's', sid: 's', authTimeSeconds: api.nowSeconds() - 10, expiresAtSeconds: api.nowSeconds() + 9999 };
  assert.equal(await api.stores.grants.rotateGrant(grant, { ...grant, generation: grant.generation + 1, session }), true);
  assert.equal(await isGood(api, child), true);
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', tokensNotBefore: api.nowSeconds() - 5 });
  assert.deepEqual([await isGood(api, root), await isGood(api, child)], [false, false]);
});

test('A144 what a token hangs on is bounded, by whatever way it grows', async () => {
  const api = openServices();
  const root = tokenOf(await login(api));
  let actor = tokenOf(await api.token({ grant_type: 'client_credentials' }, basic('s2', 'secret')));
  let reason: unknown;
  for (let round = 0; round < 12 && reason === undefined; round += 1) {
    const answer = await exchange(api, root, actedBy(actor));
    if (answer.status === 200) actor = tokenOf(answer);
    else reason = answer.line.reason;
  }
  assert.equal(reason, 'too-many-actors');
});

function openExternal(): TokenApi {
  const api = openServices();
  api.users.recheckAnswer = { kind: 'active', user: USERX };
  putJwtIssuer(api, 'my_company', {
    certificates,
    algorithms: ['ES256'],
    use: ['token-exchange'],
    audiences: ['their-api'],
    scopeClaim: 'scp',
  });
  return api;
}

const theirs = (claims: Readonly<Record<string, unknown>>) =>
  userAssertion(signer, { aud: 'their-api', preferred_username: 'alice', ...claims }, { typ: 'at+jwt' });

test('A142 scopes of another issuer bound the exchange, in whatever form they are written', async () => {
  const api = openExternal();
  for (const scp of ['menu:read', ['menu:read'], ['menu:read', 7, 'of-theirs-alone', 'SYSTEM'], 'menu:read of-theirs-alone SYSTEM'])
    for (const scope of ['order:write menu:read', 'SYSTEM', ''])
      assert.equal((await exchange(api, await theirs({ scp }), { scope })).json.scope, 'menu:read', JSON.stringify([scp, scope]));
  for (const scp of ['', [], 7, null, { scope: 'order:write' }, 'of-theirs-alone'])
    assert.equal((await exchange(api, await theirs({ scp }), { scope: 'SYSTEM' })).json.scope, 'default', JSON.stringify(scp));
  assert.equal((await exchange(api, await theirs({}), { scope: 'order:write' })).json.scope, 'order:write');
});

test('A33 at a tenant’s own issuer, too, what we sign ourselves is no assertion and no token of another issuer', async () => {
  const api = openServices({ issuer: 'own' });
  const own = `${ISSUER}/t/my_company`;
  for (const iss of [ISSUER, `${ISSUER}/t/rival`, own]) {
    const audiences = [own, TOKEN_ENDPOINT, 'their-api'];
    const entry = {
      certificates,
      algorithms: ['ES256'],
      type: 'jwt',
      use: ['jwt-bearer', 'token-exchange'],
      audiences,
      usernameClaim: 'sub',
    };
    api.stores.put('Tenants', { tenant: 'my_company', entry: `issuer#${iss}`, ...entry });
    const ask = async (form: Readonly<Record<string, string>>) =>
      (await api.call({ path: '/t/my_company/oauth2/token', form, headers: basic('s1', 'secret') })).line;
    const bearer = await ask({ grant_type: JWT_BEARER, assertion: await userAssertion(signer, { iss, aud: own }) });
    assert.equal(bearer.reason, 'assertion-not-an-assertion', iss);
    const subject = await userAssertion(signer, { iss, aud: 'their-api' }, { typ: 'at+jwt' });
    const exchanged = await ask({ grant_type: GRANT, subject_token: subject, subject_token_type: ACCESS_TOKEN, resource: ORDERS });
    assert.deepEqual([exchanged.reason, exchanged.subjectToken], ['subject-token-not-live', 'not-a-token-of-ours'], iss);
  }
});
