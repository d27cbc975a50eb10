// Distinguished names in a form that can be compared: as RFC 4514 writes them, and as a certificate's DER holds them.
// Values are compared as caseIgnoreMatch of RFC 4517 section 4.2.11 does; nothing in a name is ever cut or split twice.

/** Equal for equal names, and for no others. */
export type ComparableName = string & { readonly __brand: 'ComparableName' };

/** One `type=value`; the type is a dotted object identifier. */
interface Attribute {
  readonly type: string;
  readonly value: string;
}

/** RFC 4514 section 3, RFC 4519 section 2, RFC 2985 section 5.2.1. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['CN', '2.5.4.3'],
  ['SN', '2.5.4.4'],
  ['SERIALNUMBER', '2.5.4.5'],
  ['C', '2.5.4.6'],
  ['L', '2.5.4.7'],
  ['ST', '2.5.4.8'],
  ['STREET', '2.5.4.9'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['TITLE', '2.5.4.12'],
  ['GIVENNAME', '2.5.4.42'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['EMAILADDRESS', '1.2.840.113549.1.9.1'],
]);

/** Parses `CN=app,O=Example,C=US`; undefined for what is no such name, or empty. */
export function parseDistinguishedName(text: string): ComparableName | undefined {
  const names: Attribute[][] = [[]];
  let rest = text;
  for (;;) {
    const read = readAttribute(rest);
    if (read === undefined) return undefined;
    names.at(-1)?.push(read.attribute);
    if (read.separator === '') return comparable(names);
    if (read.separator === ',') names.push([]);
    rest = read.rest;
  }
}

const ATTRIBUTE = /^ *([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+) *= *((?:\\[\\",+;<>=# ]|\\[0-9A-Fa-f]{2}|[^\\",+;<>])*)(,|\+|$)/;

function readAttribute(text: string): { attribute: Attribute; separator: string; rest: string } | undefined {
  const [whole = '', name = '', escaped = '', separator = ''] = ATTRIBUTE.exec(text) ?? [];
  const type = /^\d/.test(name) ? name : TYPES.get(name.toUpperCase());
  // `#04024869` is BER in hex: nobody writes it for the types above, and it would be a second spelling.
  if (type === undefined || escaped.startsWith('#')) return undefined;
  const value = unescapeValue(escaped);
  return value === undefined ? undefined : { attribute: { type, value }, separator, rest: text.slice(whole.length) };
}

/** `\,` is a comma, `\C3\B6` is UTF-8; blanks that are not escaped at the end are no part of the value. */
function unescapeValue(escaped: string): string | undefined {
  const trimmed = escaped.replace(/(^|[^\\]) +$/, '$1');
  const bytes = trimmed.replace(/\\([0-9A-Fa-f]{2})|\\(.)|([^\\]+)/gu, (_, hex?: string, special?: string, plain?: string) =>
    hex === undefined ? Buffer.from(special ?? plain ?? '').toString('hex') : hex,
  );
  return decodeText(Buffer.from(bytes, 'hex'), 'utf-8');
}

/** The subject of a certificate in DER (RFC 5280 section 4.1); undefined where it is empty or can't be read. */
export function subjectOfCertificate(der: Buffer): ComparableName | undefined {
  const tbs = children(children(readElement(der, 0))?.[0]);
  // version [0], serialNumber, signature, issuer, validity, subject; API Gateway takes certificates of version 3 alone.
  const subject = tbs?.[0]?.tag === 0xa0 ? tbs[5] : undefined;
  const names = children(subject)?.map((set) => children(set)?.map(readDerAttribute));
  if (names === undefined || names.length === 0) return undefined;
  const complete = names.flatMap((set) => {
    const attributes = set?.filter((attribute) => attribute !== undefined);
    return attributes !== undefined && attributes.length > 0 && attributes.length === set?.length ? [attributes] : [];
  });
  // RFC 4514 section 2.1: written from the last to the first.
  return complete.length === names.length ? comparable(complete.reverse()) : undefined;
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

function readElement(der: Buffer, at: number): Element | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 3 || (first >= 0x80 && lengthBytes === 0) || at + 2 + lengthBytes > der.length) return undefined;
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  return start + length > der.length ? undefined : { tag, content: der.subarray(start, start + length), end: start + length };
}

function children(element: Element | undefined): readonly Element[] | undefined {
  if (element === undefined) return undefined;
  const found: Element[] = [];
  for (let at = 0; at < element.content.length; ) {
    const child = readElement(element.content, at);
    if (child === undefined) return undefined;
    found.push(child);
    at = child.end;
  }
  return found;
}

/** X.690 tags of the string types that names are written in. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [0x0c, 'utf-8'],
  [0x13, 'utf-8'],
  [0x16, 'utf-8'],
  [0x14, 'latin1'],
  [0x1e, 'utf-16be'],
]);

function readDerAttribute(element: Element): Attribute | undefined {
  const [oid, text] = children(element) ?? [];
  const encoding = text && ENCODINGS.get(text.tag);
  if (oid?.tag !== 0x06 || text === undefined || encoding === undefined) return undefined;
  const value = decodeText(text.content, encoding);
  return value === undefined ? undefined : { type: dottedOid(oid.content), value };
}

function dottedOid(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const first = arcs[0] ?? 0;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...arcs.slice(1)].join('.');
}

function decodeText(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Order of the names counts, order of the attributes of one does not. */
function comparable(names: readonly (readonly Attribute[])[]): ComparableName | undefined {
  const prepared = names.map((attributes) => attributes.map(({ type, value }) => `${type}=${prepareValue(value)}`).sort());
  if (names.some((attributes) => attributes.some(({ value }) => value.trim() === ''))) return undefined;
  return JSON.stringify(prepared) as ComparableName;
}

/** RFC 4518 section 2: NFKC, no case, blanks at the ends gone and inside made one. Control characters stay: they differ. */
function prepareValue(value: string): string {
  return value.normalize('NFKC').toLowerCase().trim().replace(/ +/g, ' ');
}
