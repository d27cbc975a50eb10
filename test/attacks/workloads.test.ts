// Workloads as clients: whose token is whose, and for whom it was made.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { ISSUER, openTokenApi } from '../support/token-api.ts';
import { issuerEntryOf, jwksUriOf, PLATFORMS, type Platform, workloadClient, workloadForm, workloadToken } from '../support/workloads.ts';

/** The client `job` of my_company is the platform's workload; the tenant `rival` trusts the platform as well. */
function openApi(platform: Platform) {
  const requests: string[] = [];
  const api = openTokenApi({
    sendOutbound: async (_dependency, { url }) => {
      requests.push(url);
      return { status: 200, headers: {}, body: JSON.stringify({ keys: [platform.jwk] }) };
    },
  });
  api.stores.put('Tenants', { tenant: 'rival', entry: 'tenant' });
  for (const tenant of ['my_company', 'rival']) api.stores.put('Tenants', issuerEntryOf(platform, tenant));
  api.stores.put('Clients', workloadClient(platform, 'job', 'my_company'));
  const claim = (clientId: string, tenant: string, changes: Readonly<Record<string, unknown>> = {}) =>
    api.stores.put('Clients', workloadClient(platform, clientId, tenant, changes));
  const send = (token: string, more: Readonly<Record<string, string>> = {}) => api.token(workloadForm(platform, token, more), {});
  /** Outcome for each way of naming the client, and for none. */
  const outcomes = async (...clientIds: readonly string[]) => {
    const token = await workloadToken(platform);
    const answers = [await send(token)];
    for (const client_id of clientIds) answers.push(await send(token, { client_id }));
    return answers.map(({ status, line }) => (status === 200 ? String(line.clientId) : String(line.reason)));
  };
  return { api, claim, send, outcomes, requests };
}

const [AWS] = PLATFORMS as [Platform];

test('A145 a wildcard or a beginning as the subject is a wrong entry, or is compared as it stands', async () => {
  const { workload } = AWS;
  for (const subject of [
    '*',
    'arn:aws:iam::123456789012:role/*',
    'arn:aws:iam::*:role/DataProcessingRole',
    'repo:octo-org/?',
    '**',
    'a?',
  ]) {
    const parsed = parseEntry('client', { tenant: 't', workload: { ...workload, subject } });
    assert.deepEqual(parsed, { faults: [{ path: 'workload.subject', expected: 'sub as it stands in the token: no wildcard' }] }, subject);
  }
  for (const issuer of ['*', 'https://*', 'https://*.example', 'https://ci.example/?'])
    assert.ok('faults' in parseEntry('client', { tenant: 't', workload: { ...workload, issuer } }), issuer);
  for (const subject of [
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012',
    '^arn.+$',
    '%',
    'arn:aws:iam::123456789012:role/.',
  ]) {
    const { claim, outcomes } = openApi(AWS);
    claim('job', 'my_company', { workload: { ...workload, subject } });
    assert.deepEqual(await outcomes('job'), ['unknown-workload', 'workload-not-of-this-client'], subject);
  }
});

test('A145 a token that says a wildcard of itself is nobody’s', async () => {
  const { send } = openApi(AWS);
  for (const sub of ['*', `${AWS.workload.subject}*`, '?'])
    assert.equal((await send(await workloadToken(AWS, { claims: { sub } }))).line.reason, 'unknown-workload');
});

test('A146 of two clients that claim one workload neither is authenticated, of one tenant or of two, named or not', async () => {
  for (const tenant of ['my_company', 'rival']) {
    const { claim, outcomes, api } = openApi(AWS);
    assert.deepEqual(await outcomes('job'), ['job', 'job']);
    claim('second', tenant);
    assert.deepEqual(await outcomes('job', 'second'), Array(3).fill('workload-claimed-twice'));
    api.stores.remove('Clients', { clientId: 'job' });
    assert.deepEqual(await outcomes('job', 'second'), ['second', 'unknown-client', 'second']);
  }
});

test('A146 a second claim counts where its client is suspended, its entry wrong, or its tenant does not trust the platform', async () => {
  for (const changes of [{ status: 'suspended' }, { misspelt: true }, { tenant: 'nobody' }, { authMethods: ['none'] }]) {
    const { claim, outcomes } = openApi(AWS);
    claim('second', 'rival', changes);
    assert.deepEqual(await outcomes('job'), Array(2).fill('workload-claimed-twice'), JSON.stringify(changes));
  }
  // Another issuer's subject of the same name is somebody else.
  const { claim, outcomes } = openApi(AWS);
  claim('second', 'rival', { workload: { ...AWS.workload, issuer: 'https://other.example' } });
  claim('third', 'rival', { workload: { ...AWS.workload, subject: AWS.workload.subject.toLowerCase() } });
  assert.deepEqual(await outcomes('job'), ['job', 'job']);
});

test('A146 at a tenant’s own issuer a claim in another tenant counts as well', async () => {
  const { api, claim } = openApi(AWS);
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', issuer: 'own' });
  const token = await workloadToken(AWS, { audience: `${ISSUER}/t/my_company` });
  const send = (more: Readonly<Record<string, string>>) =>
    api.call({ path: '/t/my_company/oauth2/token', form: workloadForm(AWS, token, more), headers: {} });
  assert.equal((await send({})).status, 200);
  claim('second', 'rival');
  for (const more of [{}, { client_id: 'job' }]) assert.equal((await send(more)).line.reason, 'workload-claimed-twice');
});

test('A147 a token for another audience, for two, or for none is refused; one audience may stand in a list', async () => {
  for (const platform of PLATFORMS) {
    const { send } = openApi(platform);
    const outcome = async (aud: unknown) => {
      const token = await workloadToken(platform, { claims: { aud } });
      const [named, found] = [await send(token, { client_id: 'job' }), await send(token)];
      assert.equal(named.line.reason, found.line.reason);
      return named.status === 200 ? 'ok' : String(named.line.reason);
    };
    assert.deepEqual([await outcome(ISSUER), await outcome([ISSUER])], ['ok', 'ok'], platform.name);
    for (const aud of [
      'https://other.example',
      ['https://other.example'],
      [ISSUER, 'https://other.example'],
      ['https://other.example', ISSUER],
      [ISSUER, ISSUER],
      [ISSUER, 7],
      [[ISSUER]],
      [],
      `${ISSUER}/`,
      `${ISSUER}/oauth2/token`,
      `${ISSUER},https://other.example`,
      ISSUER.toUpperCase(),
      `${ISSUER}/t/my_company`,
      'sts.amazonaws.com',
    ])
      assert.match(await outcome(aud), /^workload-(audience|claim-malformed)$/, `${platform.name}: ${JSON.stringify(aud)}`);
    for (const aud of ['', null, 7, {}, undefined])
      assert.match(await outcome(aud), /^workload-(audience|claim-missing|claim-malformed)$/, `${platform.name}: ${JSON.stringify(aud)}`);
  }
});

test('A33 what we sign ourselves proves no workload, though an entry names us as a platform', async () => {
  for (const issuer of [ISSUER, `${ISSUER}/t/my_company`]) {
    const platform = { ...AWS, workload: { ...AWS.workload, issuer } };
    const { send, requests } = openApi(platform);
    const { status, line } = await send(await workloadToken(platform));
    assert.deepEqual([status, line.reason, requests], [401, 'workload-unknown-issuer', []], issuer);
  }
});

test('A34 audiences that the issuer’s entry lists for other uses are none of a workload’s', async () => {
  const { api, send } = openApi(AWS);
  const audiences = ['https://api.example', `${ISSUER}/oauth2/token`];
  api.stores.put('Tenants', issuerEntryOf(AWS, 'my_company', { use: ['gateway'], audiences }));
  for (const audience of audiences) assert.equal((await send(await workloadToken(AWS, { audience }))).line.reason, 'workload-audience');
  assert.equal((await send(await workloadToken(AWS))).status, 200);
});

test('A38 keys come from the URL that the issuer’s entry names, whatever the token says', async () => {
  const { send, requests } = openApi(AWS);
  const evil = { jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert', jwk: AWS.jwk };
  assert.equal((await send(await workloadToken(AWS, { header: evil }))).status, 200);
  await send(await workloadToken(AWS, { claims: { iss: 'https://evil.example' }, header: evil }), { client_id: 'job' });
  assert.deepEqual(requests, [jwksUriOf(AWS)]);
});
