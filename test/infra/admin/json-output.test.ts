// `--json`: of every verb one JSON document on standard output, and nothing else; and the same as a person reads it.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Operator } from '../../../infra/admin/commands/command.ts';
import { COMMANDS } from '../../../infra/admin/commands/index.ts';
import { putEntry } from '../../support/put-entry.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../../support/tables-and-folder.ts';
import { createRun } from './support/run-gatehouse.ts';

let opened: TablesAndFolder;
let dynamoDb: TablesAndFolder['dynamoDb'];
let folder: string;
before(async () => {
  opened = await openTablesAndFolder();
  ({ dynamoDb, folder } = opened);
  mkdirSync(join(folder, 'entries'));
  writeFileSync(
    join(folder, 'entries/entries.json'),
    JSON.stringify([
      { tenant: 't', entry: 'tenant' },
      { tenant: 't', entry: 'scope#a' },
    ]),
  );
  writeFileSync(join(folder, 'users.csv'), 'username,password\nberta,a long password\n');
});
after(() => opened?.close());

const key = { kid: 'k1', alg: 'RS256', purpose: 'access-token', state: 'announced', signFromSeconds: 1 } as const;
const askSigningKeys: Operator['askSigningKeys'] = async () => ({ keys: [key], created: ['k1'], removed: [] });
const run = createRun({
  wait: async () => {},
  adapt: (operator) => ({
    ...operator,
    askSigningKeys,
    writeSecret: async () => 'created',
    findSecret: async () => true,
    tenantSecrets: { ...operator.tenantSecrets, list: async () => [], delete: async () => true },
  }),
});

/** In this order; what a line needs, those before it have made. FOLDER is that of the test. */
const LINES: readonly (readonly [line: string, input?: string])[] = [
  ['plan FOLDER/entries'],
  ['apply FOLDER/entries'],
  ['tenant list'],
  ['role put t customer -', '{"permissions":["/order"]}'],
  ['role get t customer'],
  ['list t'],
  ['check'],
  ['client create --tenant t --id app'],
  ['client list t'],
  ['client add-secret app'],
  ['user create t anna'],
  ['user set-password t anna --password-stdin', 'a long password'],
  ['userstore test t anna --from-here', 'a long password'],
  ['userstore doctor t PRIMARY --from-here'],
  ['user disable t anna'],
  ['user enable t anna'],
  ['secret put t ldap', '{"bindDn":"a","bindPassword":"b"}'],
  ['unlock anna@t'],
  ['sessions anna@t'],
  ['revoke user anna@t'],
  ['revoke client app'],
  ['revoke tenant t'],
  ['keys list'],
  ['keys rotate'],
  ['keys retire k1'],
  ['explain --client app --resource', ''],
  ['import users FOLDER/users.csv --tenant t'],
  ['export t'],
  ['tenant suspend t'],
  ['tenant activate t'],
  ['role delete t customer'],
  ['tenant delete t --all'],
  ['completion bash'],
];

/** They refuse here, for want of what they are about, and say so. */
const REFUSED: ReadonlySet<string> = new Set(['explain', 'userstore doctor']);

test('every verb answers one JSON document with --json, and lines without it', async () => {
  const seen = new Set<string>();
  for (const [line, input = ''] of LINES) {
    const words = [...line.split(' ').map((word) => word.replace('FOLDER', folder)), ...(line.endsWith('--resource') ? ['GET /menu'] : [])];
    const { code, out, err } = await run([...words, '--json'], input);
    const { words: verb } = COMMANDS.filter((command) => line.startsWith(command.words)).sort(
      (a, b) => b.words.length - a.words.length,
    )[0] ?? { words: '' };
    seen.add(verb);
    if (out === '') assert.ok(REFUSED.has(verb), `${line}\n${err}`);
    else assert.doesNotThrow(() => JSON.parse(out), `${line}\n${out}\n${err}`);
    assert.ok(code !== 3, `${line}\n${err}`);
  }
  const others = COMMANDS.map(({ words }) => words).filter((words) => !seen.has(words) && !/ (put|get|delete)$/.test(words));
  assert.deepEqual(others.sort(), ['import keycloak', 'import wso2', 'revoke token']);
});

test('what a terminal would obey is written as text, and is the same in JSON', async () => {
  const hostile = 'ACME\u001b[2J\u009b31m\u202egnp.exe\u0007';
  // As somebody writes it past the command line, which refuses it.
  await putEntry(dynamoDb, 'Tenants', { tenant: 'evil', entry: 'tenant', displayName: hostile });
  for (const line of ['tenant list', 'tenant get evil', 'tenant list --json', 'tenant put evil -']) {
    const { text } = await run(line, '{"displayName":"Evil"}');
    assert.match(text, /ACME\\+u001b\[2J/, line);
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u, line);
  }
  await putEntry(dynamoDb, 'Tenants', { tenant: 'evil', entry: 'tenant', displayName: hostile });
  assert.equal(JSON.parse((await run('tenant get evil --json')).out).displayName, hostile);
  const asked = await run(['role', 'delete', 'evil', 'x\u001b[2J'], { answers: [] });
  assert.match(asked.err, /x\\u001b\[2J: is not there/);
});
