// Joins all that a cold start reads into one file. Splitting makes a chunk for every set of late parts that share a module,
// and Node takes longer to find, open and link thirty small files than to compile what stands in them.

import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, buildSync, type Metafile, type OutputFile } from 'esbuild';

export interface SplitBuild {
  readonly outputFiles: readonly OutputFile[];
  readonly metafile: Metafile;
  /** File names of `index.mjs` and of all that it imports statically. */
  readonly eager: ReadonlySet<string>;
}

const INDEX = 'index.mjs';

/** Text by file name. */
type Files = ReadonlyMap<string, string>;

/** An eager chunk and what it exports. */
interface Chunk {
  readonly name: string;
  readonly exports: readonly string[];
  /** Told apart by it in the names that `index.mjs` exports: those of chunks are `a`, `b`, `c` in each. */
  readonly at: number;
}

/**
 * Files of the function: `index.mjs` with the eager chunks in it, and the late ones, which take from there what they took from
 * those.
 *
 * @param draft an empty directory to work in
 * @param options of the build before, as far as they say how code is written
 */
export function joinEagerChunks({ outputFiles, metafile, eager }: SplitBuild, draft: string, options: BuildOptions): Files {
  const outputs = Object.entries(metafile.outputs).map(([path, { exports }]) => ({ name: basename(path), exports }));
  const chunks = outputs.filter(({ name }) => name !== INDEX && eager.has(name)).map((output, at) => ({ ...output, at }));
  const late = outputFiles.filter(({ path }) => !eager.has(basename(path)));
  const files = new Map(late.map(({ path, text }) => [basename(path), takeFromIndex(text, chunks)]));
  // No more than they take: whenever V8 compiles a function, it looks for each name from outside among all that is exported.
  const taken = new Set([...files.values()].flatMap(namesFromIndex));
  for (const { path, contents } of outputFiles) writeFileSync(join(draft, basename(path)), contents);
  const joined = buildSync({
    ...options,
    absWorkingDir: draft,
    bundle: true,
    write: false,
    stdin: {
      contents: [`export * from './${INDEX}';`, ...chunks.map((chunk) => exportedFromIndex(chunk, taken))].join('\n'),
      resolveDir: draft,
    },
    external: late.map(({ path }) => `./${basename(path)}`),
  });
  for (const { text } of joined.outputFiles) files.set(INDEX, text);
  return files;
}

const nameInIndex = (exported: string, at: number): string => `${exported}_${at}`;

function exportedFromIndex({ name, exports, at }: Chunk, taken: ReadonlySet<string>): string {
  const needed = exports.filter((exported) => taken.has(nameInIndex(exported, at)));
  return `export { ${needed.map((exported) => `${exported} as ${nameInIndex(exported, at)}`).join(', ')} } from './${name}';`;
}

/** A late chunk as esbuild writes it, which begins with its imports. */
function takeFromIndex(text: string, chunks: readonly Chunk[]): string {
  let rest = text;
  const taken: string[] = [];
  for (const { name, at } of chunks) {
    rest = rest
      .replaceAll(`import"./${name}";`, '')
      .replaceAll(new RegExp(`import\\{([^{}"]+)\\}from"\\./${name}";`, 'g'), (_, names: string) => {
        taken.push(...names.split(',').map((imported) => takenName(imported, at)));
        return '';
      });
  }
  return taken.length === 0 ? rest : `import{${taken.join(',')}}from"./${INDEX}";${rest}`;
}

/** `a as x`, or `a` alone, by the name that `index.mjs` gives it. */
function takenName(imported: string, at: number): string {
  const [exported = '', local = exported] = imported.trim().split(' as ');
  return `${nameInIndex(exported, at)} as ${local}`;
}

/** Names that a late chunk takes from `index.mjs`, as `takeFromIndex` has written it. */
function namesFromIndex(text: string): readonly string[] {
  const [, names = ''] = new RegExp(`^import\\{([^}]+)\\}from"\\./${INDEX}";`).exec(text) ?? [];
  return names.split(',').map((name) => name.replace(/ as .*/, ''));
}
