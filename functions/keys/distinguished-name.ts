// Distinguished names as text (RFC 4514), taken apart and brought to one form, so that two writings of the same name compare
// equal. For comparing alone: what a directory is asked with is always the name as the directory sent it (A03).

import { decodeUtf8 } from '../shared/utf8.ts';
import { berText, readBer } from './ber.ts';

/** Equal for equal names, and for no others. */
export type ComparableName = string & { readonly __brand: 'ComparableName' };

/** One `type=value`: the type as a short name in lower case, or as an OID where it has none; the value without its escapes. */
interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** Most specific first, as written. A part has several attributes where they are joined by `+`. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** RFC 4514 section 3, RFC 4519 section 2, RFC 2985 section 5.2.1. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'cn'],
  ['2.5.4.4', 'sn'],
  ['2.5.4.5', 'serialnumber'],
  ['2.5.4.6', 'c'],
  ['2.5.4.7', 'l'],
  ['2.5.4.8', 'st'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'o'],
  ['2.5.4.11', 'ou'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'givenname'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
  ['1.2.840.113549.1.9.1', 'emailaddress'],
]);
const KNOWN_NAMES: ReadonlySet<string> = new Set(SHORT_NAMES.values());

export const shortNameOf = (oid: string): string => SHORT_NAMES.get(oid) ?? oid;

/** True where every writing of the type is known, so that names with it can be compared with those of certificates. */
export const isKnownType = (type: string): boolean => KNOWN_NAMES.has(type) || /^\d/.test(type);

const TYPE = /^(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)+)$/i;

/** Undefined for what is no name. The empty name has no parts. */
export function parseDistinguishedName(text: string): DistinguishedName | undefined {
  if (text.trim() === '') return [];
  const parts: NameAttribute[][] = [[]];
  for (let at = 0; ; ) {
    const equals = text.indexOf('=', at);
    const type = equals === -1 ? undefined : TYPE.exec(text.slice(at, equals).trim())?.[1]?.toLowerCase();
    const read = type === undefined ? undefined : readValue(text, equals + 1);
    if (type === undefined || read === undefined) return undefined;
    parts.at(-1)?.push({ type: shortNameOf(type), value: read.value });
    const separator = text[read.end];
    if (separator === undefined) return parts;
    if (separator !== '+') parts.push([]);
    at = read.end + 1;
  }
}

const VALUE_TOKEN = /\\([0-9a-f]{2})|\\([\s\S])|([^\\,;+"<>]+)/giuy;

/**
 * The value that begins at `start`, up to an unescaped `,`, `+` or, as in RFC 2253 section 4, `;`. Blanks at its ends
 * are left out, the escaped ones too: directories compare without them.
 */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const token = new RegExp(VALUE_TOKEN);
  token.lastIndex = start;
  const bytes: Buffer[] = [];
  let end = start;
  for (let read = token.exec(text); read !== null; read = token.exec(text)) {
    const [, hex, special, plain] = read;
    bytes.push(hex === undefined ? Buffer.from(special ?? plain ?? '') : Buffer.from(hex, 'hex'));
    end = token.lastIndex;
  }
  if (!/^[,;+]?$/.test(text[end] ?? '')) return undefined;
  const written = text.slice(start, end).trim();
  // Only an escaped `#` begins a text (RFC 4514 section 2.4).
  const value = written.startsWith('#') ? decodeBerValue(written.slice(1)) : decodeUtf8(Buffer.concat(bytes));
  return value === undefined ? undefined : { value: value.trim(), end };
}

/** `#04024869`, the BER of the value. */
function decodeBerValue(hex: string): string | undefined {
  if (!/^([0-9a-f]{2})+$/i.test(hex)) return undefined;
  const element = readBer(Buffer.from(hex, 'hex'));
  return element === undefined || element.rest.length > 0 ? undefined : berText(element);
}

/** The form in which two writings of one name are the same: undefined where the text is no name. */
export function comparableName(text: string): ComparableName | undefined {
  const name = parseDistinguishedName(text);
  return name && comparableForm(name);
}

/** The order of the parts counts, that of the attributes of one does not. */
export function comparableForm(name: DistinguishedName): ComparableName {
  return JSON.stringify(name.map((part) => part.map(({ type, value }) => `${type}=${foldValue(value)}`).sort())) as ComparableName;
}

/**
 * Folds a value as caseIgnoreMatch of RFC 4517 section 4.2.11 compares it (RFC 4518 section 2): NFKC, no case, blanks at the ends gone and
 * inside made one. Control characters stay: they differ.
 */
function foldValue(value: string): string {
  return value.normalize('NFKC').toLowerCase().trim().replace(/ +/g, ' ');
}
