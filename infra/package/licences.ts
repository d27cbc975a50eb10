// The licences of what others wrote and the package carries inside its bundles: their terms ask for it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Modules of a build that reached its output, from the root of the project. */
export function modulesOf({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
}

/** Of a path such as `node_modules/a/node_modules/@b/c/index.js`, the folder of the package: `node_modules/a/node_modules/@b/c`. */
const packageFolder = (path: string): string | undefined => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];

interface Licence {
  /** `jose 6.2.17 (MIT)` */
  readonly title: string;
  readonly text: string;
}

/** @throws Error where a package says nothing of its licence */
function licenceOf(root: string, folder: string): Licence {
  const about: { name: string; version: string; license?: string } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (about.license === undefined) throw new Error(`${about.name} names no licence.`);
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim();
  return { title: `${about.name} ${about.version} (${about.license})`, text };
}

/** @param modules of all bundles, from the root of the project; ours are left out */
export function licencesOf(root: string, modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((path) => packageFolder(path) ?? []));
  const each = [...folders].filter((folder) => existsSync(join(root, folder, 'package.json'))).sort();
  // Many have the very same words.
  const byText = Map.groupBy(
    each.map((folder) => licenceOf(root, folder)),
    ({ text }) => text,
  );
  const blocks = [...byText].map(([text, licences]) => `${licences.map(({ title }) => title).join('\n')}\n\n${text}\n`);
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `The package carries parts of the following, bundled. Its own licence is in LICENSE.\n${rule}${blocks.join(rule)}`;
}
