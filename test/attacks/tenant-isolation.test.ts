// Tenant isolation as a matrix: each kind of thing that belongs to one tenant, given out by the issuer that all share or by
// the tenant's own, at each endpoint and API of another. Every cell is refused, and harms nothing where it belongs.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { EVENT_KINDS } from '../functions/authorizer/event-kinds.ts';
import {
  ACCESS_TOKEN,
  apiIdOf,
  as,
  askForToken,
  type Belongings,
  belongingsOf,
  below,
  DOCUMENT_CLIENT,
  EXCHANGE,
  type TenantName,
  TOKEN_KINDS,
} from '../support/isolated-tenants.ts';
import { ATTEMPTS, isRefused } from './isolation-attempts.ts';

/** The simple form of HTTP APIs is an answer of another shape to the same event. */
const KINDS = (Object.keys(EVENT_KINDS) as (keyof typeof EVENT_KINDS)[]).filter((kind) => !kind.includes('simple'));
const ISSUED_BY = ['shared', 'my_company'] as const;
const TRIED_AT = ['shared', 'rival'] as const;

const isActive = async ({ api }: Belongings, token: string): Promise<unknown> =>
  (await api.call({ path: '/oauth2/introspect', form: { token }, headers: as('my_company-app') })).json.active;

/** At an endpoint of the other tenant: whether the token is worth nothing there. */
type TokenAttempt = (given: Belongings, prefix: string, token: string) => Promise<boolean>;

const TOKEN_ATTEMPTS: Readonly<Record<string, TokenAttempt>> = {
  introspected: async ({ api }, prefix, token) =>
    (await api.call({ path: `${prefix}/oauth2/introspect`, form: { token }, headers: as('rival-app') })).json.active === false,
  // Answered like the revocation of what is no token (RFC 7009 section 2.2); what came of it is looked at afterwards.
  revoked: async ({ api }, prefix, token) =>
    (await api.call({ path: `${prefix}/oauth2/revoke`, form: { token }, headers: as('rival-app') })).status < 500,
  'shown at userinfo': async ({ api }, prefix, token) =>
    // At the shared issuer it is where it belongs.
    prefix === '' ||
    (await api.call({ method: 'GET', path: `${prefix}/oauth2/userinfo`, headers: { Authorization: `Bearer ${token}` } })).status === 401,
  'as a refresh token': async ({ api }, prefix, token) =>
    isRefused(await askForToken(api, prefix, { grant_type: 'refresh_token', refresh_token: token }, as('rival-app'))),
  'as the subject of an exchange': async ({ api }, prefix, token) => {
    const form = {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      resource: 'https://api.rival.example/orders',
    };
    return isRefused(await askForToken(api, prefix, form, as('rival-app')));
  },
  'as the actor of an exchange': async ({ api }, prefix, token) => {
    const login = { grant_type: 'password', username: 'ada@rival', password: 'ada-pass' };
    const own = await askForToken(api, prefix, login, as('rival-app'));
    assert.equal(own.status, 200, own.text);
    const subject = {
      subject_token: String(own.json.access_token),
      subject_token_type: ACCESS_TOKEN,
      resource: 'https://api.rival.example/orders',
    };
    const form = { grant_type: EXCHANGE, ...subject, actor_token: token, actor_token_type: ACCESS_TOKEN };
    const without = { grant_type: EXCHANGE, ...subject };
    assert.equal((await askForToken(api, prefix, without, as('rival-app'))).status, 200, 'and without that actor it works');
    return isRefused(await askForToken(api, prefix, form, as('rival-app')));
  },
};

/** Whether a call of a tenant's API with the token is allowed. */
async function isAllowed({ api }: Belongings, kind: keyof typeof EVENT_KINDS, tenant: TenantName, token: string): Promise<boolean> {
  const event = EVENT_KINDS[kind]({ apiId: apiIdOf(tenant), authorization: `Bearer ${token}` });
  try {
    const answer = await api.authorize(event as never);
    if ('isAuthorized' in answer) return answer.isAuthorized;
    return 'policyDocument' in answer && answer.policyDocument.Statement.every(({ Effect }) => Effect === 'Allow');
  } catch (error) {
    assert.equal((error as Error).message, 'Unauthorized');
    return false;
  }
}

let cells = 0;
for (const issuedBy of ISSUED_BY) {
  let given: Belongings;
  before(async () => {
    given = await belongingsOf(issuedBy);
  });
  for (const at of TRIED_AT)
    for (const [what, attempt] of Object.entries(ATTEMPTS))
      test(`A79 A125 ${what}, of the issuer ${issuedBy}, is refused at the endpoints of ${at} for another tenant`, async () => {
        assert.equal(await attempt(given, at), true);
        cells += 1;
      });
  for (const kind of TOKEN_KINDS) {
    for (const at of TRIED_AT)
      test(`A79 A141 an access token ${kind}, of the issuer ${issuedBy}, is worth nothing at any endpoint of ${at} for another tenant`, async () => {
        const token = given.accessTokens[kind];
        assert.equal(await isActive(given, token), true);
        for (const [how, attempt] of Object.entries(TOKEN_ATTEMPTS)) {
          assert.equal(await attempt(given, below(at), token), true, how);
          assert.equal(await isActive(given, token), true, `good where it belongs, also after it was ${how}`);
          cells += 1;
        }
      });
    test(`A79 A139 an access token ${kind}, of the issuer ${issuedBy}, opens the API of its tenant and no API of another`, async () => {
      for (const event of KINDS) {
        const token = given.accessTokens[kind];
        assert.deepEqual(
          [await isAllowed(given, event, 'my_company', token), await isAllowed(given, event, 'rival', token)],
          [true, false],
          event,
        );
        cells += 1;
      }
    });
  }
  for (const [holder, clientId] of [
    ['application', 'my_company-app'],
    ['document', DOCUMENT_CLIENT],
  ] as const)
    for (const at of TRIED_AT)
      test(`A79 a refresh token of the ${holder}’s, of the issuer ${issuedBy}, is refused at ${at} for another tenant`, async () => {
        const refresh = { grant_type: 'refresh_token', refresh_token: given.refreshTokens[holder] };
        assert.ok(isRefused(await askForToken(given.api, below(at), refresh, as('rival-app'))));
        // The client itself, at the issuer of another: the same URL is another client there.
        if (at === 'rival' || holder === 'document') {
          const own = holder === 'document' ? {} : as(clientId);
          assert.ok(isRefused(await askForToken(given.api, below(at), { ...refresh, client_id: clientId }, own)));
        }
        cells += 1;
      });
}

test('the matrix has every cell', () => {
  const each = Object.keys(ATTEMPTS).length + TOKEN_KINDS.length * Object.keys(TOKEN_ATTEMPTS).length + 2;
  const ofApis = TOKEN_KINDS.length * KINDS.length;
  assert.equal(cells, ISSUED_BY.length * (TRIED_AT.length * each + ofApis));
});
