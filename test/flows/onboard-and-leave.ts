// A tenant with a directory, two roles, one API and one client: one folder and one command, and then a login and a call. Its
// way out, and back: an export, a deletion after which nothing of it lives, and the export applied again.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminPageFolder } from '../support/admin-page.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { ANN, JOE, type Person } from '../support/directories/people.ts';
import { eventually } from '../support/eventually.ts';
import { askForToken, callApi, passwordGrant, type TestRun } from '../support/local-run.ts';
import { skipWithout } from '../support/required-part.ts';
import { openCommands } from '../support/run-commands.ts';

const SECRET = randomBytes(32).toString('base64url');
const CLIENT = { id: 'acme-app', secret: SECRET };
const SCOPE = 'orders:read';

/** @param getRun a run whose app has an API `Orders` with `GET /orders` */
export function testOnboarding(getRun: () => TestRun): void {
  test('a tenant is onboarded by one folder and one command, leaves whole, and comes back', {
    skip: skipWithout(OPENLDAP.missing),
  }, async (context) => {
    const run = getRun();
    const directory = await OPENLDAP.start();
    context.after(() => directory.stop());
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-acme-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const gatehouse = openCommands(run, {
      LDAP_URL: directory.ldapsUrl,
      LDAP_CA_PEM: directory.caPem,
      APP_SECRET_SHA256: createHash('sha256').update(SECRET).digest('hex'),
    });
    const login = async ({ name, password }: Person, scope = SCOPE) =>
      askForToken(run.url, passwordGrant(`${name}@acme`, password, scope), CLIENT);
    const order = async (token: string) => (await callApi(run.url, '/orders', token)).status;
    const isActive = async (token: string) => {
      const authorization = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
      const body = new URLSearchParams({ token });
      const answer = await fetch(`${run.url}/oauth2/introspect`, { method: 'POST', headers: { authorization }, body });
      return answer.status === 200 ? ((await answer.json()) as { active: boolean }).active : answer.status;
    };

    await context.test('one folder, one command: a user of the directory calls the API', async () => {
      const put = await gatehouse(['secret', 'put', 'acme', 'ldap'], JSON.stringify(directory.service));
      assert.equal(put.code, 0, put.text);
      writeFileSync(join(folder, 'acme.yaml'), adminPageFolder());
      const applied = await gatehouse(['apply', folder]);
      assert.deepEqual([applied.code, applied.err], [0, '7 created, 0 changed, 0 deleted, 0 unchanged\n'], applied.text);
      const token = await login(JOE);
      assert.deepEqual([token.status, token.body.scope], [200, SCOPE], JSON.stringify(token.body));
      assert.equal(await order(token.body.access_token), 200);
      const other = await login(ANN);
      assert.equal(other.status, 200);
      assert.equal(await order(other.body.access_token), 403, 'who is in no group has no role');
      const checked = await gatehouse('check');
      assert.deepEqual([checked.code, checked.out.includes('acme')], [0, false], checked.text);
    });

    const kept = await login(JOE);
    const [out, secretsFile] = [join(folder, 'out'), join(folder, 'secrets.json')];
    await context.test('it goes out whole, to a folder in which plan finds nothing to change', async () => {
      const exported = await gatehouse(['export', 'acme', '--out', out, '--format', 'yaml', '--with-secrets', secretsFile]);
      assert.equal(exported.code, 0, exported.text);
      assert.deepEqual(
        readdirSync(out),
        ['apis', 'clients', 'roles', 'scopes', 'tenant', 'userstores'].map((name) => `${name}.yaml`),
      );
      const planned = await gatehouse(['plan', out, '--prune']);
      assert.deepEqual([planned.code, planned.out], [0, ''], planned.text);
    });

    await context.test('it is deleted with all that is its, and nothing of it lives', async () => {
      const { code, out: said } = await gatehouse('tenant delete acme --all --purge-secrets');
      assert.equal(code, 0);
      assert.match(said, /^deleted: acme, with 6 entries, 1 client, 0 users, 3 grants, 0 sign-in sessions, 0 consents, 1 secret$/m);
      await eventually(20, async () => assert.equal(await order(kept.body.access_token), 401));
      await eventually(20, async () => assert.equal(await isActive(kept.body.access_token), 401, 'its client is unknown'));
      assert.equal((await login(JOE)).status, 401);
      assert.equal((await gatehouse('list acme')).out, '');
    });

    await context.test('it comes back by the folder, its client with the same secret, and what was dead stays dead', async () => {
      const applied = await gatehouse(['apply', out, '--secrets', secretsFile]);
      assert.equal(applied.code, 0, applied.text);
      assert.match(applied.out, /^created: the secret Gatehouse\/tenants\/acme\/ldap$/m);
      const token = await eventually(20, async () => {
        const answer = await login(JOE);
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        return answer;
      });
      await eventually(20, async () => assert.equal(await order(token.body.access_token), 200));
      assert.equal(await isActive(kept.body.access_token), false);
      assert.equal(await order(kept.body.access_token), 401);
    });
  });
}
