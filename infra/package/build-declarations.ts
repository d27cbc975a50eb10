// The types of the construct: those files alone that `index` leads to. They must name nothing that an app has not got: an
// app of an older `cdk init` checks the declarations of its dependencies too.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const SPECIFIER = /(\bfrom |\bimport\()(['"])([^'"]+)\2/g;

/** Peers of the package. */
const ALLOWED = /^(aws-cdk-lib(\/.*)?|constructs)$/;

/** Compiles declarations alone. @returns the folder that has them, as the sources have theirs */
function compile(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-declarations-'));
  const configuration = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      removeComments: false,
      outDir: join(folder, 'out'),
      rootDir: root,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [],
    files: [join(root, 'infra/index.ts')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The declarations can't be compiled.\n${stdout}`);
  return folder;
}

/** Writes `index.d.ts` with all that it leads to, and `index.d.mts`. */
export function buildDeclarations(root: string, folder: string): void {
  const compiled = compile(root);
  const out = join(compiled, 'out');
  const seen = new Set<string>();
  const take = (source: string): void => {
    if (seen.has(source)) return;
    seen.add(source);
    const text = readFileSync(source, 'utf8').replaceAll(SPECIFIER, (_, before: string, quote: string, specifier: string) => {
      if (!specifier.startsWith('.')) {
        if (!ALLOWED.test(specifier))
          throw new Error(`${relative(out, source)} needs the types of ${specifier}, which an app has not got.`);
        return `${before}${quote}${specifier}${quote}`;
      }
      take(resolve(dirname(source), specifier.replace(/\.ts$/, '.d.ts')));
      // Older compilers know no specifier that ends in `.ts`.
      return `${before}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`;
    });
    const to = join(folder, 'types', relative(out, source));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  };
  take(join(out, 'infra/index.d.ts'));
  rmSync(compiled, { recursive: true });
  for (const [file, from] of [
    ['index.d.ts', './types/infra/index.js'],
    ['index.d.mts', './index.js'],
  ] as const)
    writeFileSync(join(folder, file), `export * from '${from}';\n`);
}
