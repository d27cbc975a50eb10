// The command line and the local run as ES modules, in chunks, so that a command loads what it needs. They run on the Node that
// Lambda has; `launch.ts` finds it.

import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { modulesOf } from './licences.ts';

const ENTRY_POINTS = {
  gatehouse: 'infra/admin/gatehouse.ts',
  start: 'infra/local/start.ts',
  // Of each execution environment, in a thread of its own.
  worker: 'infra/emulator/functions/worker.ts',
};

/** Files that are read as they are, beside the chunk that reads them. */
const ASIDE = 'infra/local/console';

/** @returns the modules that are in it, from the root of the project */
export async function buildCommandLine(root: string, folder: string): Promise<readonly string[]> {
  const common = {
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    legalComments: 'none',
    logLevel: 'warning',
  } as const;
  const outdir = join(folder, 'cli');
  mkdirSync(outdir);
  await build({
    ...common,
    entryPoints: { launch: 'infra/package/launch.ts' },
    outdir,
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
  });
  const { metafile } = await build({
    ...common,
    entryPoints: ENTRY_POINTS,
    outdir,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    target: 'node24',
    // Stack traces of an operator's terminal should name functions.
    minifySyntax: true,
    minifyWhitespace: true,
    mainFields: ['module', 'main'],
    conditions: ['gatehouse-package', 'module'],
    external: ['dynalite'],
    banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
  });
  for (const name of readdirSync(join(root, ASIDE)).filter((file) => !file.endsWith('.ts')))
    cpSync(join(root, ASIDE, name), join(outdir, name));
  cpSync(join(root, 'infra/admin/json-schemas'), join(outdir, 'json-schemas'), { recursive: true });
  return modulesOf(metafile);
}
