// Outcomes of every kind through the real handlers: each is found in the line of the log, in the metrics that the
// template's filters take from it, among the audit events, and by `explain` with what the caller got.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { Unavailable } from '../../functions/shared/errors.ts';
import { createLog, type LogFields, type LogLevel } from '../../functions/shared/log.ts';
import { createSigningKeysHandler } from '../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../functions/signing-keys/make-key.ts';
import { explainRequest } from '../../infra/admin/explain/explain-request.ts';
import { bearer, openWorld, restRequest, type World } from '../functions/authorizer/authorizer-world.ts';
import { restRequestEvent } from '../functions/authorizer/event-kinds.ts';
import { basic as basicLogin, openPeople, PASSWORD } from '../functions/authorizer/people-world.ts';
import { openMemorySecret } from '../functions/signing-keys/versioned-secret.ts';
import { openExplainWorld } from '../support/explain-world.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, redeem, signIn } from '../support/sign-in-browser.ts';
import { openTokenApi, PASSWORD_GRANT, type TokenAnswer, USERX } from '../support/token-api.ts';
import { metricsOfLine } from './support/line-metrics.ts';
import { openGatehouseStack } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());
const ID = '00000000-0000-4000-8000-000000000001';

const dependencies = openExplainWorld({
  stores: openMemoryStores({ clock: Date.now }),
  apis: () => [],
  issuer: 'https://x',
  clock: Date.now,
});

/** Audit events that were seen; at the end, all that there are. */
const seen = new Set<string>();

interface Expected {
  readonly outcome: string;
  readonly reason?: string;
  readonly audit?: string;
  readonly metrics: readonly string[];
}

/** The line as it is written, and read again. */
function written(level: LogLevel, message: string, fields: LogFields): Record<string, unknown> {
  let text = '';
  createLog({}, (line) => {
    text = line;
  })(level, message, fields);
  return JSON.parse(text) as Record<string, unknown>;
}

async function check(logGroup: string, line: Record<string, unknown>, status: number | undefined, expected: Expected): Promise<void> {
  const { outcome, reason, audit, metrics } = expected;
  assert.deepEqual([line.outcome, line.reason ?? line.inactive, line.audit], [outcome, reason, audit]);
  const audited = audit === undefined ? [] : [`AuditEvents 1 {Audit=${audit}}`];
  assert.deepEqual(metricsOfLine(template, logGroup, line), [...audited, ...metrics].sort());
  if (audit !== undefined) seen.add(audit);
  if (status === undefined) return;
  const log = { findRequest: async () => ({ lines: [{ ...line, requestId: ID }], searched: [] }) };
  const explained = await explainRequest(log, dependencies, { requestId: ID, sinceMs: 0 });
  assert.deepEqual([explained.status, explained.reason], [status, reason ?? (status < 400 ? 'answered' : 'bug')]);
  assert.ok(explained.meaning.length > 10 && !explained.meaning.includes('does not know the word'));
}

const ofToken = ({ line: { level, event, ...fields }, status }: TokenAnswer, expected: Expected) =>
  check('TokenFunctionLogs', written(level, event, fields), status, expected);

const grant = (grantType: string, outcome: string, ...more: string[]) => [
  `Grants 1 {GrantType=${grantType},Outcome=${outcome}}`,
  `TokenRequests 1 {Outcome=${outcome}}`,
  ...more,
];

test('the token API: issued, refused, locked, renewed, repeated, reused, revoked, unavailable, failed', async () => {
  const api = openTokenApi();
  const login = await api.token(PASSWORD_GRANT);
  await ofToken(login, { outcome: 'ok', audit: 'token-issued', metrics: grant('password', 'ok') });
  const refused = { outcome: 'refused', reason: 'wrong-password', audit: 'login-refused', metrics: grant('password', 'refused') };
  await ofToken(await api.token({ ...PASSWORD_GRANT, password: 'wrong' }), refused);
  api.users.locked = 30;
  const locked = {
    outcome: 'refused',
    reason: 'locked',
    audit: 'login-locked',
    metrics: grant('password', 'refused', 'LockedLogins 1 {}'),
  };
  await ofToken(await api.token(PASSWORD_GRANT), locked);
  api.users.locked = undefined;
  const renewal = { grant_type: 'refresh_token', refresh_token: String(login.json.refresh_token) };
  const renewed = { outcome: 'ok', metrics: grant('refresh_token', 'ok') };
  await ofToken(await api.token(renewal), { ...renewed, audit: 'token-renewed' });
  await ofToken(await api.token(renewal), { ...renewed, audit: 'token-repeated' });
  api.advance(60);
  const reused = {
    outcome: 'refused',
    reason: 'refresh-token-reused',
    audit: 'refresh-token-reuse',
    metrics: grant('refresh_token', 'refused'),
  };
  await ofToken(await api.token(renewal), reused);
  const second = await api.token({ grant_type: 'client_credentials' });
  const revoked = await api.call({ path: '/oauth2/revoke', form: { token: String(second.json.access_token) }, headers: CLIENT });
  await ofToken(revoked, { outcome: 'ok', audit: 'grant-revoked', metrics: ['TokenRequests 1 {Outcome=ok}'] });
  api.users.failure = new Unavailable('userstore EXTERNAL of my_company', 'connection-failed');
  const unavailable = { outcome: 'unavailable', reason: 'connection-failed', metrics: grant('password', 'unavailable') };
  await ofToken(await api.token(PASSWORD_GRANT), unavailable);
  api.users.failure = new TypeError('a bug');
  await ofToken(await api.token(PASSWORD_GRANT), { outcome: 'failed', reason: 'bug', metrics: grant('password', 'failed') });
});

const CLIENT = { Authorization: `Basic ${Buffer.from('demo-app:demo-app-secret').toString('base64')}` };

test('the sign-in page: signed in, code issued, redeemed, used twice, refused, locked, password not taken, signed out', async () => {
  const api = openSignInApi();
  const browser = openBrowser(api);
  const answered = { metrics: ['TokenRequests 1 {Outcome=ok}'], outcome: 'ok' };
  const { verifier, challenge } = newPkce();
  const first = await signIn(browser, authorizationQuery(challenge));
  await ofToken(first, { ...answered, audit: 'signed-in' });
  const redeemed = await redeem(api, first.sentBack.code, verifier);
  await ofToken(redeemed, { outcome: 'ok', audit: 'token-issued', metrics: grant('authorization_code', 'ok') });
  const twice = { outcome: 'refused', reason: 'code-reused', audit: 'code-reuse', metrics: grant('authorization_code', 'refused') };
  await ofToken(await redeem(api, first.sentBack.code, verifier), twice);
  await ofToken(await browser.get('/oauth2/authorize', authorizationQuery(newPkce().challenge)), { ...answered, audit: 'code-issued' });
  const out = await browser.get('/oauth2/logout', { id_token_hint: String(redeemed.json.id_token) });
  await ofToken(out, { ...answered, audit: 'signed-out' });

  const other = openBrowser(api);
  const page = await other.get('/oauth2/authorize', authorizationQuery(challenge));
  const post = (form: Readonly<Record<string, string>>) => other.post('/oauth2/authorize', { ...page.hidden, username: 'userx', ...form });
  const wrong = await post({ password: 'wrong' });
  assert.deepEqual([wrong.line.audit, wrong.line.reason], ['login-refused', 'wrong-password']);
  api.users.locked = 30;
  assert.deepEqual((await post({ password: 'mypass' })).line.audit, 'login-locked');
  api.users.locked = undefined;
  api.users.users.set('userx@my_company', { password: 'mypass', user: USERX, mustChange: true });
  const asked = await post({ password: 'mypass' });
  const form = { ...asked.hidden, username: 'userx', password: 'mypass', new_password: 'short', repeated_password: 'short' };
  const rejected = await other.post('/oauth2/authorize', form);
  assert.deepEqual([rejected.line.audit, rejected.line.reason], ['password-change-rejected', 'password-too-short']);
  seen.add('password-change-rejected');
});

async function ofAuthorizer(world: World, event: unknown, expected: Expected): Promise<void> {
  const { status } = await world.call(event);
  const line = world.lines.findLast(({ event: name }) => name === 'authorizer');
  assert.ok(line !== undefined);
  await check('AuthorizerFunctionLogs', written(line.level as LogLevel, line.event, line.fields), status, expected);
}

const authorizations = (outcome: string, ...more: string[]) => [`Authorizations 1 {Outcome=${outcome}}`, ...more];

test('the authorizer: allowed, open, unauthorized, forbidden, throttled, outage, bug', async () => {
  const world = openWorld();
  const { stores, pizzashack } = world;
  const token = bearer(await world.issue({ scopes: ['order:write'] }));
  const order = (authorization: string) => restRequest({ method: 'POST', path: '/pizzashack/1.0.0/order', authorization });
  await ofAuthorizer(world, order(token), { outcome: 'allowed', reason: 'rule-met', metrics: authorizations('allowed') });
  const open = { outcome: 'allowed', reason: 'open', metrics: authorizations('allowed') };
  await ofAuthorizer(world, restRequest({ path: '/pizzashack/1.0.0/health' }), open);
  const unknown = { outcome: 'unauthorized', reason: 'no-such-grant', metrics: authorizations('unauthorized') };
  await ofAuthorizer(world, order(bearer(`gat_${'A'.repeat(65)}`)), unknown);
  const lacking = { outcome: 'forbidden', reason: 'scope-or-permission-missing', metrics: authorizations('forbidden') };
  await ofAuthorizer(world, order(bearer(await world.issue())), lacking);
  stores.put('Tenants', { tenant: 'my_company', entry: 'tier#One', requests: 1, seconds: 60 });
  stores.put('Tenants', { ...pizzashack, countTiers: true });
  stores.put('Clients', { clientId: 'demo-app', tenant: 'my_company', scopes: ['order:write'], applicationTier: 'One' });
  await world.call(order(token));
  const throttled = { outcome: 'throttled', reason: 'tier-used-up', metrics: authorizations('throttled') };
  await ofAuthorizer(world, order(token), throttled);
  stores.failing.add('Tokens');
  await ofAuthorizer(world, order(token), { outcome: 'outage', reason: 'timeout', metrics: authorizations('outage') });
  await ofAuthorizer(world, { type: 'REQUEST' }, { outcome: 'outage', metrics: authorizations('outage') });
});

test('HTTP Basic at the authorizer: the password right, wrong, and not looked at', async () => {
  const world = openPeople({ resources: [{ path: '/*', handlers: ['basic'] }] });
  const login = (password: string) => restRequestEvent({ authorization: basicLogin(`john@my_company:${password}`) });
  const right = { outcome: 'allowed', reason: 'rule-met', audit: 'logged-in', metrics: authorizations('allowed') };
  await ofAuthorizer(world, login(PASSWORD), right);
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttempts: 1 } });
  const stranger = (password: string) => ({
    ...login(password),
    requestContext: {
      ...login(password).requestContext,
      identity: { ...login(password).requestContext.identity, sourceIp: '203.0.113.9' },
    },
  });
  const wrong = { outcome: 'unauthorized', reason: 'wrong-password', audit: 'login-refused', metrics: authorizations('unauthorized') };
  await ofAuthorizer(world, stranger('wrong'), wrong);
  const locked = {
    outcome: 'unauthorized',
    reason: 'locked',
    audit: 'login-locked',
    metrics: authorizations('unauthorized', 'LockedLogins 1 {}'),
  };
  await ofAuthorizer(world, stranger('wrong'), locked);
});

test('two tenants that claim one API, and the signing keys', async () => {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Tenants', { ...world.pizzashack, tenant: 'other' });
  const claimed = { outcome: 'forbidden', reason: 'api-claimed-twice', metrics: authorizations('forbidden') };
  await ofAuthorizer(world, restRequest(), claimed);
  const beside = world.lines.find(({ event }) => event === 'api-claimed-twice');
  assert.deepEqual(metricsOfLine(template, 'AuthorizerFunctionLogs', written('ERROR', 'api-claimed-twice', beside?.fields ?? {})), [
    'ApisClaimedTwice 1 {}',
  ]);
  const lines: Record<string, unknown>[] = [];
  const log = (level: LogLevel, message: string, fields: LogFields) => void lines.push(written(level, message, fields));
  const rotate = createSigningKeysHandler({ secret: openMemorySecret(), makeKey, now: () => 1_800_000_000, fetch, limitMs: 60_000, log });
  await rotate({ source: 'aws.events' });
  assert.deepEqual(metricsOfLine(template, 'SigningKeysFunctionLogs', lines[0] ?? {}), ['OldestSignerSeconds 0 {}']);
});

test('each audit event that the code can give was given', () => {
  const source = repositoryFiles('.ts').filter((path) => /^functions\/(token|authorizer)\//.test(path));
  const events = source.flatMap((path) =>
    [...readText(path).matchAll(/\baudit: ([^,\n}]+)/g)].flatMap(([, value = '']) =>
      [...value.matchAll(/'([a-z-]{3,})'/g)].map(([, name = '']) => name),
    ),
  );
  assert.deepEqual(new Set(events), seen);
});
