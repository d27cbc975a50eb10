// Bundles the functions with esbuild: one directory per function, named by its content, so that asset hashes are
// stable and two syntheses at once can't see each other's half-written files.

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, type OutputFile } from 'esbuild';
import { type Bundle, readBundleRecord, writeBundleRecord } from './bundle-record.ts';
import { type AwsClient, BUNDLES, type BundleName, bundleDirectoryName } from './bundle-sources.ts';
import { eagerOutputs } from './eager-outputs.ts';
import { joinEagerChunks, type SplitBuild } from './join-eager-chunks.ts';
import { takeBuiltins } from './take-builtins.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'gatehouse-bundles');

/** `#aws-client` of package.json; a condition of one's own takes the place of `module`, which esbuild else has by itself. */
const CONDITIONS: Readonly<Record<AwsClient, Pick<BuildOptions, 'conditions'>>> = {
  lean: {},
  sdk: { conditions: ['aws-sdk', 'module'] },
};

const shim = (name: string): string => fileURLToPath(new URL(`./node-${name}-shim.ts`, import.meta.url));

/** How code is written. */
const OUTPUT = {
  platform: 'node',
  target: 'node24',
  // Else esbuild writes `/\p{…}/u` as a call of RegExp, which stays and runs at every cold start even where nothing uses it.
  supported: { 'regexp-unicode-property-escapes': true },
  format: 'esm',
  minify: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

const OPTIONS = {
  ...OUTPUT,
  absWorkingDir: ROOT,
  outdir: 'out',
  write: false,
  bundle: true,
  metafile: true,
  splitting: true,
  // The SDK's CommonJS files, which come first by default, cost 47 ms more.
  mainFields: ['module', 'main'],
  alias: { 'node:http': shim('http'), http: shim('http'), 'node:https': shim('https'), https: shim('https') },
} as const satisfies BuildOptions;

/** Raised when a record says more than it did. */
const RECORD_VERSION = 8;

const built = new Map<string, Bundle>();

/** Builds a function once per process, and not at all where nothing changed since the last time. */
export function bundle(name: BundleName, awsClient: AwsClient = 'lean'): Bundle {
  const ownName = bundleDirectoryName(name, awsClient);
  const known = built.get(ownName);
  if (known !== undefined) return known;
  const made = bundleEntryPoint(ownName, BUNDLES[name], CONDITIONS[awsClient]);
  built.set(ownName, made);
  return made;
}

interface BuildWay extends Pick<BuildOptions, 'conditions'> {
  /** Whether only esbuild has a hand in it: no joined chunks, and builtins by `import`. Absent: no. */
  readonly isPlain?: true;
}

/** Builds any entry point in the way of the functions: the bench weighs them against handlers of its own. */
export function bundleEntryPoint(name: string, entryPoint: string, { isPlain, ...conditions }: BuildWay = {}): Bundle {
  const options = { ...OPTIONS, ...conditions };
  const settings = JSON.stringify([RECORD_VERSION, entryPoint, options, isPlain]);
  const recipe = { root: ROOT, file: join(CACHE, `${name}.json`), settings };
  const earlier = readBundleRecord(recipe);
  if (earlier !== undefined) return earlier;
  const startedMs = Date.now();
  const { outputFiles, metafile } = buildSync({ ...options, entryPoints: { index: entryPoint } });
  const eager = eagerOutputs(metafile);
  const files = isPlain === true ? asBuilt(outputFiles) : joined(name, { outputFiles, metafile, eager: new Set(eager.keys()) });
  const made: Bundle = {
    directory: writeOnce(name, files),
    files: Object.fromEntries([...files].map(([file, text]) => [file, Buffer.byteLength(text)])),
    eagerBytes: [...files].reduce((sum, [file, text]) => (eager.has(file) ? sum + Buffer.byteLength(text) : sum), 0),
    eagerModules: Object.fromEntries(
      [...eager.values()].flatMap(({ inputs }) => Object.entries(inputs).map(([module, { bytesInOutput }]) => [module, bytesInOutput])),
    ),
    modules: Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs)),
  };
  writeBundleRecord(recipe, Object.keys(metafile.inputs), made, startedMs);
  return made;
}

/** CommonJS dependencies call `require` for builtins, which an ES module lacks. To make a real one would load `node:module`. */
const REQUIRE =
  'const require=name=>{const builtin=process.getBuiltinModule(name);if(builtin===undefined)throw new Error("No builtin "+name);return builtin};\n';

/** Text by file name. */
type Files = ReadonlyMap<string, string>;

const withRequire = (code: string): string => (/\brequire\b/.test(code) ? REQUIRE + code : code);

const asBuilt = (files: readonly OutputFile[]): Files => new Map(files.map(({ path, text }) => [basename(path), withRequire(text)]));

function joined(name: string, build: SplitBuild): Files {
  const draft = join(CACHE, `${name}.${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  try {
    const files = [...joinEagerChunks(build, draft, OUTPUT)];
    return new Map(files.map(([file, text]) => [file, withRequire(takeBuiltins(text))]));
  } finally {
    rmSync(draft, { recursive: true });
  }
}

/** Writes the files beside their place and moves them there: whoever sees the directory sees all of it. */
function writeOnce(name: string, files: Files): string {
  const hash = createHash('sha256');
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(file).update(text);
  const directory = join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  const draft = `${directory}.${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  for (const [file, text] of files) writeFileSync(join(draft, file), text);
  try {
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}
