// Entries that an operator wrote wrong while the system runs: each harms itself alone, and the log names its table, its
// key, the path and what was expected (A79).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { eventually } from '../support/eventually.ts';
import { askForToken, callApi, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';

let run: TestRun;
before(async () => {
  run = await startTestRun();
});
after(() => run?.close());

const { tenant } = DEMO;
const USERX = `${DEMO.externalUser.username}@${tenant}`;

/** Both functions, both stores and the demo API do what they did before. */
async function allIsWell(): Promise<void> {
  const userx = await askForToken(run.url, passwordGrant(USERX, DEMO.externalUser.password, DEMO.scope));
  assert.equal(userx.status, 200, JSON.stringify(userx.body));
  assert.equal(userx.body.scope, DEMO.scope);
  const publisher = await askForToken(run.url, passwordGrant(`publisher@${tenant}`, DEMO.primaryUser.password), DEMO.jwtClient);
  assert.equal(publisher.status, 200);
  for (const { body } of [userx, publisher])
    assert.equal((await callApi(run.url, `${DEMO.context}/whoami`, body.access_token)).status, 200);
}

interface WrongEntry {
  readonly kind: string;
  readonly table: 'Tenants' | 'Clients' | 'Users';
  readonly item: () => Item;
  /** What the log line must name, next to the table. */
  readonly named: readonly string[];
  /** Makes the system read the entry, and checks that it harms what it is. */
  readonly provoke: () => Promise<void>;
}

const anyLogin = async (): Promise<void> => void (await askForToken(run.url, passwordGrant(USERX, DEMO.externalUser.password)));

async function refusedLogin(username: string, client?: { id: string; secret: string }): Promise<void> {
  const reply = await askForToken(run.url, passwordGrant(username, 'whatever'), client);
  assert.ok(reply.status >= 400, `${username} got ${reply.status}`);
}

const WRONG: readonly WrongEntry[] = [
  {
    kind: 'tenant',
    table: 'Tenants',
    item: () => ({ tenant: 'wrong_tenant', entry: 'tenant', accessTokenSeconds: 'an hour' }),
    named: ['wrong_tenant', 'accessTokenSeconds'],
    provoke: async () => {
      await run.put('Clients', {
        clientId: 'wrong-tenant-app',
        tenant: 'wrong_tenant',
        // SHA-256 of "s".
        secrets: [{ sha256: '043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89' }],
        grantTypes: ['password'],
      });
      await refusedLogin('x@wrong_tenant', { id: 'wrong-tenant-app', secret: 's' });
    },
  },
  {
    kind: 'role',
    table: 'Tenants',
    item: () => ({ tenant, entry: 'role#broken', permissions: 'all of them' }),
    named: ['role#broken', 'permissions'],
    provoke: anyLogin,
  },
  {
    kind: 'scope',
    table: 'Tenants',
    item: () => ({ tenant, entry: 'scope#broken', permissions: [7] }),
    named: ['scope#broken', 'permissions.0'],
    provoke: anyLogin,
  },
  {
    kind: 'tier',
    table: 'Tenants',
    item: () => ({ tenant, entry: 'tier#broken', requests: -1, seconds: 60 }),
    named: ['tier#broken', 'requests'],
    provoke: anyLogin,
  },
  {
    kind: 'issuer',
    table: 'Tenants',
    item: () => ({ tenant, entry: 'issuer#https://id.example.org', type: 'jwt', audiences: [] }),
    named: ['issuer#https://id.example.org'],
    provoke: anyLogin,
  },
  {
    kind: 'a kind that does not exist',
    table: 'Tenants',
    item: () => ({ tenant, entry: 'rolle#customer', permissions: [] }),
    named: ['rolle#customer'],
    provoke: anyLogin,
  },
  {
    kind: 'api',
    table: 'Tenants',
    item: () => ({ tenant, entry: 'api#broken', apiId: run.demo.apiId, stage: run.demo.stage, context: 'no slash', resources: [] }),
    named: ['api#broken', 'context'],
    provoke: async () => {
      const { body } = await askForToken(run.url, passwordGrant(USERX, DEMO.externalUser.password));
      await callApi(run.url, `${DEMO.context}/whoami`, body.access_token);
    },
  },
  {
    kind: 'client',
    table: 'Clients',
    item: () => ({ clientId: 'broken-app', tenant, secrets: [{ sha256: 'not hex' }] }),
    named: ['broken-app', 'secrets.0.sha256'],
    provoke: () => refusedLogin(USERX, { id: 'broken-app', secret: 'x' }),
  },
  {
    kind: 'user',
    table: 'Users',
    item: () => ({ tenant, username: 'broken-user', id: 'a b', passwordHash: 'plain' }),
    named: ['broken-user', 'passwordHash'],
    provoke: () => refusedLogin(`broken-user@${tenant}`),
  },
];

// Not one after the other: entries are read again after seconds, and to wait for that once is enough.
test('all is well before and after wrong entries of every kind are written', async () => {
  await allIsWell();
  for (const { table, item } of WRONG) await run.put(table, item());
  const { userServiceUrl: url } = run.demo;
  await run.put('Tenants', { tenant, entry: 'userstore#ZBROKEN', type: 'rest', priority: 50, url, timeoutMs: 'soon' });
  await allIsWell();
});

for (const { kind, table, named, provoke } of WRONG) {
  test(`a wrong entry harms itself alone and is reported: ${kind}`, async () => {
    await eventually(15, async () => {
      await provoke();
      const line = run.lines.find(
        (candidate) => candidate.includes(`Gatehouse-${table}`) && named.every((name) => candidate.includes(name)),
      );
      assert.ok(line, `no line names Gatehouse-${table}, ${named.join(', ')}`);
      assert.match(line, /"expected"/);
    });
    await allIsWell();
  });
}

test('a wrong userstore is an outage of its own users alone: stores before it still serve theirs', async () => {
  await eventually(15, async () => {
    const nobody = await askForToken(run.url, passwordGrant(`EXTERNAL/nobody@${tenant}`, 'x'));
    assert.equal(nobody.status, 400);
    const broken = await askForToken(run.url, passwordGrant(`ZBROKEN/userx@${tenant}`, 'x'));
    assert.equal(broken.status, 503, JSON.stringify(broken.body));
    assert.ok(run.lines.some((line) => line.includes('userstore#ZBROKEN') && line.includes('timeoutMs')));
  });
  await allIsWell();
});
