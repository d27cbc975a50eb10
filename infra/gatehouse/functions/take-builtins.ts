// Takes Node's builtins by `process.getBuiltinModule`. A static import of one makes a module of all that it exports, and runs
// its getters for that: those of `node:util` load a tool that compares texts (3 ms of processor time), those of `node:crypto`
// WebCrypto (0.5). `node:http` has a shim besides, which is there for imports of every form.

import { isBuiltin } from 'node:module';

/** A static import as esbuild writes it: a default, names in braces, or both. That of a namespace stays as it is. */
const IMPORT = /(?<=^|[;}\n])import(?: ([\w$]+))?,?(?:\{([^{}"]+)\})? ?from"([^"]+)";/g;

/** @param code minified */
export function takeBuiltins(code: string): string {
  return code.replace(IMPORT, (statement, whole: string | undefined, names: string | undefined, from: string) => {
    if (!isBuiltin(from)) return statement;
    const builtin = `process.getBuiltinModule("${from}")`;
    const members = names === undefined ? [] : [`{${names.replaceAll(' as ', ':')}}=${whole ?? builtin}`];
    return `const ${[...(whole === undefined ? [] : [`${whole}=${builtin}`]), ...members].join(',')};`;
  });
}
