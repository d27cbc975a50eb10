// Runs verbs of the command line for the operator's page, and gives back what a terminal would show. The page decides
// nothing itself: it shows the words that do the same at a terminal. For pages of this very address alone.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { type GatewayRequest, type GatewayResponse, headerValue } from '../../emulator/gateway/http-message.ts';
import { isOwnPage } from '../../emulator/local-caller.ts';

const COMMANDS_PATH = '/_gatehouse/commands';

/** What the page may ask for: no verb that reads or writes files of this machine but those of `entry`. */
const VERBS: readonly string[] = [
  ...['tenant list', 'tenant suspend', 'tenant activate', 'export', 'list', 'check', 'plan', 'apply', 'explain', 'sessions', 'unlock'],
  ...['userstore doctor', 'userstore test', 'keys list', 'revoke user', 'revoke client', 'revoke tenant', 'revoke token'],
  ...['client create', 'client delete', 'user create', 'user disable', 'user enable', 'user delete', 'user set-password'],
  ...['userstore delete', 'issuer delete', 'role delete', 'scope delete', 'api delete', 'tier delete', 'handler delete', 'secret put'],
];

const asked = v.strictObject({
  words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(512))), v.minLength(1), v.maxLength(30)),
  /** Standard input: a password, a token. */
  input: v.optional(v.pipe(v.string(), v.maxLength(65_536)), ''),
  /** For `plan` and `apply`, which take a folder: the one entry of it. */
  entry: v.optional(v.record(v.string(), v.unknown())),
});

type Asked = v.InferOutput<typeof asked>;

interface CommandAnswer {
  readonly exitCode: number;
  /** Standard output. */
  readonly result: string;
  /** Standard error. */
  readonly notes: string;
}

const MAX_BODY_BYTES = 256 * 1024;
const MAX_OUTPUT_CHARACTERS = 1_000_000;
const TIMEOUT_MS = 60_000;

/** In the package beside this code; in the repository where it is written. */
const PACKED = new URL('./gatehouse.mjs', import.meta.url);
const COMMAND_LINE = fileURLToPath(existsSync(PACKED) ? PACKED : new URL('../../admin/gatehouse.ts', import.meta.url));

/** Undefined where the request is for something else. @param stackName what the names of tables begin with */
export async function commandsResponse(request: GatewayRequest, stackName: string): Promise<GatewayResponse | undefined> {
  if (request.path !== COMMANDS_PATH || request.method !== 'POST') return undefined;
  const isJson = headerValue(request.headers, 'content-type') === 'application/json';
  // A page of another site can neither send JSON without asking first, nor say that it is ours.
  if (!isJson || !isOwnPage(request)) return answer(403, { message: 'For the pages of this address alone.' });
  const parsed = v.safeParse(asked, parseJson(request.body));
  if (!parsed.success) return answer(400, { message: 'words: expected those of a command.' });
  const { words } = parsed.output;
  const isOption = (word: string): boolean => word.startsWith('-');
  const verb = VERBS.find((known) => known.split(' ').every((word, at) => words[at] === word));
  if (verb === undefined || words.some((word) => isOption(word) && !OPTIONS.test(word)))
    return answer(400, { message: 'This command is for a terminal.' });
  return answer(200, await withFolder(parsed.output, (args) => run(args, parsed.output.input, { stackName, port: request.port })));
}

/** Options that name no file and no other target. */
const OPTIONS =
  /^--(json|yes|strict|prune|user|client|resource|token-stdin|password-stdin|domain|scope|name|grant|redirect-uri|public|role|all|api|stage)(=|$)/;

const answer = (status: number, body: unknown): GatewayResponse => ({
  status,
  headers: [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ],
  body: Buffer.from(JSON.stringify(body)),
});

function parseJson(body: Buffer): unknown {
  if (body.length > MAX_BODY_BYTES) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The words of a command, with a folder of its own where it is about one entry. */
async function withFolder({ words, entry }: Asked, run: (words: readonly string[]) => Promise<CommandAnswer>): Promise<CommandAnswer> {
  const [verb = '', ...rest] = words;
  if (verb !== 'plan' && verb !== 'apply') return run(words);
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-entry-'));
  try {
    writeFileSync(join(folder, 'entry.json'), JSON.stringify(entry ?? {}), { mode: 0o600 });
    return await run([verb, folder, ...rest.filter((word) => word !== '--prune')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface LocalTarget {
  readonly stackName: string;
  readonly port: number;
}

function run(words: readonly string[], input: string, { stackName, port }: LocalTarget): Promise<CommandAnswer> {
  const args = [COMMAND_LINE, ...words, '--local', '--port', String(port), '--stack', stackName];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'pipe', timeout: TIMEOUT_MS });
    const texts = { result: '', notes: '' };
    const keep = (name: keyof typeof texts) => (chunk: Buffer) => {
      if (texts[name].length < MAX_OUTPUT_CHARACTERS) texts[name] += chunk.toString();
    };
    child.stdout.on('data', keep('result'));
    child.stderr.on('data', keep('notes'));
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 3, ...texts }));
    // A command that reads nothing may have ended before.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
