// The files of a ZIP archive (APPNOTE 6.3.10), in memory and bounded: what an archive says of its sizes is not believed, and
// nothing of it is ever written to a disk, so that no name in it can lead out of a folder.

import { crc32, inflateRawSync } from 'node:zlib';
import { NotImportable } from './imported.ts';

export interface ZipFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface ZipLimits {
  readonly maxFiles: number;
  /** Of all files together, unpacked. */
  readonly maxBytes: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 65_535;

/** @throws NotImportable */
export function readZip(archive: Buffer, { maxFiles, maxBytes }: ZipLimits): readonly ZipFile[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > maxFiles) throw new NotImportable(`the archive has ${count} files, more than ${maxFiles}`);
  const files: ZipFile[] = [];
  let left = maxBytes;
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    const entry = readCentral(archive, at);
    at = entry.next;
    if (entry.name.endsWith('/')) continue;
    const bytes = unpack(archive, entry, left);
    left -= bytes.length;
    files.push({ name: entry.name, bytes });
  }
  return files;
}

/** The end of the central directory, behind which there may be a comment. */
function findEnd(archive: Buffer): number {
  if (archive.length < END_BYTES) throw new NotImportable('the archive is cut off, or is no ZIP');
  const first = Math.max(0, archive.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = archive.length - END_BYTES; at >= first; at--) if (archive.readUInt32LE(at) === END) return at;
  throw new NotImportable('the archive is cut off, or is no ZIP');
}

interface CentralEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly localAt: number;
  readonly next: number;
}

function readCentral(archive: Buffer, at: number): CentralEntry {
  if (at + CENTRAL_BYTES > archive.length || archive.readUInt32LE(at) !== CENTRAL)
    throw new NotImportable('the archive is damaged: its list of files');
  const nameBytes = archive.readUInt16LE(at + 28);
  const name = archive.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
  if ((archive.readUInt16LE(at + 8) & 1) !== 0) throw new NotImportable('the archive is encrypted');
  return {
    name,
    method: archive.readUInt16LE(at + 10),
    crc: archive.readUInt32LE(at + 16),
    packedBytes: archive.readUInt32LE(at + 20),
    localAt: archive.readUInt32LE(at + 42),
    next: at + CENTRAL_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32),
  };
}

/** @param maxBytes of what it may become */
function unpack(archive: Buffer, { method, crc, packedBytes, localAt }: CentralEntry, maxBytes: number): Buffer {
  if (localAt + LOCAL_BYTES > archive.length || archive.readUInt32LE(localAt) !== LOCAL)
    throw new NotImportable('the archive is damaged: a file of it');
  const start = localAt + LOCAL_BYTES + archive.readUInt16LE(localAt + 26) + archive.readUInt16LE(localAt + 28);
  const packed = archive.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) throw new NotImportable('the archive is cut off');
  const bytes = unpackBytes(packed, method, maxBytes);
  if (crc32(bytes) !== crc) throw new NotImportable('the archive is damaged: a checksum is wrong');
  return bytes;
}

function unpackBytes(packed: Buffer, method: number, maxBytes: number): Buffer {
  const isTooLarge = (): never => {
    throw new NotImportable('the archive becomes too large when it is unpacked');
  };
  if (method === 0) return packed.length > maxBytes ? isTooLarge() : packed;
  if (method !== 8) throw new NotImportable('the archive is packed in a way that is not read: use deflate');
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return isTooLarge();
    throw new NotImportable('the archive is damaged: a file of it can not be unpacked');
  }
}
