// Writes an exported tenant into a new folder. Hashes of passwords are in it: nobody but its owner may read the files.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exported } from './export-tenant.ts';

export type FolderFormat = 'json' | 'yaml';

/** The folder has something in it already, or can't be made. */
export class FolderNotWritable extends Error {
  override readonly name = 'FolderNotWritable';
}

/**
 * @returns the names of the files
 * @throws FolderNotWritable
 */
export async function writeExport(folder: string, { files }: Pick<Exported, 'files'>, format: FolderFormat): Promise<readonly string[]> {
  const toText = format === 'json' ? toJson : await openToYaml();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (readdirSync(folder).length > 0) throw new FolderNotWritable(`${folder}: is not empty. Name a folder that is new or empty.`);
    return [...files].map(([name, entries]) => {
      const file = `${name}.${format}`;
      // wx: whoever put a file or a link there meanwhile does not get what is ours.
      writeFileSync(join(folder, file), toText(name === 'tenant' ? entries[0] : entries), { mode: 0o600, flag: 'wx' });
      return file;
    });
  } catch (error) {
    if (error instanceof FolderNotWritable || !(error instanceof Error) || !('code' in error)) throw error;
    throw new FolderNotWritable(`${folder}: can't be written (${String(error.code)}).`, { cause: error });
  }
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function openToYaml(): Promise<(value: unknown) => string> {
  const { stringify } = await import('yaml');
  // Without aliases, and with no line folded: whoever reads the file sees each value where it counts.
  return (value) => stringify(value, { version: '1.2', schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 });
}
