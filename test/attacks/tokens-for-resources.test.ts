// Attacks with tokens that are for some APIs and not for others (RFC 8707).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API_ID, bearer, openWorld, SIMPLE_API_ID, type World } from '../functions/authorizer/authorizer-world.ts';
import { EVENT_KINDS } from '../functions/authorizer/event-kinds.ts';
import { authorizationQuery, claimsOf, newPkce, openBrowser, openSignInApi, REDIRECT_URI, signIn } from '../support/sign-in-browser.ts';
import { demoClient, ISSUER, openTokenApi, PASSWORD_GRANT, type TokenAnswer, type TokenApi } from '../support/token-api.ts';

const ORDERS = 'https://api.example.com/orders';
const BILLS = 'https://api.example.com/bills';

/** APIs of every kind of event, of one entry. */
function openApi(attributes: Readonly<Record<string, unknown>>, jwtRevocation = 'check'): World {
  const world = openWorld();
  world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', jwtRevocation });
  for (const [entry, apiId] of Object.entries({ 'api#pizzashack': API_ID, 'api#simple': SIMPLE_API_ID }))
    world.stores.put('Tenants', { ...world.pizzashack, entry, apiId, resources: [{ path: '/*' }], ...attributes });
  return world;
}

/** Which tokens an API takes. */
const TAKEN: readonly (readonly [api: Readonly<Record<string, unknown>>, token: readonly string[], refused?: string])[] = [
  [{}, []],
  [{}, [ORDERS], 'token-for-another-resource'],
  [{ resource: ORDERS }, [], 'token-for-no-resource'],
  [{ resource: ORDERS }, [ORDERS]],
  [{ resource: ORDERS }, [BILLS, ORDERS]],
  [{ resource: ORDERS }, [BILLS], 'token-for-another-resource'],
  [{ resource: ORDERS }, [`${ORDERS}/`], 'token-for-another-resource'],
  [{ resource: ORDERS, audience: 'any' }, []],
  [{ resource: ORDERS, audience: 'any' }, [ORDERS]],
  [{ resource: ORDERS, audience: 'any' }, [BILLS], 'token-for-another-resource'],
];

test('A139 a token is good at the API that it is for and at no other, on REST, HTTP and WebSocket APIs', async () => {
  for (const [attributes, resources, refused] of TAKEN) {
    for (const [format, jwtRevocation] of [
      ['opaque', 'check'],
      ['jwt', 'check'],
      ['jwt', 'feed'],
      ['jwt', 'offline'],
    ] as const) {
      const world = openApi(attributes, jwtRevocation);
      const token = await world.issue({ format, ...(resources.length > 0 && { resources }) });
      for (const [kind, eventOf] of Object.entries(EVENT_KINDS)) {
        const what = `${kind}, ${format}, ${jwtRevocation}, ${JSON.stringify([attributes, resources])}`;
        const outcome = await world.call(eventOf({ authorization: bearer(token) }));
        // Of an HTTP API a bad credential is 403 (functions/authorizer/README.md).
        const status = kind.startsWith('HTTP') ? 403 : 401;
        assert.equal(outcome.status, refused === undefined ? 200 : status, what);
        assert.equal(world.lines.at(-1)?.fields.reason, refused ?? 'rule-met', what);
      }
    }
  }
});

test('A139 what a backend reads is for the same resource', async () => {
  const world = openApi({ resource: ORDERS });
  const outcome = await world.call(EVENT_KINDS['REST REQUEST']({ authorization: bearer(await world.issue({ resources: [ORDERS] })) }));
  assert.ok('context' in outcome);
  assert.equal(claimsOf(outcome.context.endUserJwt).aud, ORDERS);
});

/** Two APIs of the tenant with resources, one with a subscription, one for other tenants, and one that is wrong. */
function putApis(api: TokenApi): void {
  const entry = { tenant: 'my_company', stage: 'prod', resources: [{ path: '/*' }] };
  api.stores.put('Tenants', { ...entry, entry: 'api#orders', apiId: 'a1', resource: ORDERS });
  api.stores.put('Tenants', { ...entry, entry: 'api#bills', apiId: 'a2', resource: BILLS });
  api.stores.put('Tenants', {
    ...entry,
    entry: 'api#paid',
    apiId: 'a3',
    resource: 'https://api.example.com/paid',
    requireSubscription: true,
  });
  api.stores.put('Tenants', { ...entry, entry: 'api#theirs', apiId: 'a4', resource: 'https://api.example.com/theirs', tenants: ['other'] });
  api.stores.put('Tenants', { ...entry, entry: 'api#wrong', apiId: 'a5', resource: 'https://api.example.com/wrong', scope: 'x' });
}

const form = (pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  new URLSearchParams(pairs as [string, string][]).toString() as never;

const asked = (grant: Readonly<Record<string, string>>, ...resources: readonly string[]) =>
  form([...Object.entries(grant), ...resources.map((resource) => ['resource', resource] as const)]);

async function audience(api: TokenApi, { json }: TokenAnswer): Promise<unknown> {
  const answer = await api.call({
    path: '/oauth2/introspect',
    form: { token: String(json.access_token), client_id: 'demo-app', client_secret: 'demo-app-secret' },
  });
  return answer.json.aud;
}

test('A139 a token is for the resources that were asked for, in every spelling of their host', async () => {
  const api = openTokenApi();
  putApis(api);
  for (const [resources, aud] of [
    [[], ISSUER],
    [[ORDERS], ORDERS],
    [['HTTPS://API.Example.COM:443/orders'], ORDERS],
    [[ORDERS, ORDERS], ORDERS],
    [
      [ORDERS, BILLS],
      [ORDERS, BILLS],
    ],
  ] as const) {
    const answer = await api.token(asked(PASSWORD_GRANT, ...resources));
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await audience(api, answer), aud);
  }
});

test('A139 an unknown resource, or one that is not for this client, is invalid_target before the password is looked at', async () => {
  const api = openTokenApi();
  putApis(api);
  const many = Array.from({ length: 11 }, (_, at) => `https://api.example.com/${at}`);
  for (const [resources, reason] of [
    [['https://api.example.com/nobody'], 'unknown-resource'],
    [['https://api.example.com/wrong'], 'unknown-resource'],
    [[`${ORDERS}/`], 'unknown-resource'],
    [['https://api.example.com/ORDERS'], 'unknown-resource'],
    [[ORDERS, 'https://api.example.com/nobody'], 'unknown-resource'],
    [['https://api.example.com/paid'], 'resource-not-of-this-client'],
    [['https://api.example.com/theirs'], 'resource-not-of-this-client'],
    [[`${ORDERS}#x`], 'malformed-resource'],
    [[`${ORDERS}?x`], 'malformed-resource'],
    [['https://user@api.example.com/orders'], 'malformed-resource'],
    [['https:\\\\api.example.com\\orders'], 'malformed-resource'],
    [['http://api.example.com/orders'], 'malformed-resource'],
    [['orders'], 'malformed-resource'],
    [['urn:orders'], 'malformed-resource'],
    [[`https://api.example.com/${'x'.repeat(600)}`], 'malformed-resource'],
    [many, 'too-many-resources'],
  ] as const) {
    const answer = await api.token(asked({ ...PASSWORD_GRANT, password: 'wrong' }, ...resources));
    assert.deepEqual([answer.status, answer.json.error, answer.line.reason], [400, 'invalid_target', reason], resources.join(' '));
  }
  const subscribed = demoClient('demo-app', 'demo-app-secret', { subscriptions: { paid: 'Gold' } });
  api.stores.put('Clients', subscribed);
  assert.equal((await api.token(asked(PASSWORD_GRANT, 'https://api.example.com/paid'))).status, 200);
});

test('A140 a renewal narrows the resources of the grant, and never widens them', async () => {
  const api = openTokenApi();
  putApis(api);
  const renew = (answer: TokenAnswer, ...resources: readonly string[]) =>
    api.token(asked({ grant_type: 'refresh_token', refresh_token: String(answer.json.refresh_token) }, ...resources));
  const first = await api.token(asked(PASSWORD_GRANT, ORDERS, BILLS));
  const narrowed = await renew(first, BILLS);
  assert.equal(await audience(api, narrowed), BILLS);
  // What was granted stays granted: a later renewal may ask for the other again.
  const other = await renew(narrowed, ORDERS);
  assert.equal(await audience(api, other), ORDERS);
  assert.deepEqual(await audience(api, await renew(other)), [ORDERS, BILLS]);

  const ofOne = await api.token(asked(PASSWORD_GRANT, ORDERS));
  const ofNone = await api.token(asked(PASSWORD_GRANT));
  for (const [answer, resource] of [
    [ofOne, BILLS],
    [ofNone, ORDERS],
  ] as const) {
    const widened = await renew(answer, resource);
    assert.deepEqual([widened.status, widened.json.error, widened.line.reason], [400, 'invalid_target', 'resource-not-granted']);
    assert.equal((await renew(answer)).status, 200, 'the refusal has used up nothing');
  }
});

test('A140 a code is for the resources of its request, and can be redeemed for fewer', async () => {
  const api = openSignInApi();
  putApis(api);
  const redeemFor = async (sent: readonly string[], redeemed: readonly string[]) => {
    const { verifier, challenge } = newPkce();
    const query = { ...authorizationQuery(challenge), resource: sent } as unknown as Record<string, string>;
    const { sentBack } = await signIn(openBrowser(api), query);
    assert.ok(sentBack.code !== undefined, JSON.stringify(sentBack));
    const grant = {
      grant_type: 'authorization_code',
      client_id: 'web-app',
      code: sentBack.code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    };
    return api.token(asked(grant, ...redeemed), {});
  };
  assert.equal(await audience(api, await redeemFor([ORDERS], [])), ORDERS);
  assert.equal(await audience(api, await redeemFor([ORDERS, BILLS], [BILLS])), BILLS);
  for (const [sent, wanted] of [
    [[ORDERS], BILLS],
    [[], ORDERS],
  ] as const)
    assert.equal((await redeemFor(sent, [wanted])).line.reason, 'resource-not-granted');
  const { challenge } = newPkce();
  const unknown = await openBrowser(api).get('/oauth2/authorize', {
    ...authorizationQuery(challenge),
    resource: 'https://api.example.com/nobody',
  });
  assert.deepEqual([unknown.sentBack.error, unknown.sentBack.state, unknown.sentBack.iss], ['invalid_target', 'st-1', ISSUER]);
});

test('A126 consent for one resource is none for another', async () => {
  const api = openSignInApi();
  putApis(api);
  const client = { secrets: [], authMethods: ['none'], grantTypes: ['authorization_code'], redirectUris: [REDIRECT_URI] };
  api.stores.put('Clients', demoClient('web-app', '', client));
  const browser = openBrowser(api);
  const query = (resource?: string) => ({ ...authorizationQuery(newPkce().challenge), ...(resource !== undefined && { resource }) });
  const page = await signIn(browser, query(ORDERS));
  const allowed = await browser.post('/oauth2/authorize', { ...page.hidden, decision: 'allow' });
  assert.ok(allowed.sentBack.code !== undefined);
  const silently = async (resource?: string) =>
    (await browser.get('/oauth2/authorize', { ...query(resource), prompt: 'none' })).sentBack.error ?? 'code';
  assert.deepEqual([await silently(ORDERS), await silently(BILLS), await silently()], ['code', 'consent_required', 'consent_required']);
});
