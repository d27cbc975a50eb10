// Completion as a person sees it: a real shell at a terminal, the tab key, and names out of real tables.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { startDynamoDb, type TestDynamoDb } from '../../support/dynamodb.ts';
import { putEntry } from '../../support/put-entry.ts';
import { skipWithout } from '../../support/required-part.ts';

const isInstalled = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

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

/** A shell at a terminal: `type` waits until what it shows since then has matched. */
function openShell(start: string) {
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'dumb', PS1: '> ', COLUMNS: '300' };
  const child = spawn('script', ['-qec', start, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  let onMore = (): void => {};
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
    onMore();
  });
  return {
    async type(keys: string, expected: RegExp): Promise<void> {
      shown = '';
      child.stdin.write(keys);
      const limit = AbortSignal.timeout(60_000);
      while (!expected.test(shown.replaceAll('\r', ''))) {
        await new Promise<void>((resolve, reject) => {
          onMore = resolve;
          limit.addEventListener('abort', () => reject(new Error(`${JSON.stringify(keys)} shows ${JSON.stringify(shown)}`)), {
            once: true,
          });
        });
      }
    },
    close: () => child.kill('SIGKILL'),
  };
}

for (const { shell, start, setUp } of SHELLS)
  test(`${shell} completes commands, options and names`, {
    skip: skipWithout(!(isInstalled(shell) && isInstalled('script')) && `${shell} is not installed`),
  }, async (context) => {
    const port = Number(new URL(dynamoDb.endpoint).port) - 1;
    const { type, close } = openShell(start);
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
