// Completion as a person sees it: a real shell at a terminal, the tab key, and names out of real tables.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { missingForTerminal, openTerminalWith } from '../../support/pseudo-terminal.ts';
import { putEntry } from '../../support/put-entry.ts';
import { skipWithout } from '../../support/required-part.ts';

let dynamoDb: TestDynamoDb;
let folder: string;
before(async () => {
  dynamoDb = await startDynamoDb();
  await putEntry(dynamoDb, 'Tenants', { tenant: 'globex', entry: 'tenant' });
  await putEntry(dynamoDb, 'Tenants', { tenant: 'globex', entry: 'scope#order:write' });
  await putEntry(dynamoDb, 'Clients', { clientId: 'mobile-app', tenant: 'globex' });
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-shell-'));
  const program = join(folder, 'gatehouse');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('infra/admin/gatehouse.ts')}' "$@"\n`);
  chmodSync(program, 0o755);
});
after(async () => {
  await dynamoDb?.close();
  rmSync(folder, { recursive: true, force: true });
});

const SHELLS = [
  { shell: 'bash', start: 'bash --norc --noprofile -i', setUp: 'eval "$(gatehouse completion bash)"' },
  { shell: 'zsh', start: 'zsh -f -i', setUp: 'autoload -Uz compinit; compinit -D -u; eval "$(gatehouse completion zsh)"' },
] as const;

for (const { shell, start, setUp } of SHELLS)
  test(`${shell} completes commands, options and names`, {
    skip: skipWithout(missingForTerminal(shell)),
  }, async (context) => {
    const port = Number(new URL(dynamoDb.endpoint).port) - 1;
    const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'dumb', PS1: '> ', COLUMNS: '300', ...COMPILE_CACHE };
    const { type, close } = openTerminalWith(start, env);
    context.after(close);
    await type(`${setUp}; echo is-$((40+2))\n`, /is-42\n/);
    const local = `--local --port ${port}`;
    for (const [typed, completed] of [
      ['gatehouse user set-p', 'gatehouse user set-password'],
      ['gatehouse client create --ten', 'gatehouse client create --tenant'],
      [`gatehouse tenant get ${local} glo`, `gatehouse tenant get ${local} globex`],
      [`gatehouse scope get globex ${local} order:w`, `gatehouse scope get globex ${local} order:write`],
      [`gatehouse revoke client ${local} mob`, `gatehouse revoke client ${local} mobile-app`],
    ] as const) {
      // Shown by echo, so that it is the line that the shell has, whatever it draws.
      await type(`${typed}\t\u0001echo "<\u0005>"; echo\n`, new RegExp(`\n<${completed} *>`));
    }
  });
