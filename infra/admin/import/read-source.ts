// What an import is given: a file, an archive, or a folder with both, as texts with their names. Bounded in number and size.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { NotImportable } from './imported.ts';
import { readZip } from './read-zip.ts';

export interface SourceFile {
  /** From the folder or the archive on; of an archive in a folder `app.zip/PizzaApp/application.yaml`. */
  readonly name: string;
  readonly text: string;
}

const MAX_FILES = 5000;
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * @param isWanted by the name in small letters; others are not read
 * @throws NotImportable
 */
export function readSource(path: string, isWanted: (name: string) => boolean): readonly SourceFile[] {
  const files: SourceFile[] = [];
  let left = MAX_BYTES;
  const add = (name: string, bytes: Buffer): void => {
    left -= bytes.length;
    if (left < 0 || files.length === MAX_FILES)
      throw new NotImportable(`${path}: more than ${MAX_FILES} files or ${MAX_BYTES / 1024 / 1024} MiB: divide it`);
    files.push({ name, text: decode(name, bytes) });
  };
  for (const { name, file, size } of listFiles(path)) {
    if (size > left) throw new NotImportable(`${name}: larger than ${Math.max(0, Math.floor(left / 1024 / 1024))} MiB: divide it`);
    if (name.toLowerCase().endsWith('.zip')) {
      for (const inner of unzip(name, readFileSync(file), left))
        if (isWanted(inner.name.toLowerCase())) add(`${name}/${inner.name}`, inner.bytes);
    } else if (isWanted(name.toLowerCase())) add(name, readFileSync(file));
  }
  return files;
}

function unzip(name: string, archive: Buffer, maxBytes: number) {
  try {
    return readZip(archive, { maxFiles: MAX_FILES, maxBytes });
  } catch (error) {
    if (error instanceof NotImportable) throw new NotImportable(`${name}: ${error.message}`);
    throw error;
  }
}

function listFiles(path: string): readonly { readonly name: string; readonly file: string; readonly size: number }[] {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return [{ name: basename(path), file: path, size: stats.size }];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.split(sep).some((part) => part.startsWith('.')))
      .sort()
      .flatMap((name) => {
        const file = join(path, name);
        const found = statSync(file);
        return found.isFile() ? [{ name, file, size: found.size }] : [];
      });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    throw new NotImportable(`${path}: ${code === 'ENOENT' ? 'there is no such file or folder' : `can't be read (${code})`}`);
  }
}

function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new NotImportable(`${name}: expected UTF-8`);
  }
}
