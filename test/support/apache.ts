// Apache with mod_auth_openidc (Debian's libapache2-mod-auth-openidc) on a port of its own, for a configuration of the test's.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { portsInARow } from './free-ports.ts';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/** Why it can't run here. */
export const missingApache: string | false =
  existsSync(APACHE) && existsSync(`${MODULES}/mod_auth_openidc.so`) ? false : 'libapache2-mod-auth-openidc is not installed';

export interface Apache {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param directivesOf lines of the configuration; `folder` is empty but for `www`, and goes with the server */
export async function startApache(
  modules: readonly string[],
  pages: readonly string[],
  directivesOf: (folder: string, port: number) => Promise<readonly string[]> | readonly string[],
): Promise<Apache> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-apache-'));
  const port = await portsInARow(1);
  await mkdir(join(folder, 'www'));
  for (const page of pages) await writeFile(join(folder, 'www', page), 'ok');
  const lines = [
    `ServerRoot ${folder}`,
    `PidFile ${folder}/httpd.pid`,
    `DefaultRuntimeDir ${folder}`,
    'Mutex posixsem',
    `ErrorLog ${folder}/error.log`,
    ...['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'auth_openidc', ...modules].map(
      (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
    ),
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    `DocumentRoot ${folder}/www`,
    ...(await directivesOf(folder, port)),
    '',
  ];
  const configuration = join(folder, 'httpd.conf');
  await writeFile(configuration, lines.join('\n'));
  const apache = spawn(APACHE, ['-X', '-f', configuration], { stdio: 'ignore' });
  await untilItAnswers(port, apache);
  return {
    port,
    async stop() {
      const ended = new Promise((resolve) => apache.once('exit', resolve));
      apache.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(port: number, apache: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (apache.exitCode !== null) throw new Error(`Apache ended with ${apache.exitCode}.`);
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await delay(100);
  }
  throw new Error('Apache does not answer.');
}
