// The files of this repository, for tests that look at all of them: what its pages and comments say.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROOMS = ['.github', 'functions', 'infra', 'test'];

/** Text of a file, by its path from the top of the repository. */
export const readText = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** Paths from the top of the repository: what lies in its rooms, and its README. */
export function repositoryFiles(ending: string): readonly string[] {
  const listed = ROOMS.flatMap((room) =>
    readdirSync(ROOT + room, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(ROOT.length)),
  );
  return ['README.md', ...listed].filter((path) => path.endsWith(ending) && !path.includes('node_modules/')).sort();
}
