// The package as a registry would carry it: packed by npm into a folder of its own.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Packed {
  readonly tarball: string;
  readonly version: string;
  /** Of the tarball. */
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  close(): void;
}

interface NpmPack {
  readonly filename: string;
  readonly version: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Runs `npm pack`, which builds first. */
export async function pack(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pack-'));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
  });
  const listed: readonly NpmPack[] | Readonly<Record<string, NpmPack>> = JSON.parse(stdout);
  const [packed] = Object.values(listed);
  if (packed === undefined) throw new Error(stdout);
  const { filename, version, size, unpackedSize, files } = packed;
  return {
    tarball: join(folder, filename),
    version,
    bytes: size,
    unpackedBytes: unpackedSize,
    files,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
