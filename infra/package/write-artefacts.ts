// `npm run package`: what a release consists of, in `.artefacts/`, which git ignores: the package for npm, and for those without
// CDK a template with its functions and the script that publishes them.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTemplate } from './write-template.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, '.artefacts');

const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', FOLDER], { cwd: ROOT, stdio: 'inherit' });
if (status !== 0) throw new Error('npm pack failed.');
const template = join(FOLDER, `gatehouse-${version}-template`);
await writeTemplate(template, version);
process.stdout.write(`${join(FOLDER, `gatehouse-${version}.tgz`)}\n${template}\n`);
