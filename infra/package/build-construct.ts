// The construct as one file of CommonJS, which every Node from 20 on and every test runner loads, and a face of it for `import`.
// A second copy for ES modules would be a second `Gatehouse` class in apps that mix both.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { modulesOf } from './licences.ts';

/** Peers: the app's own copies are used. */
const EXTERNAL = ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'];

/** @returns the modules that are in it, from the root of the project */
export async function buildConstruct(root: string, folder: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'infra/index.ts', app: 'infra/app.ts', 'demo-app': 'infra/demo-app.ts' },
    outdir: folder,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: EXTERNAL,
    conditions: ['gatehouse-package', 'module'],
    define: { 'import.meta.dirname': '__dirname' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  const names = Object.keys(createRequire(import.meta.url)(join(folder, 'index.js')));
  const face = `import gatehouse from './index.js';\n${names.map((name) => `export const ${name} = gatehouse.${name};\n`).join('')}`;
  writeFileSync(join(folder, 'index.mjs'), face);
  return modulesOf(metafile);
}
