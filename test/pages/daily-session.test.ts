// The recorded session of the page of the command line, run again; every command is in a session of a page; and the page of
// all commands is as the program has them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../infra/admin/commands/index.ts';
import { VALUE_NAMES } from '../../infra/admin/commands/value-names.ts';
import { commandsPage } from '../../infra/admin/commands-page.ts';
import { openSecretsManager } from '../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { createRun, type Ran } from '../infra/admin/support/run-gatehouse.ts';
import { adminPageSession } from '../support/admin-page.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';
import { openTablesAndFolder } from '../support/tables-and-folder.ts';

const FILES: Readonly<Record<string, object>> = {
  'acme.json': { displayName: 'ACME Ltd.' },
  'clerk.json': { permissions: ['/permission/orders/read'] },
  'manager.json': { permissions: ['/permission/orders/read', '/permission/orders/write'] },
};

/** A line of the page as it may be written: where it has `…`, anything is. */
function patternOf(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function assertWritten({ asked, text }: Ran, command: string, lines: readonly string[]): void {
  const prompts = asked.map((prompt) => (prompt.startsWith('(secret) ') ? prompt.slice('(secret) '.length).trimEnd() : `${prompt}y`));
  const written = [...prompts, ...(text === '' ? [] : text.split('\n'))];
  assert.equal(written.length, lines.length, `${command}\n${written.join('\n')}`);
  for (const [at, line] of lines.entries()) assert.match(written[at] ?? '', patternOf(line), command);
}

test('the session of a day is as the page shows it', async (context) => {
  const { folder, close } = await openTablesAndFolder();
  const secrets = await openSecretsManager({ port: 0, region: 'us-east-1', accountId: '123456789012', file: undefined, clock: Date.now });
  context.after(async () => {
    await secrets.listener.close();
    await close();
  });
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${secrets.listener.port}`;
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), JSON.stringify(content));
  const run = createRun({ findStackOutputs: async () => ({ TokenUrl: 'https://login.example.org/oauth2/token' }) });
  for (const { command, lines } of adminPageSession('daily')) {
    const words = command.split(' ').map((word) => (Object.hasOwn(FILES, word) ? join(folder, word) : word));
    const answers = lines.flatMap((each) =>
      each.endsWith('? [y/N] y') ? ['y'] : /^\w+:$/.test(each) ? ['correct horse battery staple'] : [],
    );
    assertWritten(await run(words, { answers }), command, lines);
  }
});

test('every command is shown in a session, or in a block of commands that is run', () => {
  const pages = repositoryFiles('.md').filter((page) => page.startsWith('infra/admin/') && !page.endsWith('COMMANDS.md'));
  const text = pages.map(readText).join('\n');
  const isShown = (words: string): boolean => new RegExp(`^(\\$ gatehouse|.*npm run gatehouse --) ${words}( |$)`, 'm').test(text);
  // One kind of entry stands for all of them, and one import for the other; the shell itself shows completion.
  const needed = COMMANDS.filter(
    ({ words }) => !/ (put|get|delete)$/.test(words) || /^(role|tenant delete|user delete|secret)/.test(words),
  );
  assert.ok(needed.length > 30);
  assert.deepEqual(
    needed.map(({ words }) => words).filter((words) => !isShown(words) && !['completion', 'import keycloak'].includes(words)),
    [],
  );
});

test('the page of all commands is as the program has them, and explains every value and option', () => {
  assert.equal(readText('infra/admin/COMMANDS.md'), commandsPage(), 'npm run commands writes it');
  for (const { words, takes, options = {}, does } of COMMANDS) {
    for (const name of takes) assert.ok(VALUE_NAMES[name.replaceAll(/[[\]]/g, '')], `${words} ${name}`);
    for (const [name, { explains }] of Object.entries(options)) assert.ok(explains.length > 10, `${words} --${name}`);
    assert.doesNotMatch(does, /\.$/, words);
  }
});
