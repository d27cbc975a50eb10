// The template and what it needs, in a folder: `gatehouse.template.json`, the functions as archives by the names that the
// template has for them, and the script that copies both to a bucket.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandIn } from '../local/app-command.ts';
import { synthesise } from '../local/synthesise.ts';
import { zip } from './zip.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BESIDE = fileURLToPath(new URL('./template/', import.meta.url));

function readFolder(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const entries = names.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    return { name: path.slice(folder.length + 1), content: readFileSync(path) };
  });
  return zip(entries);
}

/** @param folder is made anew */
export async function writeTemplate(folder: string, version: string): Promise<void> {
  const configuration: { context: Record<string, unknown> } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const app = commandIn(ROOT, `"${process.execPath}" --disable-warning=ExperimentalWarning infra/package/template-app.ts`, configuration);
  const assembly = await synthesise(app, { version, 'aws:cdk:version-reporting': false });
  try {
    const [stack] = assembly.stacks;
    if (stack === undefined) throw new Error('The app has no stack.');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'functions'), { recursive: true });
    writeFileSync(join(folder, 'gatehouse.template.json'), `${JSON.stringify(stack.template, null, 1)}\n`);
    writeFileSync(join(folder, 'VERSION'), `${version}\n`);
    for (const name of readdirSync(BESIDE)) cpSync(join(BESIDE, name), join(folder, name));
    for (const [key, source] of stack.assets)
      if (key.endsWith('.zip')) writeFileSync(join(folder, 'functions', key.slice(key.lastIndexOf('/') + 1)), readFolder(source));
  } finally {
    assembly.close();
  }
}
