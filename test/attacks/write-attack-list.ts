// Writes the last column of the attack list from the titles of the tests (`npm run attacks`).

import { writeFileSync } from 'node:fs';
import { readText, repositoryFiles } from '../support/repository-files.ts';
import { testsByRow, withTests } from './attack-list.ts';

const sources = new Map(repositoryFiles('.ts').flatMap((path) => (path.startsWith('test/') ? [[path, readText(path)]] : [])));
writeFileSync(new URL('README.md', import.meta.url), withTests(readText('test/attacks/README.md'), testsByRow(sources)));
