// Bundles the functions with esbuild: one directory per function, named by its content, so that asset hashes are
// stable, a second synthesis builds nothing new, and two at once can't see each other's half-written files.

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile, type OutputFile } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'gatehouse-bundles');

/** Entry points by the name of the function, from the root of the project. */
export const BUNDLES = {
  token: 'functions/token/index.ts',
  authorizer: 'functions/authorizer/index.ts',
  'signing-keys': 'functions/signing-keys/index.ts',
  pizzashack: 'infra/demo/pizzashack.ts',
  'user-service': 'infra/demo/user-service.ts',
} as const;

export type BundleName = keyof typeof BUNDLES;

/** What Lambda gets: `index.mjs`, and a chunk for everything that is imported late. */
export interface Bundle {
  readonly directory: string;
  /** Bytes by file name. */
  readonly files: Readonly<Record<string, number>>;
  /** Bytes of `index.mjs` and of the chunks that it imports statically: what a cold start reads. */
  readonly eagerBytes: number;
  readonly metafile: Metafile;
}

const shim = (name: string): string => fileURLToPath(new URL(`./node-${name}-shim.ts`, import.meta.url));

const ALIASES = { 'node:http': shim('http'), http: shim('http'), 'node:https': shim('https'), https: shim('https') };

/** CommonJS dependencies call `require` for builtins, which an ES module lacks. */
const BANNER = "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);";

const built = new Map<BundleName, Bundle>();

/** Builds a function once per process. */
export function bundle(name: BundleName): Bundle {
  const known = built.get(name);
  if (known !== undefined) return known;
  const made = bundleEntryPoint(name, BUNDLES[name]);
  built.set(name, made);
  return made;
}

/** Builds any entry point in the way of the functions: the bench weighs them against a handler of its own. */
export function bundleEntryPoint(name: string, entryPoint: string): Bundle {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: { index: entryPoint },
    outdir: 'out',
    write: false,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    minify: true,
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    alias: ALIASES,
    banner: { js: BANNER },
    legalComments: 'none',
    logLevel: 'warning',
  });
  const files = outputFiles.map((file) => ({ name: basename(file.path), contents: file.contents }));
  return {
    directory: writeOnce(name, outputFiles),
    files: Object.fromEntries(files.map((file) => [file.name, file.contents.byteLength])),
    eagerBytes: eagerBytes(metafile),
    metafile,
  };
}

/** Writes the files beside their place and moves them there: whoever sees the directory sees all of it. */
function writeOnce(name: string, files: readonly OutputFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) hash.update(basename(file.path)).update(file.contents);
  const directory = join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  const draft = `${directory}.${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  for (const file of files) writeFileSync(join(draft, basename(file.path)), file.contents);
  try {
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

function eagerBytes(metafile: Metafile): number {
  const seen = new Set<string>();
  const visit = (path: string): number => {
    const output = metafile.outputs[path];
    if (output === undefined || seen.has(path)) return 0;
    seen.add(path);
    return output.imports
      .filter((imported) => imported.kind === 'import-statement' && imported.external !== true)
      .reduce((sum, imported) => sum + visit(imported.path), output.bytes);
  };
  return visit('out/index.mjs');
}
