// Renewal: rotation, grace, reuse, narrowing, and the user asked after again (RFC 6749 section 6, RFC 9700 section 4.14).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccessTokenCheck } from '../../../functions/own-tokens/check-access-token.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { GrantStore } from '../../../functions/storage/stores.ts';
import type { MemoryStores } from '../../support/memory-stores.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, START_SECONDS, type TokenApi, USERX } from '../../support/token-api.ts';
import { basic } from '../../support/token-events.ts';

async function login(api: TokenApi, scope = 'order:write menu:read', headers = basic('demo-app', 'demo-app-secret')) {
  const { json } = await api.token({ ...PASSWORD_GRANT, scope }, headers);
  return { access: String(json.access_token), refresh: String(json.refresh_token) };
}

const renew = (api: TokenApi, token: unknown, more: Record<string, string> = {}, headers = basic('demo-app', 'demo-app-secret')) =>
  api.token({ grant_type: 'refresh_token', refresh_token: String(token), ...more }, headers);

/** How our own access tokens fare at every place that checks them. */
async function isLive(api: TokenApi, token: unknown): Promise<boolean | string> {
  const checked = await createAccessTokenCheck({ ...api.stores, issuer: ISSUER })(String(token), api.nowSeconds());
  return checked.kind === 'live' ? true : checked.reason;
}

describe('rotation', () => {
  test('a renewal replaces both tokens and counts one up', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const { status, json, line } = await renew(api, first.refresh);
    assert.equal(status, 200);
    assert.notEqual(json.refresh_token, first.refresh);
    assert.notEqual(json.access_token, first.access);
    assert.deepEqual([json.scope, json.expires_in, json.token_type], ['order:write menu:read', 3600, 'Bearer']);
    assert.deepEqual([line.audit, line.generation, line.subject], ['token-renewed', 1, 'EXTERNAL/e-1001@my_company']);
    assert.equal(await isLive(api, json.access_token), true);
  });

  test('a chain of renewals works, for JWTs too', async () => {
    const api = openTokenApi();
    const jwtApp = basic('demo-jwt-app', 'demo-jwt-app-secret');
    let { refresh } = await login(api, 'order:write', jwtApp);
    for (let generation = 1; generation <= 5; generation++) {
      const { json, line } = await renew(api, refresh, {}, jwtApp);
      assert.equal(line.generation, generation);
      assert.equal(await isLive(api, json.access_token), true);
      refresh = String(json.refresh_token);
      api.advance(3600);
    }
  });

  test('the access token before lives for the grace, and then is dead', async () => {
    const api = openTokenApi();
    const first = await login(api);
    await renew(api, first.refresh);
    api.advance(29);
    assert.equal(await isLive(api, first.access), true);
    api.advance(1);
    assert.equal(await isLive(api, first.access), 'token-replaced');
  });

  test('the table keeps no token in clear, and the sealed answer opens for the replaced token alone', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const { text, json } = await renew(api, first.refresh);
    const grant = await api.stores.grants.findGrant(first.refresh.slice(4, 26), api.nowSeconds());
    const item = JSON.stringify(grant);
    for (const token of [first.access, first.refresh, json.access_token, json.refresh_token]) assert.ok(!item.includes(String(token)));
    assert.ok(!Buffer.from(grant?.previous?.sealedResponse ?? '', 'base64url').includes('access_token'));
    const { unsealResponse } = await import('../../../functions/token/sealed-response.ts');
    const { sealedResponse } = grant?.previous ?? { sealedResponse: '' };
    assert.equal(unsealResponse(sealedResponse, first.refresh), text);
    assert.equal(unsealResponse(sealedResponse, String(json.refresh_token)), undefined);
    const tampered = `${sealedResponse.slice(0, -4)}${sealedResponse.endsWith('A') ? 'BBBB' : 'AAAA'}`;
    assert.equal(unsealResponse(tampered, first.refresh), undefined);
    assert.equal(unsealResponse('', first.refresh), undefined);
    assert.equal(unsealResponse('A'.repeat(80), first.refresh), undefined);
  });
});

describe('grace', () => {
  test('the same token again within the grace gets the same answer to the byte', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const once = await renew(api, first.refresh);
    api.advance(29);
    const again = await renew(api, first.refresh);
    assert.deepEqual([again.status, again.text, again.line.audit], [200, once.text, 'token-repeated']);
    assert.equal((await renew(api, once.json.refresh_token)).status, 200);
  });

  test('the grace begins when the renewal is stored, however long the directory took', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const { recheckUser } = api.users;
    api.users.recheckUser = async (...asked) => {
      api.users.recheckUser = recheckUser;
      api.advance(32);
      return recheckUser(...asked);
    };
    const once = await renew(api, first.refresh);
    assert.equal(await isLive(api, first.access), true);
    api.advance(29);
    const again = await renew(api, first.refresh);
    assert.deepEqual([again.text, again.line.audit], [once.text, 'token-repeated']);
    api.advance(1);
    assert.equal((await renew(api, first.refresh)).line.reason, 'refresh-token-reused');
  });

  test('after the grace the grant dies with all its tokens, and the log says so', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const once = await renew(api, first.refresh);
    api.advance(30);
    const again = await renew(api, first.refresh);
    assert.deepEqual([again.status, again.json.error, again.line.reason], [400, 'invalid_grant', 'refresh-token-reused']);
    assert.deepEqual([again.line.audit, again.line.grant], ['refresh-token-reuse', first.refresh.slice(4, 26)]);
    assert.equal(await isLive(api, once.json.access_token), 'no-such-grant');
    assert.equal((await renew(api, once.json.refresh_token)).line.reason, 'no-such-grant');
  });

  test('a token of two renewals ago kills the grant even within the grace', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const second = await renew(api, first.refresh);
    const third = await renew(api, second.json.refresh_token);
    assert.equal((await renew(api, first.refresh)).line.reason, 'refresh-token-reused');
    assert.equal((await renew(api, third.json.refresh_token)).line.reason, 'no-such-grant');
  });

  test('a grace of 0 is none', async () => {
    const api = openTokenApi();
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', refreshGraceSeconds: 0 });
    const first = await login(api);
    const once = await renew(api, first.refresh);
    assert.equal(await isLive(api, first.access), 'token-replaced');
    const grant = await api.stores.grants.findGrant(first.refresh.slice(4, 26), api.nowSeconds());
    assert.equal(grant?.previous?.sealedResponse, '');
    assert.equal((await renew(api, first.refresh)).line.reason, 'refresh-token-reused');
    assert.equal((await renew(api, once.json.refresh_token)).line.reason, 'no-such-grant');
  });

  test('the end of the grace is the setting of the tenant as it is now', async () => {
    const api = openTokenApi();
    const first = await login(api);
    await renew(api, first.refresh);
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', refreshGraceSeconds: 60 });
    api.advance(59);
    assert.equal((await renew(api, first.refresh)).line.audit, 'token-repeated');
  });
});

describe('scope', () => {
  test('it may narrow for one access token, and be the whole again with the next', async () => {
    const api = openTokenApi();
    const first = await login(api);
    const narrow = await renew(api, first.refresh, { scope: 'menu:read' });
    assert.equal(narrow.json.scope, 'menu:read');
    assert.equal((await renew(api, narrow.json.refresh_token)).json.scope, 'order:write menu:read');
  });

  test('it never widens, and the refusal costs the token nothing', async () => {
    const api = openTokenApi();
    const first = await login(api, 'menu:read');
    for (const scope of ['order:write', 'menu:read order:write', 'openid']) {
      const { status, json, line } = await renew(api, first.refresh, { scope });
      assert.deepEqual([status, json.error, line.reason], [400, 'invalid_scope', 'scope-not-granted']);
    }
    assert.equal((await renew(api, first.refresh, { scope: 'SYSTEM' })).json.scope, 'menu:read');
  });

  test('a role that was lost takes its scopes along, and gives them back with itself', async () => {
    const api = openTokenApi();
    const first = await login(api);
    api.users.users.set('userx@my_company', { password: 'mypass', user: { ...USERX, roles: [] } });
    const without = await renew(api, first.refresh);
    assert.equal(without.json.scope, 'menu:read');
    api.users.users.set('userx@my_company', { password: 'mypass', user: { ...USERX, roles: ['boss'] } });
    assert.equal((await renew(api, without.json.refresh_token)).json.scope, 'order:write menu:read');
  });

  test('a scope that the tenant or the client has lost since is left out', async () => {
    const api = openTokenApi();
    const first = await login(api);
    api.stores.remove('Tenants', { tenant: 'my_company', entry: 'scope#menu:read' });
    const second = await renew(api, first.refresh);
    assert.equal(second.json.scope, 'order:write');
    api.stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { scopes: [] }));
    assert.equal((await renew(api, second.json.refresh_token)).json.scope, 'default');
  });

  test('the new state of the user is what the grant says from then on', async () => {
    const api = openTokenApi();
    const first = await login(api);
    api.users.users.set('userx@my_company', { password: 'mypass', user: { ...USERX, roles: ['boss'], claims: { givenname: 'Una' } } });
    await renew(api, first.refresh);
    const grant = await api.stores.grants.findGrant(first.refresh.slice(4, 26), api.nowSeconds());
    assert.deepEqual([grant?.user?.roles, grant?.user?.claims], [['boss'], { givenname: 'Una' }]);
  });
});

describe('lifetime', () => {
  test('each renewal begins a new period, and a refresh token that is not used for one is dead', async () => {
    const api = openTokenApi();
    const first = await login(api);
    api.advance(86_399);
    const second = await renew(api, first.refresh);
    assert.equal(second.status, 200);
    api.advance(86_400);
    const third = await renew(api, second.json.refresh_token);
    assert.deepEqual([third.json.error, third.line.reason], ['invalid_grant', 'no-such-grant']);
  });

  test('no chain of renewals outlives 90 days after the login', async () => {
    const api = openTokenApi();
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', refreshTokenSeconds: 40 * 86_400 });
    let { refresh } = await login(api);
    for (let renewal = 0; renewal < 2; renewal++) {
      api.advance(39 * 86_400);
      refresh = String((await renew(api, refresh)).json.refresh_token);
    }
    const grant = await api.stores.grants.findGrant(refresh.slice(4, 26), api.nowSeconds());
    assert.equal(grant?.refresh?.expiresAtSeconds, START_SECONDS + 90 * 86_400);
    api.advance(12 * 86_400);
    assert.equal((await renew(api, refresh)).line.reason, 'no-such-grant');
  });

  test('a refresh token that expired before its access token is dead although the grant is there', async () => {
    const api = openTokenApi();
    api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', refreshTokenSeconds: 60 });
    const first = await login(api);
    api.advance(60);
    assert.equal((await renew(api, first.refresh)).line.reason, 'refresh-token-expired');
  });
});

describe('who may not', () => {
  const refused: Readonly<Record<string, [string, (api: TokenApi) => void]>> = {
    'the user was deleted': ['user-gone', ({ users }) => users.users.clear()],
    'the tenant is suspended': [
      'tenant-not-active',
      ({ stores }) => stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', status: 'suspended' }),
    ],
    'the tenant has declared older tokens dead': [
      'before-tokens-not-before',
      ({ stores }) => stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', tokensNotBefore: START_SECONDS + 1 }),
    ],
    'older tokens of the client are dead': [
      'before-tokens-not-before',
      ({ stores }) => stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { tokensNotBefore: START_SECONDS + 1 })),
    ],
    'the client has moved to another tenant': [
      'refresh-token-of-another-tenant',
      ({ stores }) => stores.put('Clients', demoClient('demo-app', 'demo-app-secret', { tenant: 'other_company' })),
    ],
  };
  for (const [name, [reason, arrange]] of Object.entries(refused)) {
    test(name, async () => {
      const api = openTokenApi();
      const first = await login(api);
      arrange(api);
      const { status, json, line } = await renew(api, first.refresh);
      assert.deepEqual([status, json.error, line.reason], [400, 'invalid_grant', reason]);
    });
  }

  test('a user whom the store refuses loses the grant, within the grace too', async () => {
    for (const inGrace of [false, true]) {
      const api = openTokenApi();
      const first = await login(api);
      if (inGrace) await renew(api, first.refresh);
      api.users.recheckAnswer = { kind: 'refused', reason: 'user-disabled' };
      assert.equal((await renew(api, first.refresh)).line.reason, 'user-disabled');
      api.users.recheckAnswer = undefined;
      assert.equal((await renew(api, first.refresh)).line.reason, 'no-such-grant');
    }
  });

  test('a refusal that may pass gives no token and takes no grant', async () => {
    for (const reason of ['account-locked', 'ambiguous-user', 'user-entry-wrong', 'store-removed', 'tenant-suspended'] as const) {
      const api = openTokenApi();
      const first = await login(api);
      api.users.recheckAnswer = { kind: 'refused', reason };
      assert.deepEqual((await renew(api, first.refresh)).line.reason, reason);
      api.users.recheckAnswer = undefined;
      assert.equal((await renew(api, first.refresh)).line.audit, 'token-renewed');
    }
  });

  test('an outage is 503, and the token is still good afterwards', async () => {
    const api = openTokenApi();
    const first = await login(api);
    api.users.failure = new Unavailable('userstore EXTERNAL of my_company', 'timeout');
    const { status, json } = await renew(api, first.refresh);
    assert.deepEqual([status, json.error], [503, 'temporarily_unavailable']);
    api.users.failure = undefined;
    api.stores.failing.add('Tokens');
    assert.equal((await renew(api, first.refresh)).status, 503);
    api.stores.failing.clear();
    api.advance(60);
    assert.equal((await renew(api, first.refresh)).line.audit, 'token-renewed');
  });
});

describe('races', () => {
  const rotating = (rotate: (stores: MemoryStores) => GrantStore['rotateGrant']) =>
    openTokenApi({ adapt: (stores) => ({ ...stores, grants: { ...stores.grants, rotateGrant: rotate(stores) } }) });

  test('a revocation between the read and the write wins', async () => {
    const api = rotating((stores) => async (from, to) => {
      await stores.grants.deleteGrant(from);
      return stores.grants.rotateGrant(from, to);
    });
    const first = await login(api);
    const { status, json, line } = await renew(api, first.refresh);
    assert.deepEqual([status, json.error, line.reason], [400, 'invalid_grant', 'no-such-grant']);
  });

  test('a table that refuses every write without a reason is an outage, and yields no token', async () => {
    const api = rotating(() => async () => false);
    const first = await login(api);
    const { status, json, line } = await renew(api, first.refresh);
    assert.deepEqual([status, json.error, json.access_token], [503, 'temporarily_unavailable', undefined]);
    assert.equal(line.reason, 'renewed-at-once-too-often');
    assert.equal(await isLive(api, first.access), true);
  });
});
