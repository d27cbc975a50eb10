// The commands in the pages, run as they stand on the system that `npm start` runs. A block that is marked otherwise
// than `sh` can't be run so, and says why.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { portsInARow } from '../support/free-ports.ts';
import { type Started, start, stop } from '../support/npm-start.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';
import { skipWithout } from '../support/required-part.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Marks of blocks that are not run here, and what else shows that they work. */
const MARKS = new Map([
  ['aws', 'needs an account; test/infra/cdk.test.ts synthesises what it deploys'],
  ['setup', 'this very run is its result'],
  ['agent', 'needs an agent that is signed in; test/flows/mcp-agent.ts has one, and runs them'],
  ['bench', 'measures for minutes, on a machine that does nothing else'],
  ['assertion', 'needs an identity provider; test/flows/assertions.ts has one'],
]);

interface Block {
  readonly page: string;
  readonly mark: string;
  readonly code: string;
}

const blocks: readonly Block[] = repositoryFiles('.md').flatMap((page) =>
  [...readText(page).matchAll(/^( *)```sh(?: (.*))?\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', mark = '', code = '']) => ({
    page,
    mark,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  })),
);

/**
 * What stands before the commands of a page: `npm run gatehouse` as package.json has it, on the port of this run, and a
 * curl that fails with the answer's status and keeps the tokens that it is given, as a reader does by hand.
 */
const PRELUDE = `
set -eo pipefail
npm() {
  test "$1 $2 $3" = 'run gatehouse --'
  case " $* " in *' --local '*) ;; *) echo "without --local: $*" >&2; return 1 ;; esac
  shift 3
  node infra/admin/gatehouse.ts "$@" --port "$PORT"
}
curl() {
  local answer
  answer=$(command curl -sS --fail-with-body "$@") || { printf '%s\\n' "$answer" >&2; return 1; }
  printf '%s\\n' "$answer"
  case $answer in *'"access_token"'*)
    TOKEN=$(node -p 'JSON.parse(process.argv[1]).access_token' "$answer")
    REFRESH_TOKEN=$(node -p 'JSON.parse(process.argv[1]).refresh_token ?? ""' "$answer") ;;
  esac
}
`;

let local: Started;
let port: number;
before(async () => {
  port = await portsInARow();
  local = start(['--port', String(port)]);
  await local.ready;
});
after(() => stop(local, 'SIGTERM'));

/** The page's addresses are those of `npm start` without options. */
function onThisRun(code: string): string {
  return code.replaceAll(/http:\/\/127\.0\.0\.1:300([012])/g, (_, offset: string) => `http://127.0.0.1:${port + Number(offset)}`);
}

async function bash(script: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, PORT: String(port), PASSWORD: 'a long password of hers', ...COMPILE_CACHE };
  const child = spawn('bash', ['-c', `${PRELUDE}${onThisRun(script)}`], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return await new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

test('each block of commands is run, or is marked with a reason that is known', () => {
  assert.ok(blocks.length > 10);
  assert.deepEqual(
    blocks.filter(({ mark }) => mark !== '' && !MARKS.has(mark)),
    [],
  );
});

const isInstalled = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const runnable = Map.groupBy(
  blocks.filter(({ mark }) => mark === ''),
  ({ page }) => page,
);

for (const [page, ofPage] of runnable) {
  const script = ofPage.map(({ code }) => code).join('\n');
  const missing = ['curl', 'aws'].find((program) => new RegExp(`^\\s*${program} `, 'm').test(script) && !isInstalled(program));
  test(`the commands of ${page} work`, { skip: skipWithout(missing !== undefined && `${missing} is not installed`) }, async () => {
    const { code, output } = await bash(script);
    assert.equal(code, 0, output);
  });
}
