// Apache with mod_auth_openidc (Debian's libapache2-mod-auth-openidc) as somebody else's resource server: it verifies JWTs
// on its own, and names the caller it found in a header of its answer.

import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/** Why it can't run here. */
export const missingApache: string | false =
  existsSync(APACHE) && existsSync(`${MODULES}/mod_auth_openidc.so`) ? false : 'libapache2-mod-auth-openidc is not installed';

export interface ResourceServer {
  get(path: string, headers: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly user: string | null }>;
  stop(): Promise<void>;
}

/** `/bearer` wants an access token of scope `order:write`, `/assertion` an end-user JWT of a person; both as bearer tokens. */
export async function startResourceServer(keys: readonly JsonWebKey[]): Promise<ResourceServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-apache-'));
  const port = await freePort();
  await mkdir(join(folder, 'www'));
  for (const path of ['bearer', 'assertion']) await writeFile(join(folder, 'www', path), 'ok');
  const files = await Promise.all(
    keys.map(async (key) => {
      const file = join(folder, `${String(key.kid)}.pem`);
      await writeFile(file, createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
      return `${String(key.kid)}#${file}`;
    }),
  );
  const configuration = join(folder, 'httpd.conf');
  await writeFile(configuration, configurationOf(folder, port, files));
  const apache = spawn(APACHE, ['-X', '-f', configuration], { stdio: 'ignore' });
  await untilItAnswers(port, apache);
  return {
    async get(path, headers) {
      const { status, headers: answered } = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      return { status, user: answered.get('x-found-user') };
    },
    async stop() {
      const ended = new Promise((resolve) => apache.once('exit', resolve));
      apache.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configurationOf(folder: string, port: number, keyFiles: readonly string[]): string {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'auth_openidc'];
  return [
    `ServerRoot ${folder}`,
    `PidFile ${folder}/httpd.pid`,
    `DefaultRuntimeDir ${folder}`,
    `Mutex posixsem`,
    `ErrorLog ${folder}/error.log`,
    ...modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    `DocumentRoot ${folder}/www`,
    `OIDCOAuthVerifyCertFiles ${keyFiles.join(' ')}`,
    'OIDCCryptoPassphrase not-used',
    'OIDCOAuthRemoteUserClaim sub',
    'Header set X-Found-User "expr=%{REMOTE_USER}"',
    '<Location /bearer>',
    'AuthType oauth20',
    'Require claim "scope~(^| )order:write( |$)"',
    '</Location>',
    '<Location /assertion>',
    'AuthType oauth20',
    'Require claim http://wso2.org/claims/usertype:APPLICATION_USER',
    '</Location>',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
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
