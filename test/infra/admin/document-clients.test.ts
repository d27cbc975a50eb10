// Clients that a document describes, on the command line: they have no entry, and can be listed, ended and explained.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tokenDigest } from '../../../functions/keys/jwt.ts';
import { createAccessTokenCheck } from '../../../functions/own-tokens/check-access-token.ts';
import { newGrantId, newOpaqueAccessToken } from '../../../functions/own-tokens/opaque-token.ts';
import { decidingPlace } from '../../../infra/admin/explain/deciding-place.ts';
import { explainCall } from '../../../infra/admin/explain/explain-call.ts';
import { keepRunningState } from '../../../infra/admin/keep-running-state.ts';
import { newGrant } from '../../contracts/grant-store.ts';
import { ISSUER, openWorld } from '../../functions/authorizer/authorizer-world.ts';
import { openExplainWorld } from '../../support/explain-world.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';
import { openIncidentWorld } from './support/incident-world.ts';

const CLIENT = 'https://agents.example.com/client.json';
const OTHER = 'https://agents.example.com/other.json';
const TENANT = {
  tenant: 'my_company',
  entry: 'tenant',
  issuer: 'own',
  signIn: {},
  clientDocuments: { trustedHosts: ['agents.example.com'] },
};

async function openAgents(context: TestContext) {
  const world = await openIncidentWorld(context);
  await world.put('Tenants', TENANT);
  world.waitForCaches();
  const nowSeconds = () => Math.floor(world.clock() / 1000);
  const { signingKeys } = openMemoryStores({ clock: world.clock });
  const check = createAccessTokenCheck({ ...world.stores, signingKeys, issuer: 'https://issuer.example' });
  return {
    ...world,
    async issue(clientId: string): Promise<string> {
      const id = newGrantId();
      const token = newOpaqueAccessToken(id);
      const user = { tenant: 'my_company', domain: 'PRIMARY', username: 'publisher', id: 'my-company-u1', roles: [], claims: {} };
      const grant = newGrant(nowSeconds(), { id, tenant: 'my_company', clientId, user });
      await world.stores.grants.insertGrant({ ...grant, access: { ...grant.access, digest: tokenDigest(token) } });
      return token;
    },
    isLive: async (token: string): Promise<boolean> => (await check(token, nowSeconds())).kind === 'live',
  };
}

test('revoke client ends what a client has at one tenant, and not what another of its host has', async (context) => {
  const { run, issue, isLive, waitForCaches, advance, events } = await openAgents(context);
  const [own, other] = [await issue(CLIENT), await issue(OTHER)];
  assert.deepEqual([await isLive(own), await isLive(other)], [true, true]);
  const unnamed = await run(`revoke client ${CLIENT}`);
  assert.deepEqual([unnamed.code, unnamed.lines], [2, [`${CLIENT} has no entry: say at which tenant, by --tenant.`]]);
  assert.equal((await run('revoke client demo-app --tenant my_company')).code, 2);
  assert.equal((await run(`revoke client ${CLIENT} --tenant nobody`)).code, 1);
  // Another spelling ends nothing, and one that is too long would make the entry of the tenant wrong.
  for (const wrong of [CLIENT.replace('agents', 'Agents'), `${CLIENT}#x`, `${CLIENT}?${'x'.repeat(256)}`])
    assert.equal((await run(`revoke client ${wrong} --tenant my_company`)).code, 2, wrong);
  for (let again = 0; again < 2; again++) assert.equal((await run(`revoke client ${CLIENT} --tenant my_company`)).code, 0);
  waitForCaches();
  assert.deepEqual([await isLive(own), await isLive(other)], [false, true]);
  assert.deepEqual(events.at(-1)?.audit, 'client-revoked');
  assert.deepEqual([events.at(-1)?.clientId, events.at(-1)?.tenant], [CLIENT, 'my_company']);
  advance(2000);
  assert.equal(await isLive(await issue(CLIENT)), true, 'who may still sign in gets new tokens');
});

test('sessions lists what such a client has, for as long as its tenant allows it', async (context) => {
  const { run, issue, put, waitForCaches } = await openAgents(context);
  await issue(CLIENT);
  const { lines } = await run('sessions publisher@my_company --json');
  assert.match(lines.join('\n'), /https:\/\/agents\.example\.com\/client\.json/);
  await put('Tenants', { ...TENANT, clientDocuments: { trustedHosts: ['example.com'] } });
  waitForCaches();
  assert.doesNotMatch((await run('sessions publisher@my_company --json')).lines.join('\n'), /agents\.example/);
});

test('no entry is written whose id is such a URL, and the fault says why', async (context) => {
  const { run, put } = await openAgents(context);
  for (const words of [`client put ${CLIENT} -`, `client create --tenant my_company --id ${CLIENT}`]) {
    const { code, text } = await run(words, '{"tenant":"my_company"}');
    assert.notEqual(code, 0, words);
    if (words.includes('put')) assert.match(text, /an id that does not begin with https:\/\//);
  }
  await put('Clients', { clientId: 'https://before.example/the-upgrade', tenant: 'my_company' });
  assert.match((await run('check')).text, /clientId: expected an id that does not begin with https:\/\//);
});

test('a file of the tenant’s entry that does not speak of a revoked client does not bring its tokens back', () => {
  const stored = { ...TENANT, clientTokensNotBefore: { [CLIENT]: 100, [OTHER]: 50 } };
  const moments = (clientTokensNotBefore?: Record<string, number>) =>
    keepRunningState({ ...TENANT, ...(clientTokensNotBefore && { clientTokensNotBefore }) }, stored).clientTokensNotBefore;
  assert.deepEqual(moments(), { [CLIENT]: 100, [OTHER]: 50 });
  assert.deepEqual(moments({ [CLIENT]: 200, [OTHER]: 10, 'https://new.example/c': 1 }), {
    [CLIENT]: 200,
    [OTHER]: 50,
    'https://new.example/c': 1,
  });
});

test('what decides about such a client is its document, or the entry of its tenant, and no entry of its own', () => {
  const placeOf = (reason: string) =>
    decidingPlace(reason, { clientId: CLIENT, tenant: 'my_company', api: { owner: 'my_company', name: 'shop' } });
  assert.deepEqual(placeOf('redirect-uri-not-registered'), { entry: `the document ${CLIENT}`, attribute: 'redirect_uris' });
  assert.deepEqual(placeOf('client-document-refused'), { entry: `the document ${CLIENT}` });
  assert.deepEqual(placeOf('no-such-client'), { entry: 'Tenants, my_company / tenant', attribute: 'clientDocuments' });
  assert.deepEqual(placeOf('no-subscription'), { entry: 'Tenants, my_company / api#shop', attribute: 'requireSubscription' });
});

test('explain decides for such a client and its user, and names the attribute that keeps it out', async () => {
  const world = openWorld();
  const { stores, pizzashack } = world;
  const user = { tenant: 'my_company', username: 'ada', id: 'a-1', passwordHash: '$argon2id$not-looked-at', roles: ['customer'] };
  stores.put('Users', user);
  const dependencies = openExplainWorld({ stores, apis: () => [pizzashack], issuer: ISSUER, clock: () => world.nowSeconds() * 1000 });
  const explain = (username?: string) =>
    explainCall(dependencies, {
      resource: 'POST /pizzashack/1.0.0/order',
      apiType: 'rest',
      caller: { kind: 'client', clientId: CLIENT, username },
    });
  stores.put('Tenants', TENANT);
  assert.partialDeepStrictEqual(await explain('ada@my_company'), { outcome: 'allowed', status: 200 });
  for (const [changes, reason, attribute] of [
    [{ clientDocuments: { trustedHosts: ['example.com'] } }, 'client-host-not-trusted', 'clientDocuments.trustedHosts'],
    [{ clientDocuments: undefined }, 'client-documents-off', 'clientDocuments'],
  ] as const) {
    stores.put('Tenants', { ...TENANT, ...changes });
    const explained = await explain('ada@my_company');
    assert.equal(explained.reason, reason);
    assert.equal(explained.decidedBy?.attribute, attribute);
  }
  const forItself = await explain();
  assert.equal(forItself.reason, 'unknown-client');
  assert.match(forItself.notes.join(' '), /--user NAME@TENANT/);
});
