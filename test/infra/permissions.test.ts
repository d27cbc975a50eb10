// The roles of the template under the functions that are deployed: each call to DynamoDB and Secrets Manager is allowed,
// and no permission is there that nothing uses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CONFIGURATION_CACHE_MS } from '../../functions/shared/environment.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { restRequest } from '../functions/authorizer/authorizer-world.ts';
import { rawJwt } from '../support/external-issuer-tokens.ts';
import { basic, type TokenCall, tokenEvent } from '../support/token-events.ts';
import { permissionsOf } from './support/guarded-services.ts';
import { call, NAMES, openGuardedStack } from './support/guarded-stack.ts';

test('every call that the deployed functions make is allowed by their roles, and every permission is used', async (t) => {
  const { template, put, functions, guard, roles, api, apiId, lines } = await openGuardedStack(t);
  const { opaqueClient, jwtClient, primaryUser, externalUser, tenant } = DEMO;
  const why = (answer: unknown): string => JSON.stringify([answer, guard.denied, lines.slice(-3)]);
  const asClient = basic(opaqueClient.id, opaqueClient.secret);
  const ask = async (request: TokenCall): Promise<Record<string, unknown>> => {
    const { statusCode, body } = await call(functions.Token, tokenEvent({ headers: asClient, ...request }));
    return { statusCode, ...(typeof body === 'string' && body.startsWith('{') ? (JSON.parse(body) as object) : {}) };
  };
  const token = (form: Readonly<Record<string, string>>, headers: TokenCall['headers'] = asClient) =>
    ask({ path: '/oauth2/token', form, headers });
  const password = (username: string, typed: string) =>
    ({ grant_type: 'password', username: `${username}@${tenant}`, password: typed, scope: DEMO.scope }) as const;
  const authorize = (authorization: string) =>
    call(functions.Authorizer, restRequest({ apiId, stage: 'prod', path: '/pizzashack/1.0.0/menu', authorization }));
  const authorizeUser = (username: string, typed: string) => authorize(basic(`${username}@${tenant}`, typed).Authorization);
  const assertAllowed = (answer: unknown): void => assert.match(JSON.stringify(answer), /"Effect":"Allow"/, why(answer));
  // A hash from elsewhere is replaced at the first login; `userx` is copied to the primary store.
  const oldUser = { tenant, username: 'old', id: 'o-1', passwordHash: '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', roles: [] };
  await put('Tenants', { tenant, entry: 'tenant', migrateUsers: true });
  await put('Tenants', { ...api, resources: [{ path: '/*', handlers: ['oauth2', 'basic'] }] });
  await put('Users', oldUser);

  await call(functions.SigningKeys, { source: 'aws.events' });

  const { username: user, password: typed } = externalUser;
  const examined = await call(functions.Operator, { action: 'doctor', tenant, domain: 'EXTERNAL', user, password: typed });
  assert.deepEqual([examined.kind, JSON.stringify(examined).includes('failed')], ['examined', false], why(examined));
  const tried = await call(functions.Operator, { action: 'test', tenant, ...{ username: user, password: typed } });
  assert.match(JSON.stringify(tried), /"outcome":"unknown".*"outcome":"authenticated"/, why(tried));
  assert.deepEqual(await call(functions.Operator, { action: 'doctor', tenant, url: 'http://169.254.169.254/' }), {
    kind: 'refused',
    detail: 'The operator function does not know this request: deploy the stack again.',
  });

  // Nobody claims to be this workload: that much is read of every client.
  const workload = await token({ grant_type: 'client_credentials', ...UNKNOWN_WORKLOAD }, {});
  assert.equal(workload.statusCode, 401, why(workload));

  assertAllowed(await authorizeUser(externalUser.username, externalUser.password));
  assertAllowed(await authorizeUser(primaryUser.username, primaryUser.password));
  assertAllowed(await authorizeUser('old', 'password'));
  assert.deepEqual(await authorizeUser(primaryUser.username, 'wrong'), { error: 'Unauthorized' });

  await put('Users', oldUser);
  for (const [username, typed] of [
    [primaryUser.username, primaryUser.password],
    ['old', 'password'],
  ] as const) {
    const login = await token(password(username, typed));
    assert.equal(login.statusCode, 200, why(login));
  }
  assert.equal((await token(password(primaryUser.username, 'wrong'))).statusCode, 400);
  const external = await token(password(externalUser.username, externalUser.password));
  assert.equal(external.statusCode, 200, why(external));
  const renewed = await token({ grant_type: 'refresh_token', refresh_token: String(external.refresh_token) });
  assert.equal(renewed.statusCode, 200, why(renewed));
  const jwt = await token({ grant_type: 'client_credentials' }, basic(jwtClient.id, jwtClient.secret));
  assert.equal(jwt.statusCode, 200, why(jwt));
  assert.equal((await ask({ path: '/oauth2/introspect', form: { token: String(renewed.access_token) } })).statusCode, 200);
  assert.equal((await ask({ path: '/oauth2/jwks', method: 'GET', headers: {} })).statusCode, 200);

  for (const { access_token } of [renewed, jwt]) assertAllowed(await authorize(`Bearer ${String(access_token)}`));
  // At second sight of a primary user's token its grant and its user are read in one call.
  const primary = await token(password(primaryUser.username, primaryUser.password));
  for (let again = 0; again < 2; again++) {
    assertAllowed(await authorize(`Bearer ${String(primary.access_token)}`));
    const introspected = await ask({ path: '/oauth2/introspect', form: { token: String(primary.access_token) } });
    assert.equal(introspected.active, true, why(introspected));
  }
  assert.deepEqual(await authorize('Bearer nonsense'), { error: 'Unauthorized' });
  // Where another tenant names the API as well, the authorizer looks up whose it is.
  await put('Tenants', { tenant: 'other', entry: 'api#x', apiId, stage: 'prod', context: '/other' });
  await put('Tenants', { tenant: '#apis', entry: `${apiId}/prod`, owner: tenant });
  await delay(CONFIGURATION_CACHE_MS);
  assertAllowed(await authorize(`Bearer ${String(primary.access_token)}`));
  // The same for the document of an HTTP API.
  const http = { method: 'GET', sourceIp: '127.0.0.1' };
  const requestContext = { apiId, stage: 'prod', requestId: 'r', http };
  const routeKey = 'GET /.well-known/oauth-protected-resource';
  assert.equal((await call(functions.Token, { version: '2.0', routeKey, requestContext })).statusCode, 404);
  // A74: whose certificates an HTTP API takes says its owner, so that nobody authenticates by way of one.
  const certified = { ...requestContext, http: { ...http, method: 'POST' }, identity: { clientCert: { subjectDN: 'CN=app' } } };
  const forged = { version: '2.0', routeKey: 'POST /oauth2/token', resource: '/oauth2/token', httpMethod: 'POST', headers: asClient };
  assert.equal(
    (await call(functions.Token, { ...forged, requestContext: certified, body: 'grant_type=client_credentials' })).statusCode,
    405,
  );
  assert.equal((await ask({ path: '/oauth2/revoke', form: { token: String(renewed.refresh_token) } })).statusCode, 200);

  assert.deepEqual(guard.denied, []);
  const unused = NAMES.flatMap((name) => {
    const patterns = permissionsOf(template, roles.get(name));
    const made = [...(guard.used.get(name) ?? [])];
    return patterns.filter((pattern) => !made.some((use) => matches(pattern, use))).map((pattern) => `${name}: ${pattern}`);
  });
  assert.deepEqual(unused, []);
});

const UNKNOWN_WORKLOAD = {
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: rawJwt({ alg: 'RS256' }, { iss: 'https://ci.example', sub: 'job' }, 'x'),
};

/** The one wildcard among the permissions is at the end. */
function matches(pattern: string, use: string): boolean {
  return pattern.endsWith('*') ? use.startsWith(pattern.slice(0, -1)) : use === pattern;
}
