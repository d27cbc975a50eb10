// Reads BER with definite lengths (X.690 section 8.1.3): what LDAP sends, and the DER of certificates. Total: bytes that are
// no such element are undefined.

import { decodeUtf8 } from '../shared/utf8.ts';

/** One element: its tag, what is in it, and what comes after it. */
export interface BerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

interface BerSize {
  readonly headerBytes: number;
  readonly contentBytes: number;
}

/** Size of the element at the start of `bytes`; undefined: it can't be one. */
export function berSize(bytes: Buffer): BerSize | 'incomplete' | undefined {
  const first = bytes[1];
  if (first === undefined) return 'incomplete';
  if (first < 0x80) return { headerBytes: 2, contentBytes: first };
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 4) return undefined;
  if (bytes.length < 2 + lengthBytes) return 'incomplete';
  return { headerBytes: 2 + lengthBytes, contentBytes: bytes.readUIntBE(2, lengthBytes) };
}

export function readBer(bytes: Buffer): BerElement | undefined {
  const size = berSize(bytes);
  const tag = bytes[0];
  if (size === undefined || size === 'incomplete' || tag === undefined) return undefined;
  const end = size.headerBytes + size.contentBytes;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(size.headerBytes, end), rest: bytes.subarray(end) };
}

/** All elements, one after the other. */
export function readAllBer(bytes: Buffer): readonly BerElement[] | undefined {
  const elements: BerElement[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const element = readBer(rest);
    if (element === undefined) return undefined;
    elements.push(element);
    rest = element.rest;
  }
  return elements;
}

/** X.690 tags of the string types that names are written in. */
const ENCODINGS: ReadonlyMap<number, 'utf-8' | 'latin1' | 'utf-16be'> = new Map([
  [0x04, 'utf-8'], // OCTET STRING, as LDAP has every value
  [0x0c, 'utf-8'],
  [0x13, 'utf-8'], // PrintableString
  [0x16, 'utf-8'], // IA5String
  [0x14, 'latin1'], // TeletexString
  [0x1e, 'utf-16be'], // BMPString
]);

/** The text of a string element; undefined where it is of another type, or not what its type says. */
export function berText({ tag, content }: BerElement): string | undefined {
  const encoding = ENCODINGS.get(tag);
  if (encoding === undefined) return undefined;
  return encoding === 'utf-8' ? decodeUtf8(content) : decodeOlderText(content, encoding);
}

/** In the encodings of older certificates. A decoder is made for each: to load what makes them would cost every cold start. */
function decodeOlderText(bytes: Buffer, encoding: 'latin1' | 'utf-16be'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
