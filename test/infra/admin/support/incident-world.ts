// What an operator's commands act on in an incident: the token function and an authorizer on real tables, a tenant with
// the Users table and a web service, applications with opaque tokens, with JWTs and with the sign-in page.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createAuthorizer } from '../../../../functions/authorizer/authorize.ts';
import { createSendOutbound } from '../../../../functions/outbound/send-outbound.ts';
import { CONFIGURATION_CACHE_MS } from '../../../../functions/shared/environment.ts';
import { createStores } from '../../../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../../../functions/token/handler.ts';
import { createUserstores } from '../../../../functions/userstores/index.ts';
import { hashByArgon2id } from '../../../../functions/userstores/password-hashes/argon2.ts';
import { API_ID, restRequest, STAGE } from '../../../functions/authorizer/authorizer-world.ts';
import { startDynamoDb } from '../../../support/dynamodb.ts';
import { openMemoryStores } from '../../../support/memory-stores.ts';
import { putEntry } from '../../../support/put-entry.ts';
import { openRestService, sendJson } from '../../../support/rest-service.ts';
import { authorizationQuery, newPkce, openBrowser, REDIRECT_URI } from '../../../support/sign-in-browser.ts';
import { TABLE_VARIABLES, useTablesAt } from '../../../support/tables.ts';
import { answerOf, demoClient } from '../../../support/token-api.ts';
import { basic, type TokenCall, tokenEvent } from '../../../support/token-events.ts';
import { createRun, type RunOptions } from './run-gatehouse.ts';

const ISSUER = 'https://issuer.example';
const PASSWORD_HASH = await hashByArgon2id('publisher-pass');

/** Applications of both formats. */
export const APPS = ['demo-app', 'demo-jwt-app'] as const;

export interface Login {
  readonly app: string;
  readonly access: string;
  readonly refresh: string;
}

/** Where a login is still good. */
const ALIVE = { access: true, refresh: true, userinfo: 200, api: true } as const;

/** What the web service knows: by login name or mail address, and never without a password. */
const PEOPLE = [
  { names: ['userx', 'uma@example.org'], name: 'userx', id: 'E-1001', mail: 'uma@example.org' },
  { names: ['usery', 'yann@example.org'], name: 'usery', id: 'E-1002', mail: 'yann@example.org' },
] as const;

export async function openIncidentWorld(context: TestContext) {
  let nowMs = 1_900_000_000_000;
  const clock = () => nowMs;
  const log = () => {};
  const events: Record<string, unknown>[] = [];
  const dynamoDb = await startDynamoDb();
  context.after(() => dynamoDb.close());
  useTablesAt(dynamoDb.endpoint);
  const people = await openRestService(context, ({ body }, outgoing) => {
    const { username } = JSON.parse(body).credentials;
    const person = PEOPLE.find(({ names }) => (names as readonly string[]).includes(username));
    sendJson(outgoing, { response: person === undefined ? { status: 'false' } : { status: 'true', ...person } });
  });
  const put = (table: 'Tenants' | 'Clients' | 'Users', item: Parameters<typeof putEntry>[2]) => putEntry(dynamoDb, table, item);
  for (const tenant of ['my_company', 'acme']) {
    const prefix = tenant === 'acme' ? 'acme-' : '';
    await put('Tenants', { tenant, entry: 'tenant', signIn: {} });
    for (const app of APPS) {
      const format = app === 'demo-jwt-app' ? { tokenFormat: 'jwt' } : {};
      await put('Clients', demoClient(`${prefix}${app}`, `${app}-secret`, { tenant, scopes: ['openid'], ...format }));
    }
    await put('Users', {
      tenant,
      username: 'publisher',
      id: `${tenant.replace('_', '-')}-u1`,
      passwordHash: PASSWORD_HASH,
      claims: { emailaddress: 'pia@example.org' },
    });
    await put('Tenants', {
      tenant,
      entry: 'api#pizza',
      apiId: tenant === 'acme' ? 'acmeacme12' : API_ID,
      stage: STAGE,
      resources: [{ path: '/*' }],
    });
  }
  const external = { tenant: 'my_company', entry: 'userstore#EXTERNAL', ...people.attributes };
  await put('Tenants', { ...external, uniqueId: 'response.id', claims: { emailaddress: 'response.mail' } });
  const web = { secrets: [], authMethods: ['none'], firstParty: true, grantTypes: ['authorization_code', 'refresh_token'] };
  await put('Clients', demoClient('web-app', '', { ...web, name: 'Web App', redirectUris: [REDIRECT_URI], scopes: ['openid'] }));

  const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log });
  const { signingKeys } = openMemoryStores({ clock });
  const sendOutbound = createSendOutbound({ clock });
  const userstores = createUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: 'x/', clock, log, failureQuantumMs: 0 });
  const handler = createTokenHandler({ ...stores, signingKeys, userstores, sendOutbound, issuer: ISSUER, clock, log });
  const call = async (request: TokenCall) => answerOf(await handler(tokenEvent(request)), undefined);
  const authorizer = createAuthorizer({
    ...{ ...stores, signingKeys, issuer: ISSUER, authorizerCacheSeconds: 60, simpleResponseApis: new Set<string>() },
    ...{ userstores: async () => userstores, externalJwts: () => Promise.reject(new Error('none')) },
    ...{ usersKeptSeconds: 5, clock, log },
  });
  const headersOf = (app: string) => basic(app, `${app.replace('acme-', '')}-secret`);

  /** Names may have any user of `my_company`; of `acme` with an app of theirs. */
  async function logIn(username: string, app: string = APPS[0], password = 'publisher-pass'): Promise<Login> {
    const form = { grant_type: 'password', username, password, scope: 'openid' };
    const { status, json, text } = await call({ path: '/oauth2/token', form, headers: headersOf(app) });
    assert.equal(status, 200, text);
    return { app, access: String(json.access_token), refresh: String(json.refresh_token) };
  }

  async function stateOf({ app, access, refresh }: Login) {
    const introspect = async (token: string) =>
      (await call({ path: '/oauth2/introspect', form: { token }, headers: headersOf(app) })).json.active === true;
    const authorization = `Bearer ${access}`;
    const apiId = app.startsWith('acme') ? 'acmeacme12' : API_ID;
    const verdict = await authorizer(restRequest({ authorization, path: '/menu', apiId })).catch(() => undefined);
    const isAllowed = verdict !== undefined && 'policyDocument' in verdict && JSON.stringify(verdict.policyDocument).includes('"Allow"');
    return {
      access: await introspect(access),
      refresh: await introspect(refresh),
      userinfo: (await call({ path: '/oauth2/userinfo', method: 'GET', headers: { authorization } })).status,
      api: isAllowed,
    };
  }

  async function renew({ app, refresh }: Login): Promise<number> {
    const form = { grant_type: 'refresh_token', refresh_token: refresh };
    return (await call({ path: '/oauth2/token', form, headers: headersOf(app) })).status;
  }

  const openAuditLog = async () => ({ findOperator: async () => 'oz', write: async (line: string) => void events.push(JSON.parse(line)) });
  const runWith = (adapt?: RunOptions['adapt']) =>
    createRun({ clock, wait: async () => {}, openAuditLog, ...(adapt !== undefined && { adapt }) });

  return {
    stores,
    put,
    call,
    logIn,
    clock,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Until every function has read the entries again. */
    waitForCaches: () => {
      nowMs += CONFIGURATION_CACHE_MS;
    },
    async assertAlive(login: Login, says?: string) {
      assert.deepEqual(await stateOf(login), ALIVE, says);
    },
    /** Introspection, userinfo, the API and a renewal all refuse. */
    async assertDead(login: Login, says?: string) {
      assert.deepEqual(await stateOf(login), { access: false, refresh: false, userinfo: 401, api: false }, says);
      assert.equal(await renew(login), 400, says);
    },
    /** Signs in at the page; `isSignedIn` asks with `prompt=none`, as another application would. */
    async signIn(username: string, password = 'publisher-pass') {
      const browser = openBrowser({ call });
      const { challenge, verifier } = newPkce();
      const query = authorizationQuery(challenge, { scope: 'openid' });
      const page = await browser.get('/oauth2/authorize', query);
      const { sentBack, text } = await browser.post('/oauth2/authorize', { ...page.hidden, username, password });
      assert.ok(sentBack.code !== undefined, text);
      const isSignedIn = async (): Promise<boolean> =>
        (await browser.get('/oauth2/authorize', { ...query, prompt: 'none' })).sentBack.code !== undefined;
      const redeem = async (): Promise<void> => {
        const form = {
          grant_type: 'authorization_code',
          client_id: 'web-app',
          code: sentBack.code ?? '',
          redirect_uri: REDIRECT_URI,
          code_verifier: verifier,
        };
        assert.equal((await call({ path: '/oauth2/token', form })).status, 200);
      };
      return { code: sentBack.code, isSignedIn, redeem };
    },
    /** Runs a command in this process. */
    run: runWith(),
    /** The same, with parts of what a command works with replaced. */
    runWith,
    /** Audit events of commands, as the log has them. */
    events,
  };
}
