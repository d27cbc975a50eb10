// What the pages of the command line show, word for word.

import assert from 'node:assert/strict';
import { readText } from './repository-files.ts';

function blockOf(mark: string, page = 'infra/admin/README.md'): string {
  const [, text] = new RegExp(`\`\`\`${mark}\\n([\\s\\S]*?)\`\`\``).exec(readText(page)) ?? [];
  assert.ok(text !== undefined, `the page has no block ${mark}`);
  return text;
}

/** The folder of a tenant with a directory. */
export const adminPageFolder = (): string => blockOf('yaml folder');

/** A recorded session: each command, and the lines that it wrote; `…` stands for any. */
export function adminPageSession(mark: string, page?: string): readonly { readonly command: string; readonly lines: readonly string[] }[] {
  return blockOf(`console ${mark}`, page)
    .split(/^\$ gatehouse /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.trimEnd().split('\n');
      return { command, lines };
    });
}
