// `npm start` as a person runs it: options, what it prints, what stays with --data, signals, a port that is taken.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { askForToken, callApi, passwordGrant } from '../support/local-run.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ready: Promise<string>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, ['infra/local/start.ts', ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  let output = '';
  const ready = Promise.withResolvers<string>();
  const take = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    const line = /^Gatehouse is ready.*$/m.exec(output)?.[0];
    if (line !== undefined) ready.resolve(line);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('exit', () => ready.reject(new Error(output)));
  // Nobody waits for it where the start is meant to fail.
  ready.promise.catch(() => {});
  return { child, output: () => output, ready: ready.promise };
}

async function stop({ child }: Started, signal: 'SIGTERM' | 'SIGINT'): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

/** The first of three ports in a row that nobody has now. */
async function threeFreePorts(): Promise<number> {
  for (;;) {
    const servers = [createServer()];
    await new Promise<void>((resolve) => servers[0]?.listen(0, '127.0.0.1', resolve));
    const address = servers[0]?.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const others = [1, 2].map((offset) => {
      const server = createServer();
      servers.push(server);
      return new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(port + offset, '127.0.0.1', () => resolve(true));
      });
    });
    const free = (await Promise.all(others)).every(Boolean) && port < 65_000;
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (free) return port;
  }
}

test('npm start prints six steps and the ready line, keeps its data with --data, and stops cleanly on a signal', async (context) => {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-data-'));
  context.after(() => rmSync(data, { recursive: true, force: true }));
  const port = await threeFreePorts();
  const url = `http://127.0.0.1:${port}`;

  // The directory need not be there.
  const first = start(['--port', String(port), '--data', join(data, 'deep', 'er')]);
  context.after(() => first.child.kill('SIGKILL'));
  assert.match(await first.ready, new RegExp(`^Gatehouse is ready on ${url}`));
  const steps = first.output().match(/^[1-6]\. .*\n {3}curl -s .*\n {3}→ \d{3} .*$/gm) ?? [];
  assert.equal(steps.length, 6, first.output());
  assert.doesNotMatch(first.output(), /was expected/);
  for (const other of [port + 1, port + 2]) assert.ok((await fetch(`http://127.0.0.1:${other}`)).status < 600);
  const form = passwordGrant(`${DEMO.externalUser.username}@${DEMO.tenant}`, DEMO.externalUser.password);
  const { body } = await askForToken(url, form, DEMO.jwtClient);

  const second = start(['--port', String(port)]);
  await assert.rejects(second.ready, new RegExp(`Port ${port} is taken`));
  assert.equal(await stop(first, 'SIGTERM'), 0);
  assert.match(first.output(), /shutting down/);

  for (const kept of ['dynamodb', 'secrets.json'])
    assert.equal(statSync(join(data, 'deep', 'er', kept)).mode & 0o077, 0, `${kept} is private`);

  // The port comes from the environment, and tokens and keys from the directory.
  const third = start(['--data', join(data, 'deep', 'er')], { PORT: String(port) });
  context.after(() => third.child.kill('SIGKILL'));
  await third.ready;
  assert.doesNotMatch(third.output(), /was expected/);
  const whoami = await callApi(url, `${DEMO.context}/whoami`, body.access_token);
  assert.equal(whoami.status, 200, JSON.stringify(whoami.body));
  assert.equal(await stop(third, 'SIGINT'), 0);
});

test('an option that makes no sense is one line, not a stack', async () => {
  const wrong = start(['--port', 'http']);
  await assert.rejects(wrong.ready, /^Error: --port must be a number up to 65532, not http\.\n$/);
});
