// Bundles a function that is made of others as those who deploy one would: esbuild, minified, as an ES module, with all
// packages inside and ES modules preferred, of which less is loaded.

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { installPeers, PEER_MODULES } from './install-peers.ts';

const HANDLERS = fileURLToPath(new URL('handlers', import.meta.url));
/** What CommonJS inside of an ES module needs, as the page of esbuild's `platform` tells it. */
const REQUIRE = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);';

export interface PeerBundle {
  readonly path: string;
  /** All of it is loaded at the start. */
  readonly eagerBytes: number;
}

/** @param name of the file in `handlers/` */
export function bundlePeer(name: string): PeerBundle {
  installPeers();
  const { outputFiles } = buildSync({
    entryPoints: [join(HANDLERS, `${name}.mjs`)],
    ...{ bundle: true, minify: true, platform: 'node', target: 'node24', format: 'esm', mainFields: ['module', 'main'] },
    // oidc-provider names what it stores after its classes.
    keepNames: name.startsWith('oidc-provider'),
    ...{ nodePaths: [PEER_MODULES], banner: { js: REQUIRE }, legalComments: 'none', logLevel: 'error', write: false },
  });
  const directory = join(PEER_MODULES, '..', 'bundles');
  const path = join(directory, `${name}.mjs`);
  mkdirSync(directory, { recursive: true });
  for (const { contents } of outputFiles) writeFileSync(path, contents);
  return { path, eagerBytes: statSync(path).size };
}
