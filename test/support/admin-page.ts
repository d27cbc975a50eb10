// What the page of the command line shows of folders, word for word.

import assert from 'node:assert/strict';
import { readText } from './repository-files.ts';

function blockOf(mark: string): string {
  const [, text] = new RegExp(`\`\`\`${mark}\\n([\\s\\S]*?)\`\`\``).exec(readText('infra/admin/README.md')) ?? [];
  assert.ok(text !== undefined, `the page has no block ${mark}`);
  return text;
}

/** The folder of a tenant with a directory. */
export const adminPageFolder = (): string => blockOf('yaml folder');

/** A recorded session: each command, and the lines that it wrote; `…` stands for any. */
export function adminPageSession(mark: string): readonly { readonly command: string; readonly lines: readonly string[] }[] {
  return blockOf(`console ${mark}`)
    .split(/^\$ gatehouse /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.trimEnd().split('\n');
      return { command, lines };
    });
}
