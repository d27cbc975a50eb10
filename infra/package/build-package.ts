// `npm run build` and, before each `npm pack`, by itself: what the package holds beside its pages, into `.package/`, which git ignores.
//
//   index.js, index.mjs     the construct, for `require` and for `import`; index.d.ts and index.d.mts say its types
//   app.js                  the app of this repository, which `gatehouse start` runs where there is no other
//   demo-app.js             the demo beside an app of somebody else
//   functions/              the bundles that Lambda gets
//   cli/                    the command line and the local run
//   LICENSES.txt            of everything of others that is in the above

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../gatehouse/functions/bundle.ts';
import { BUNDLES, type BundleName, bundleDirectoryName } from '../gatehouse/functions/bundle-sources.ts';
import { buildCommandLine } from './build-command-line.ts';
import { buildConstruct } from './build-construct.ts';
import { buildDeclarations } from './build-declarations.ts';
import { licencesOf } from './licences.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const PACKAGE_FOLDER = join(ROOT, '.package');

/** What a deployment chooses the client of: the demo's functions call nothing of AWS, and the others have the SDK in any case. */
const WITH_SDK: readonly BundleName[] = ['token', 'authorizer', 'operator'];
/** Of these nobody gets the other client. */
const SDK_ALONE: ReadonlySet<BundleName> = new Set(['operator']);

/** Copies each bundle to its place. @returns the modules that are in them, from the root of the project */
function copyFunctions(): readonly string[] {
  const names = (Object.keys(BUNDLES) as BundleName[]).filter((name) => !SDK_ALONE.has(name));
  const wanted = [...names.map((name) => [name, 'lean'] as const), ...WITH_SDK.map((name) => [name, 'sdk'] as const)];
  return wanted.flatMap(([name, awsClient]) => {
    const { directory, modules } = bundle(name, awsClient);
    cpSync(directory, join(PACKAGE_FOLDER, 'functions', bundleDirectoryName(name, awsClient)), { recursive: true });
    return modules;
  });
}

export async function buildPackage(): Promise<void> {
  rmSync(PACKAGE_FOLDER, { recursive: true, force: true });
  mkdirSync(PACKAGE_FOLDER);
  // The repository's own package.json says that `.js` is an ES module.
  writeFileSync(join(PACKAGE_FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
  buildDeclarations(ROOT, PACKAGE_FOLDER);
  const modules = [...copyFunctions(), ...(await buildConstruct(ROOT, PACKAGE_FOLDER)), ...(await buildCommandLine(ROOT, PACKAGE_FOLDER))];
  writeFileSync(join(PACKAGE_FOLDER, 'LICENSES.txt'), licencesOf(ROOT, modules));
}

if (import.meta.main) await buildPackage();
