// What `explain` says is what the handlers answer: status, code and reason, over generated worlds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAuthorizer } from '../../../../functions/authorizer/authorize.ts';
import type { UnverifiedItem } from '../../../../functions/configuration/entries/read-entry.ts';
import { tokenDigest } from '../../../../functions/keys/jwt.ts';
import { createCheckByFeed } from '../../../../functions/own-tokens/check-by-feed.ts';
import { newGrantId, newOpaqueAccessToken } from '../../../../functions/own-tokens/opaque-token.ts';
import { signAccessToken } from '../../../../functions/own-tokens/sign-access-token.ts';
import { openFeed } from '../../../../functions/revocation-feed/open-feed.ts';
import { lazy } from '../../../../functions/shared/lazy.ts';
import type { LogFields } from '../../../../functions/shared/log.ts';
import type { Grant } from '../../../../functions/storage/grant.ts';
import { createTokenHandler } from '../../../../functions/token/handler.ts';
import { createUserstores } from '../../../../functions/userstores/index.ts';
import { endUserOf } from '../../../../functions/userstores/primary-user.ts';
import { parseCalledResource } from '../../../../infra/admin/explain/called-resource.ts';
import { type CallQuestion, explainCall } from '../../../../infra/admin/explain/explain-call.ts';
import { findCalledApi } from '../../../../infra/admin/explain/find-called-api.ts';
import { REASONS } from '../../../../infra/admin/reasons/index.ts';
import { API_ID, bearer, outcomeOf, restRequest, STAGE } from '../../../functions/authorizer/authorizer-world.ts';
import { http2Event } from '../../../functions/authorizer/event-kinds.ts';
import { openExplainWorld } from '../../../support/explain-world.ts';
import { openMemoryStores } from '../../../support/memory-stores.ts';
import { basic, tokenEvent } from '../../../support/token-events.ts';
import { call, type GeneratedCall, itemsOf, PASSWORD, SECRET } from './generated-call.ts';

const ISSUER = 'https://issuer.example.org/prod';
const NOW_MS = 1_800_000_000_000;
const clock = () => NOW_MS;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly reason: unknown;
}

async function openGenerated(generated: GeneratedCall) {
  const stores = openMemoryStores({ clock });
  const apis = new Map<string, UnverifiedItem>();
  for (const [table, item] of await itemsOf(generated)) {
    stores.put(table, item);
    if (table === 'Tenants' && String(item.entry).startsWith('api#')) apis.set(`${item.tenant} ${item.entry}`, item);
  }
  const noNetwork = () => Promise.reject(new Error('no network in this test'));
  const lines: { readonly message: string; readonly fields: LogFields }[] = [];
  const common = {
    ...stores,
    sendOutbound: noNetwork,
    issuer: ISSUER,
    clock,
    log: (_level: string, message: string, fields: LogFields) => void lines.push({ message, fields }),
  };
  const userstores = createUserstores({ ...common, tenantSecretsPrefix: 'Gatehouse/tenants/', failureQuantumMs: 0, sleep: async () => {} });
  // `explain` reads the grant where the function is told by the feed.
  const openFeedCheck = async () => createCheckByFeed(stores, openFeed({ ...common, store: await stores.feed(), monotonic: () => 0 }));
  const authorize = createAuthorizer({
    ...common,
    checkByFeed: lazy(openFeedCheck),
    userstores: async () => userstores,
    externalJwts: noNetwork,
    invokeFunction: noNetwork,
    authorizerCacheSeconds: 60,
    simpleResponseApis: new Set(),
  });
  const last = (message: string) => lines.findLast((line) => line.message === message)?.fields ?? {};

  async function authorized(token: string | undefined): Promise<Answer> {
    const options = { method: generated.method, path: generated.path, ...(token !== undefined && { authorization: bearer(token) }) };
    const event = generated.apiType === 'rest' ? restRequest(options) : { ...http2Event(options), rawPath: generated.path };
    const answer = await outcomeOf(() => authorize(event));
    const code =
      answer.status === 401 ? '900901' : answer.status === 500 ? '900900' : 'context' in answer ? answer.context.code : undefined;
    return { status: answer.status, code: answer.status === 200 ? undefined : String(code), reason: last('authorizer').reason ?? 'bug' };
  }

  const world = openExplainWorld({ stores, apis: () => [...apis.values()], issuer: ISSUER, clock });
  const resource = `${generated.method} https://${API_ID}.execute-api.us-east-1.amazonaws.com/${STAGE}${generated.path}`;
  const chosen = { api: API_ID, stage: STAGE };
  return {
    stores,
    /** What an application has to ask for that calls this API. */
    resource: findCalledApi([...apis.values()], parseCalledResource(resource), chosen).resource,
    authorized,
    last,
    handleToken: createTokenHandler({ ...common, userstores }),
    explain: (caller: CallQuestion['caller']) => explainCall(world, { resource, ...chosen, apiType: generated.apiType, caller }),
  };
}

type World = Awaited<ReturnType<typeof openGenerated>>;

/** A token as the token API would have given it earlier, whatever the entries say now. */
async function openToken({ stores }: World, generated: GeneratedCall): Promise<string | undefined> {
  if (generated.token === 'none') return undefined;
  if (generated.token === 'text') return 'what is this';
  if (generated.token === 'foreign') return `${segment({ alg: 'RS256', kid: 'k' })}.${segment({ iss: 'https://idp.example.org' })}.AAAA`;
  const seconds = NOW_MS / 1000;
  const { user: known } = generated;
  const stored = known === undefined ? undefined : await stores.users.findUser(known.tenant, 'u');
  const user = generated.isUserToken && stored !== undefined && stored !== 'broken' ? endUserOf(stored) : undefined;
  const tenant = user?.tenant ?? generated.client?.tenant ?? 'a';
  const access = {
    scopes: generated.tokenScopes,
    ...(generated.tokenResources !== undefined && { resources: generated.tokenResources }),
    issuedAtSeconds: seconds - 20,
    expiresAtSeconds: seconds + (generated.token === 'expired' ? -10 : 3600),
  };
  const begun = { id: newGrantId(), clientId: 'app', generation: 0, issuedAtSeconds: seconds - 20, ...(user !== undefined && { user }) };
  const entry = await stores.tenants.findTenant(tenant);
  const signer = (await stores.signingKeys()).signer('access-token', 'RS256', seconds);
  const token =
    generated.token === 'jwt' && entry !== undefined && signer !== undefined
      ? signAccessToken(signer, { issuer: ISSUER, tenant: entry, grant: begun, access })
      : newOpaqueAccessToken(begun.id);
  const grant: Grant = {
    ...begun,
    tenant,
    grantType: user === undefined ? 'client_credentials' : 'password',
    scopes: access.scopes,
    access: { ...access, digest: tokenDigest(token) },
  };
  if (generated.token !== 'revoked') await stores.grants.insertGrant(grant);
  return token;
}

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token: what is explained is what the authorizer answers', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(call, async (generated) => {
      const world = await openGenerated(generated);
      const token = await openToken(world, generated);
      for (let made = 0; made < generated.requestsMade; made++) await world.authorized(token);
      if (generated.failing !== undefined) world.stores.failing.add(generated.failing);
      // First explained: the answer must be the same whether or not somebody has asked why.
      const explained = await world.explain(token === undefined ? { kind: 'nobody' } : { kind: 'token', token });
      const answer = await world.authorized(token);
      const { status, code, reason } = explained;
      // The operator's rights to read keys are another's than the function's: see the test of those.
      if (generated.failing === 'signingKeys' && status !== answer.status) return;
      assert.deepEqual({ status, code, reason }, answer);
      assert.ok(reason in REASONS, reason);
      if (token !== undefined && token !== '') assert.ok(!JSON.stringify(explained).includes(token), 'a token is printed');
      seen.add(reason);
    }),
    { numRuns: 1500 },
  );
  assert.ok(seen.size >= 14, [...seen].join(' '));
});

test('a client and a user: what is explained is what the token API and then the authorizer answer', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(call, async (generated) => {
      const world = await openGenerated(generated);
      if (generated.failing === 'Tenants' || generated.failing === 'Clients') world.stores.failing.add(generated.failing);
      const username = generated.isUserToken ? generated.username : undefined;
      const explained = await world.explain({ kind: 'client', clientId: 'app', username });
      const answer = await askBoth(world, username);
      const { status, code, reason } = explained;
      assert.deepEqual({ status, code, reason }, answer);
      seen.add(reason);
    }),
    { numRuns: 150 },
  );
  assert.ok(seen.size >= 10, [...seen].join(' '));
});

/** As an application would: a token, and with it the call. */
async function askBoth(world: World, username: string | undefined): Promise<Answer> {
  const asked = username === undefined ? { grant_type: 'client_credentials' } : { grant_type: 'password', username, password: PASSWORD };
  const event = tokenEvent({
    path: '/oauth2/token',
    form: { ...asked, scope: 'SYSTEM', ...(world.resource !== undefined && { resource: world.resource }) },
    headers: basic('app', SECRET),
  });
  const { statusCode: status, body } = await world.handleToken(event);
  const json = JSON.parse(body) as { error?: string; access_token?: string };
  if (status !== 200) return { status, code: json.error, reason: world.last('token-request').reason };
  return world.authorized(json.access_token);
}
