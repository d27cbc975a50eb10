// An app as the CDK's own command line makes it, in an empty folder, on the machine's own Node, with packages from the registry.

import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { portsInARow } from './free-ports.ts';

const LIMIT_MS = 240_000;

/** As this repository has it. */
export const NEWEST_CDK = '2.1148.1';

/** Nothing of npm's own run, which would say that Node is another one. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|INIT_CWD$|GATEHOUSE_)/.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(own), PATH: path.join(delimiter), CI: '1' };
}

/** What is missing; undefined: the registry answers. */
export function missingRegistry(): string | undefined {
  const { status } = spawnSync('npm', ['view', 'constructs', 'version', '--prefer-online', '--fetch-retries=0', '--fetch-timeout=15000']);
  return status === 0 ? undefined : 'the npm registry does not answer';
}

export interface StrangerKind {
  /** Of the package `aws-cdk`, which makes the app. */
  readonly cdk: string;
  readonly language: 'typescript' | 'javascript';
  /** Another version than the app's own choice. */
  readonly library?: string;
}

export interface StrangerApp {
  readonly folder: string;
  /** Runs a program in it. @returns what it wrote @throws Error with what it wrote */
  run(program: string, ...args: string[]): Promise<string>;
  write(file: string, text: string): void;
  close(): void;
}

/** Makes the app and installs what it needs with the tarball. */
export async function openStrangerApp({ cdk, language, library }: StrangerKind, tarball: string): Promise<StrangerApp> {
  const parent = mkdtempSync(join(tmpdir(), 'gatehouse-stranger-'));
  const folder = join(parent, 'my-app');
  mkdirSync(folder);
  const env = strangersEnvironment();
  const run = async (program: string, ...args: string[]): Promise<string> => {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: folder, env, timeout: LIMIT_MS, maxBuffer: 2 ** 24 });
      return `${stdout}${stderr}`;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}${String(error)}`);
    }
  };
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  await run('npx', '--yes', `aws-cdk@${cdk}`, 'init', 'app', '--language', language, '--generate-only');
  if (library !== undefined) {
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const dependencies = { ...about.dependencies, 'aws-cdk-lib': library };
    // Its command line must know what a newer library writes.
    const devDependencies = { ...about.devDependencies, 'aws-cdk': NEWEST_CDK };
    write('package.json', JSON.stringify({ ...about, dependencies, devDependencies }));
  }
  await run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball);
  return { folder, run, write, close: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Runs `npx gatehouse start` there, hands its address over, and ends it with a signal. @returns what it wrote */
export async function runLocally({ folder }: StrangerApp, use: (url: string) => Promise<void>): Promise<string> {
  const port = await portsInARow();
  const args = ['gatehouse', 'start', '--no-demo', '--port', String(port)];
  const child = spawn('npx', args, { cwd: folder, env: strangersEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually(LIMIT_MS / 1000, async () => {
      if (!/^Gatehouse is ready/m.test(output)) throw new Error(output);
    });
    await use(url);
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    child.stdout.destroy();
    child.stderr.destroy();
  }
  // Nothing listens any more: the launcher and the process behind it are gone.
  await eventually(60, async () => {
    const answered = await fetch(url).catch(() => undefined);
    if (answered !== undefined) throw new Error(`${url} still answers`);
  });
  return output;
}
