// `import` from end to end: what was exported elsewhere is written, and then its applications and users get tokens here with
// the keys, secrets and passwords that they had.

import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createStores } from '../../../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../../../functions/token/handler.ts';
import { createUserstores } from '../../../../functions/userstores/index.ts';
import { readFolder } from '../../../../infra/admin/folders/read-folder.ts';
import { openMemoryStores } from '../../../support/memory-stores.ts';
import { TABLE_VARIABLES } from '../../../support/tables.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../../../support/tables-and-folder.ts';
import { answerOf } from '../../../support/token-api.ts';
import { basic, tokenEvent } from '../../../support/token-events.ts';
import { FOREIGN } from '../support/foreign-files.ts';
import { createRun } from '../support/run-gatehouse.ts';

const clock = () => 1_900_000_000_000;
const run = createRun({ clock });
let opened: TablesAndFolder;
let folder: string;

before(async () => {
  opened = await openTablesAndFolder();
  ({ folder } = opened);
  await run('tenant put my_company -', '{}');
});
after(() => opened?.close());

/** The token function on what was written. */
function openTokenFunction() {
  const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log: () => {} });
  const { signingKeys } = openMemoryStores({ clock });
  const sendOutbound = () => Promise.reject(new Error('no network in this test'));
  const userstores = createUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: 'x/', clock, log: () => {}, failureQuantumMs: 0 });
  const handler = createTokenHandler({
    ...stores,
    signingKeys,
    userstores,
    sendOutbound,
    issuer: 'https://i.example',
    clock,
    log: () => {},
  });
  return async (form: Readonly<Record<string, string>>, key: string, secret: string) =>
    answerOf(await handler(tokenEvent({ path: '/oauth2/token', form, headers: basic(key, secret) })), undefined);
}

test('a dry run writes nothing, and says what would be', async () => {
  const { code, out, err } = await run(['import', 'wso2', `${FOREIGN}wso2`, '--tenant', 'my_company']);
  assert.equal(code, 0);
  assert.match(out, /^kept {5}application PizzaApp, key FxJodiaOM5DrW9X1bP4zsA86M2Aa: PRODUCTION/m);
  assert.match(err, /^\d+ kept, \d+ changed, \d+ lost; \d+ entries\. Nothing was written: --out FOLDER/);
  assert.equal((await run('client get FxJodiaOM5DrW9X1bP4zsA86M2Aa')).code, 1);
  const json = JSON.parse((await run(['import', 'wso2', `${FOREIGN}wso2`, '--tenant', 'my_company', '--json'])).out);
  assert.deepEqual(Object.keys(json), ['fates', 'entries']);
});

test('applications and users of WSO2 get tokens with the keys, secrets and passwords that they had', async () => {
  const { code, text } = await run(['import', 'wso2', `${FOREIGN}wso2`, '--tenant', 'my_company', '--apply']);
  assert.equal(code, 0, text);
  assert.match(text, /^created: Clients, FxJodiaOM5DrW9X1bP4zsA86M2Aa$/m);
  assert.match(text, /^left out: apiId is a variable: Tenants, my_company \/ api#PizzaShackAPI$/m);
  const ask = openTokenFunction();
  const [key, secret] = ['FxJodiaOM5DrW9X1bP4zsA86M2Aa', 'dzVBMGMzWq5R7iEqvXpQhpLhecga'];
  const own = await ask({ grant_type: 'client_credentials' }, key, secret);
  assert.deepEqual([own.status, own.json.expires_in], [200, 7200]);
  assert.equal((await ask({ grant_type: 'client_credentials' }, key, `${secret}x`)).status, 401);
  const login = (password: string) =>
    ask({ grant_type: 'password', username: 'pia@my_company', password, scope: 'order:write menu:read' }, key, secret);
  const granted = await login('pia-pass');
  assert.deepEqual([granted.status, granted.json.scope], [200, 'order:write menu:read'], granted.text);
  assert.equal((await login('wrong')).status, 400);
});

test('a second import creates nothing again, and changes nothing that was changed meanwhile', async () => {
  await run('tier put my_company Gold -', '{"requests": 7, "seconds": 1}');
  const { code, text } = await run(['import', 'wso2', `${FOREIGN}wso2`, '--tenant', 'my_company', '--apply']);
  assert.equal(code, 0);
  assert.match(text, /^unchanged: Clients, FxJodiaOM5DrW9X1bP4zsA86M2Aa$/m);
  assert.match(text, /^left as it is: it differs: Tenants, my_company \/ tier#Gold$/m);
  assert.match(text, /of which 0 were created$/);
  assert.equal(JSON.parse((await run('tier get my_company Gold')).out).requests, 7);
});

test('users of a directory log in with the passwords that they had', async () => {
  const { code, text } = await run(['import', 'users', `${FOREIGN}users/people.ldif`, '--tenant', 'my_company', '--apply']);
  assert.equal(code, 0, text);
  const ask = openTokenFunction();
  for (const [name, password] of [
    ['anna', 'anna-pass'],
    ['gina', 'gina-pass'],
    ['clear', 'a clear password'],
  ] as const) {
    const form = { grant_type: 'password', username: `${name}@my_company`, password };
    assert.equal((await ask(form, 'FxJodiaOM5DrW9X1bP4zsA86M2Aa', 'dzVBMGMzWq5R7iEqvXpQhpLhecga')).status, 200, name);
  }
  assert.ok(!text.includes('clear password'));
});

test('a client of Keycloak gets a token with the secret that it had', async () => {
  const { code } = await run(['import', 'keycloak', `${FOREIGN}keycloak/realm.json`, '--tenant', 'my_company', '--apply']);
  assert.equal(code, 0);
  assert.equal((await openTokenFunction()({ grant_type: 'client_credentials' }, 'web-shop', 'kc-web-shop-secret')).status, 200);
});

test('a folder that was written is one that plan and apply read, and nobody else; what looks like a variable is none', async () => {
  const out = join(folder, 'out');
  const source = join(folder, 'app.json');
  const application = JSON.parse(readFileSync(`${FOREIGN}wso2/PizzaApp.json`, 'utf8'));
  writeFileSync(source, JSON.stringify({ ...application, name: `\${env.HOME} $\${x}` }));
  const { code, text } = await run(['import', 'wso2', source, '--tenant', 'my_company', '--out', out]);
  assert.equal(code, 0, text);
  assert.equal(statSync(join(out, 'clients.json')).mode & 0o077, 0);
  const openVariables = async () => () => ({ text: 'a variable was read' });
  const { items, faults } = await readFolder(out, { openVariables });
  assert.deepEqual(faults, []);
  const client = items.find(({ label }) => label === 'FxJodiaOM5DrW9X1bP4zsA86M2Aa');
  assert.equal(client?.item.name, `\${env.HOME} $\${x}`);
  assert.match((await run(['import', 'wso2', source, '--tenant', 'my_company', '--out', out])).text, /is not empty/);
  const whole = join(folder, 'whole');
  await run(['import', 'wso2', `${FOREIGN}wso2`, '--tenant', 'my_company', '--out', whole]);
  const read = await readFolder(whole, { openVariables: async () => (name) => ({ text: name.startsWith('apiId.') ? 'abc123' : 'wrong' }) });
  assert.deepEqual(read.faults, []);
  assert.deepEqual(new Set(read.items.filter(({ kind }) => kind === 'api').map(({ item }) => item.apiId)), new Set(['abc123']));
});

test('many users are divided into files that a folder may have', async () => {
  const source = join(folder, 'many.csv');
  const rows = Array.from({ length: 2001 }, (_, at) => `u${at},{SSHA}UDHo4cUw0vARhO2M3xBwPEQQR7s9TYVb`);
  writeFileSync(source, ['username,passwordHash', ...rows].join('\n'));
  const many = join(folder, 'many');
  const { out } = await run(['import', 'users', source, '--tenant', 'my_company', '--out', many]);
  assert.match(out, /^written: users\.json\nwritten: users-2\.json$/m);
  assert.equal((await readFolder(many, { openVariables: async () => () => ({ text: '' }) })).items.length, 2001);
});

test('what can not be read is refused with a word on why, and nothing is written', async () => {
  for (const [words, says] of [
    [['import', 'wso2', `${FOREIGN}nowhere`], /there is no such file or folder/],
    [['import', 'wso2', `${FOREIGN}users/people.ldif`], /found no application/],
    [['import', 'users', `${FOREIGN}keycloak/realm.json`], /is it --format ldif or csv/],
    [['import', 'users', `${FOREIGN}users/people.csv`, '--format', 'ldif'], /line 1: expected NAME: VALUE/],
    [['import', 'keycloak', `${FOREIGN}users/people.csv`], /expected a \.json file/],
  ] as const) {
    const { code, err, out } = await run([...words, '--tenant', 'my_company']);
    assert.deepEqual([code, out], [1, ''], words.join(' '));
    assert.match(err, says);
  }
  assert.equal((await run(['import', 'users', `${FOREIGN}users/people.ldif`])).code, 2, '--tenant is missing');
  assert.equal((await run(['import', 'users', `${FOREIGN}users/people.ldif`, '--tenant', 'T'])).code, 1, 'no name of a tenant');
  assert.equal((await run(['import', 'users', 'x', '--tenant', 't', '--out', 'y', '--apply'])).code, 2);
});
