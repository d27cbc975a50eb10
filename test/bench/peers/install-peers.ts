// Others that do a part of the same, installed apart from the project: they are measured beside it, and nothing depends on them.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIRECTORY = fileURLToPath(new URL('../../../node_modules/.cache/bench-peers', import.meta.url));

/** Where what is bundled finds them. */
export const PEER_MODULES = join(DIRECTORY, 'node_modules');

/** What is installed, by exact version. */
export const PEERS = {
  '@node-oauth/oauth2-server': '5.3.0',
  'aws-jwt-verify': '5.2.1',
  'fast-jwt': '6.3.6',
  jsonwebtoken: '9.0.3',
  'jwks-rsa': '4.1.0',
  'oidc-provider': '9.13.3',
  'serverless-http': '4.0.0',
} as const;

export type Peer = keyof typeof PEERS;

/** Installs them once. @returns loads one: `require`, or `import` for what is an ES module alone */
export function installPeers(): <T>(name: Peer) => Promise<T> {
  mkdirSync(DIRECTORY, { recursive: true });
  const manifest = join(DIRECTORY, 'package.json');
  const isThere = Object.keys(PEERS).every((name) => existsSync(join(PEER_MODULES, name)));
  if (!isThere) {
    writeFileSync(manifest, JSON.stringify({ private: true, dependencies: PEERS }));
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: DIRECTORY, stdio: 'inherit' });
  }
  const { resolve } = createRequire(manifest);
  return async <T>(name: Peer) => (await import(resolve(name))) as T;
}
