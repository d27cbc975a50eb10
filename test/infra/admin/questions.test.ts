// Nothing is deleted or ended without a yes, typed or given; secrets are typed unseen.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { COMMANDS } from '../../../infra/admin/commands/index.ts';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { missingForTerminal, openTerminalWith } from '../../support/pseudo-terminal.ts';
import { skipWithout } from '../../support/required-part.ts';
import { useTablesAt } from '../../support/tables.ts';
import { createRun } from './support/run-gatehouse.ts';

let dynamoDb: TestDynamoDb;
before(async () => {
  dynamoDb = await startDynamoDb();
  useTablesAt(dynamoDb.endpoint);
});
after(() => dynamoDb.close());

const run = createRun();
const put = (line: string, attributes: object) => run(`${line} -`, JSON.stringify(attributes));
beforeEach(async () => {
  await put('tenant put t', {});
  await put('role put t customer', { permissions: ['/order'] });
  await put('client put app', { tenant: 't', secrets: [{ sha256: 'a'.repeat(64) }] });
  await put('user put t publisher', {
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  });
});

/** Lines that end something, whatever their options. */
const ENDING: readonly string[] = [
  'client add-secret app --expire-others-in 60',
  'tenant delete t',
  'apply /nonexistent --prune',
  ...COMMANDS.filter(({ effect }) => effect === 'ends').map(({ words, takes }) => [words, ...takes.map(() => 'x')].join(' ')),
];

test('where nobody can be asked, nothing that ends something is begun without --yes', async () => {
  assert.ok(ENDING.length > 15);
  for (const line of ENDING) {
    const refusing = createRun({ adapt: () => assert.fail('nothing is opened') });
    const { code, out, err } = await refusing(line, { isYes: false });
    assert.deepEqual([code, out], [2, ''], line);
    assert.match(err, /^.* ends or deletes something, and there is no terminal to ask at: add --yes\. Nothing was done\.\n$/, line);
  }
});

/** What is asked at a terminal, and how it is seen whether it was done. */
const ASKED: readonly (readonly [line: string, question: string, look: string])[] = [
  ['role delete t customer', 'Delete Tenants, t / role#customer? [y/N] ', 'role get t customer'],
  ['client delete app', 'Delete Clients, app? [y/N] ', 'client get app'],
  ['user delete t publisher', 'Delete Users, t / publisher, and end what the user has open? [y/N] ', 'user get t publisher'],
  ['user disable t publisher', 'Disable publisher@t, and end what the user has open? [y/N] ', 'user get t publisher'],
  ['user set-password t publisher', 'Give publisher@t a new password, and end what the user has open? [y/N] ', 'user get t publisher'],
  ['revoke client app', 'End every token of app that was issued until now? [y/N] ', 'client get app'],
  ['revoke tenant t', 'End every token and sign-in session of t that began until now? [y/N] ', 'tenant get t'],
  ['tenant suspend t', 'Let nobody of t in, and end all its tokens and sign-in sessions? [y/N] ', 'tenant get t'],
];

for (const [line, question, look] of ASKED)
  test(`${line} asks at a terminal, and does nothing unless the answer is yes`, async () => {
    const earlier = (await run(look)).out;
    for (const answer of ['', 'n', 'no', 'yess', 'N']) {
      const { code, out, err, asked } = await run(line, { answers: [answer] });
      assert.deepEqual([code, out, err, asked], [1, '', 'Nothing was done.\n', [question]], answer);
      assert.equal((await run(look)).out, earlier);
    }
    for (const answer of ['y', 'YES ']) {
      await put('role put t customer', { permissions: ['/order'] });
      const { code, asked } = await run(line, { answers: [answer] });
      if (code !== 0) continue;
      assert.deepEqual(asked, [question]);
      assert.notEqual((await run(look)).out, earlier, answer);
    }
    assert.notEqual((await run(look)).out, earlier);
  });

test('what ends nothing asks nothing', async () => {
  for (const line of ['client add-secret app', 'user enable t publisher', 'role get t customer', 'tenant activate t']) {
    const { code, asked } = await run(line, { answers: [] });
    assert.deepEqual([code, asked], [0, []], line);
  }
  assert.equal((await run('tenant activate t --yes')).code, 0, 'a script may always answer');
  assert.equal((await run('role get t customer --yes')).code, 2, 'what only reads has nothing to answer');
});

test('a password is asked for unseen at a terminal, and read from standard input elsewhere', async () => {
  const typed = await run('user create t anna --password-stdin', { answers: ['hunter2'] });
  assert.deepEqual([typed.code, typed.asked], [0, ['(secret) Password: ']]);
  assert.ok(!typed.text.includes('hunter2'));
  const piped = await run('user create t berta --password-stdin', 'hunter2\n');
  assert.deepEqual([piped.code, piped.asked], [0, []]);
});

test('at a real terminal a question is answered, and a password is not shown', {
  skip: skipWithout(missingForTerminal()),
}, async (context) => {
  const port = Number(new URL(dynamoDb.endpoint).port) - 1;
  const command = `'${process.execPath}' infra/admin/gatehouse.ts user set-password t publisher --password-stdin --local --port ${port}; echo rc=$?`;
  const terminal = openTerminalWith(command, { PATH: process.env.PATH ?? '', TERM: 'dumb', ...COMPILE_CACHE });
  context.after(terminal.close);
  await terminal.type('', /end what the user has open\? \[y\/N\] $/);
  await terminal.type('y\r', /Password: $/);
  await terminal.type('correct horse\u007f\u007fse\r', /rc=\d/);
  const shown = terminal.shown();
  assert.match(shown, /changed: Users, t \/ publisher[\s\S]*rc=0/);
  assert.doesNotMatch(shown, /correct|horse/);
  assert.equal(
    (await run('userstore test t publisher --from-here', 'correct horse')).code,
    0,
    'what was typed is the password, as it was mended',
  );
});

test('a question that is interrupted is a no', { skip: skipWithout(missingForTerminal()) }, async (context) => {
  const port = Number(new URL(dynamoDb.endpoint).port) - 1;
  const command = `'${process.execPath}' infra/admin/gatehouse.ts role delete t customer --local --port ${port}; echo rc=$?`;
  for (const key of ['\u0003', '\u0004']) {
    const terminal = openTerminalWith(command, { PATH: process.env.PATH ?? '', TERM: 'dumb', ...COMPILE_CACHE });
    context.after(terminal.close);
    await terminal.type('', /\[y\/N\] $/);
    await terminal.type(key, /rc=1/);
    assert.equal((await run('role get t customer')).code, 0);
  }
});
