// Reads an archive by its central directory, as an unpacker of others does, and checks its sums.

import { crc32, inflateRawSync } from 'node:zlib';

export interface UnzippedEntry {
  readonly name: string;
  readonly content: Buffer;
}

/** @throws Error where a file is not what its sum says */
export function unzip(archive: Buffer): UnzippedEntry[] {
  const end = archive.length - 22;
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    const [sum, deflatedBytes, bytes] = [16, 20, 24].map((offset) => archive.readUInt32LE(at + offset));
    const nameBytes = archive.readUInt16LE(at + 28);
    const name = archive.subarray(at + 46, at + 46 + nameBytes).toString('utf8');
    const header = archive.readUInt32LE(at + 42);
    const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const content = inflateRawSync(archive.subarray(start, start + (deflatedBytes ?? 0)));
    if (content.length !== bytes || crc32(content) !== sum) throw new Error(`${name} is broken.`);
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return { name, content };
  });
}
