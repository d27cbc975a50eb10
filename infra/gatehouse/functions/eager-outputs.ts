// What a cold start reads of what splitting made.

import { basename } from 'node:path';
import type { Metafile } from 'esbuild';

type Output = Metafile['outputs'][string];

/** To open one more file takes Node as long as to compile 8 kB: what is smaller than this is read with the rest. */
const MAX_SMALL_BYTES = 600;

/** `index.mjs`, all that it imports statically, and the small chunks that late parts share; by file name. */
export function eagerOutputs({ outputs }: Metafile): ReadonlyMap<string, Output> {
  const eager = new Map<string, Output>();
  const visit = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || eager.has(basename(path))) return;
    eager.set(basename(path), output);
    for (const imported of staticImports(output)) visit(imported);
  };
  visit('out/index.mjs');
  const small = Object.entries(outputs).filter(([, { entryPoint, bytes }]) => entryPoint === undefined && bytes <= MAX_SMALL_BYTES);
  // Smallest first: a chunk may import those that were taken before it, and nothing that is read late.
  for (const [path, output] of small.sort(([a], [b]) => (a < b ? -1 : 1)).sort(([, a], [, b]) => a.bytes - b.bytes)) {
    if (staticImports(output).every((imported) => eager.has(basename(imported)))) eager.set(basename(path), output);
  }
  return eager;
}

const staticImports = ({ imports }: Output): readonly string[] =>
  imports.flatMap(({ kind, external, path }) => (kind === 'import-statement' && external !== true ? [path] : []));
