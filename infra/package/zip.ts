// Writes a zip archive ("APPNOTE.TXT - .ZIP File Format Specification"), byte for byte the same for the same files: no times,
// names in their order. Lambda takes it as the code of a function.

import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** Path in the archive, with slashes. */
  readonly name: string;
  readonly content: Buffer;
}

/** 1 January 1980, the first day that the format knows. */
const DOS_DATE = 0x21;
const VERSION = 20;
const DEFLATED = 8;
/** Names are UTF-8. */
const FLAGS = 0x800;
/** A regular file that everybody may read, as Unix says it in the upper half. */
const ATTRIBUTES = (0o100644 << 16) >>> 0;

/** What both headers of a file say alike: from the version to the length of the name and of what follows it. */
function commonHeader(name: Buffer, content: Buffer, deflated: Buffer): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION, 0);
  header.writeUInt16LE(FLAGS, 2);
  header.writeUInt16LE(DEFLATED, 4);
  header.writeUInt16LE(0, 6);
  header.writeUInt16LE(DOS_DATE, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(deflated.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** Of the central directory. @param offset of the file's own header */
function centralEntry(name: Buffer, common: Buffer, offset: number): Buffer {
  const made = Buffer.alloc(2);
  // 3: by Unix, so that the attributes are taken for what they are.
  made.writeUInt16LE((3 << 8) | VERSION);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(ATTRIBUTES, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), made, common, rest, name]);
}

/** @param entries of less than 4 GB in all, fewer than 65,536 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name: text, content } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = Buffer.from(text);
    const deflated = deflateRawSync(content, { level: 9 });
    const common = commonHeader(name, content, deflated);
    const file = Buffer.concat([signature(0x04034b50), common, name, deflated]);
    files.push(file);
    central.push(centralEntry(name, common, offset));
    offset += file.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, directory, signature(0x06054b50), end]);
}
