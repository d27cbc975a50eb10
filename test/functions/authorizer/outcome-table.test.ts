// Event kind × credential × outcome, every cell: the same decision, in the words of each kind.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { hashPassword } from '../../../functions/userstores/password-hashes/index.ts';
import { API_ID, bearer, openWorld, SIMPLE_API_ID, type World } from './authorizer-world.ts';
import { EVENT_KINDS, type EventKindName, type KindOptions } from './event-kinds.ts';

const CREDENTIALS = ['none', 'opaque token', 'JWT', 'basic', 'certificate'] as const;
type Credential = (typeof CREDENTIALS)[number];

const OUTCOMES = [
  'allowed',
  'bad credential',
  'permission missing',
  'tenant not allowed',
  'no subscription',
  'no rule',
  'outage',
  'open',
] as const;
type Outcome = (typeof OUTCOMES)[number];

const BASIC = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
let passwordHash = '';
before(async () => {
  passwordHash = await hashPassword('pass');
});

/** A world in which the outcome is what happens to a good credential. */
function worldOf(outcome: Outcome): World {
  const world = openWorld();
  const rule = outcome === 'permission missing' ? { permissions: ['/permission/admin'] } : outcome === 'open' ? { secure: false } : {};
  const path = outcome === 'no rule' ? '/elsewhere' : '/*';
  world.stores.remove('Tenants', world.pizzashack);
  for (const [entry, apiId] of [
    ['api#pizzashack', API_ID],
    ['api#simple', SIMPLE_API_ID],
  ]) {
    world.stores.put('Tenants', {
      ...world.pizzashack,
      entry,
      apiId,
      tenant: outcome === 'tenant not allowed' ? 'other' : 'my_company',
      resources: [{ path, handlers: ['oauth2', 'basic', 'certificate'], ...rule }],
      certificates: { issuerCns: ['Our CA'] },
      requireSubscription: outcome === 'no subscription',
    });
  }
  world.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  world.stores.put('Users', { tenant: 'my_company', username: 'publisher', id: 'p-1', passwordHash, roles: ['customer'] });
  return world;
}

async function optionsOf(world: World, credential: Credential, isBad: boolean): Promise<KindOptions> {
  const certificate = (cn: string) => ({ clientCertificate: { subjectDN: `CN=${cn},O=Example`, issuerDN: 'CN=Our CA' } });
  switch (credential) {
    case 'none':
      return {};
    case 'opaque token':
      return { authorization: bearer(isBad ? `gat_${'A'.repeat(65)}` : await world.issue()) };
    case 'JWT':
      return { authorization: bearer(isBad ? 'eyJhbGciOiJub25lIn0.e30.' : await world.issue({ format: 'jwt' })) };
    case 'basic':
      return { authorization: BASIC('publisher@my_company', isBad ? 'wrong' : 'pass') };
    case 'certificate':
      return certificate(isBad ? 'nobody@my_company' : 'publisher@my_company');
  }
}

/** The code on the wire, and the reason in the log. */
const FORBIDDEN: Partial<Record<Outcome, readonly [code: string, reason: string]>> = {
  'permission missing': ['900910', 'scope-or-permission-missing'],
  'tenant not allowed': ['900908', 'tenant-not-allowed'],
  'no subscription': ['900908', 'no-subscription'],
  'no rule': ['900906', 'no-rule'],
};

/** HTTP APIs are documented to answer 403 to what their authorizer refuses, and 401 where they don't ask it. */
function unauthorized(kind: EventKindName): string {
  if (!kind.startsWith('HTTP')) return '401';
  return '403 900901';
}

/** Status, and code where there is one. */
function expected(kind: EventKindName, credential: Credential, outcome: Outcome): string {
  if (outcome === 'open') return '200';
  // A TOKEN event says nothing of the connection.
  const isSent = credential !== 'none' && !(credential === 'certificate' && kind === 'REST TOKEN');
  if (outcome === 'outage') return '500';
  // An HTTP API hands passwords on, so only a rule that names Basic asks for one.
  const isUnasked = credential === 'basic' && kind.startsWith('HTTP') && outcome === 'no rule';
  if (!isSent || isUnasked || outcome === 'bad credential') return unauthorized(kind);
  // Basic and certificate name a person, and no application that could have a subscription.
  return outcome === 'allowed' ? '200' : `403 ${FORBIDDEN[outcome]?.[0]}`;
}

for (const kind of Object.keys(EVENT_KINDS) as EventKindName[]) {
  for (const credential of CREDENTIALS) {
    test(`${kind}, ${credential}: every outcome`, async () => {
      for (const outcome of OUTCOMES) {
        const world = worldOf(outcome);
        const options = await optionsOf(world, credential, outcome === 'bad credential');
        if (outcome === 'outage') for (const part of ['Tokens', 'Users', 'Tenants'] as const) world.stores.failing.add(part);
        const event = EVENT_KINDS[kind](options);
        const answer = await world.call(event);
        const code = 'context' in answer && answer.context.code !== undefined ? ` ${answer.context.code}` : '';
        assert.equal(`${answer.status}${code}`, expected(kind, credential, outcome), outcome);
        const reason = world.lines.findLast(({ event: name }) => name === 'authorizer')?.fields.reason;
        if (answer.status === 403 && code !== ' 900901') assert.equal(reason, FORBIDDEN[outcome]?.[1], outcome);
        if (answer.status === 200) assert.equal(reason, outcome === 'open' ? 'open' : 'rule-met', outcome);
        if (!('result' in answer)) continue;
        assert.ok(Object.values(answer.context).every((value) => typeof value === 'string'));
        const arn = 'routeArn' in event ? event.routeArn : event.methodArn;
        const statements = answer.result.policyDocument.Statement;
        if (kind === 'HTTP 2.0 simple') assert.equal(statements.length, 0);
        else {
          const Effect = answer.status === 200 ? 'Allow' : 'Deny';
          assert.deepEqual(statements, [{ Action: 'execute-api:Invoke', Effect, Resource: arn }]);
        }
      }
    });
  }
}

test('whoever calls, the backend reads of the same person the same', async () => {
  const world = worldOf('allowed');
  const endUsers = new Set<unknown>();
  const user = { tenant: 'my_company', domain: 'PRIMARY', username: 'publisher', id: 'p-1', roles: ['customer'], claims: {} };
  for (const kind of Object.keys(EVENT_KINDS) as EventKindName[]) {
    for (const credential of ['opaque token', 'JWT', 'basic', 'certificate'] as const) {
      if (kind === 'REST TOKEN' && credential === 'certificate') continue;
      const options = await optionsOf(world, credential, false);
      const authorization = options.authorization?.toString().startsWith('Bearer')
        ? bearer(await world.issue({ user, format: credential === 'JWT' ? 'jwt' : 'opaque' }))
        : options.authorization;
      const answer = await world.call(EVENT_KINDS[kind]({ ...options, ...(authorization !== undefined && { authorization }) }));
      assert.ok(answer.status === 200, `${kind} ${credential}`);
      const payload = JSON.parse(Buffer.from(String(answer.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString());
      const { sub } = payload;
      endUsers.add(JSON.stringify([sub, payload['http://wso2.org/claims/enduser'], payload['http://wso2.org/claims/role']]));
    }
  }
  assert.deepEqual([...endUsers], ['["p-1@my_company","publisher@my_company",["customer"]]']);
});
