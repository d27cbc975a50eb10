// The subject of a certificate (RFC 5280 section 4.1.2.6), read from its own DER, and the name that an entry asks for, in one
// form. Nothing in a name is ever cut or split twice.

import { type BerElement, berText, readAllBer, readBer } from './ber.ts';
import {
  type ComparableName,
  comparableForm,
  type DistinguishedName,
  isKnownType,
  type NameAttribute,
  parseDistinguishedName,
  shortNameOf,
} from './distinguished-name.ts';

const VERSION = 0xa0;
const OBJECT_IDENTIFIER = 0x06;

/** Parses `CN=app,O=Example,C=US`; undefined for what is no such name, or empty, or has a type that can't be compared. */
export function parseSubject(text: string): ComparableName | undefined {
  const name = parseDistinguishedName(text);
  return name && comparableSubject(name);
}

/** Undefined where the subject is empty or can't be read. */
export function subjectOfCertificate(der: Buffer): ComparableName | undefined {
  const tbs = children(children(readBer(der))?.[0]);
  // version [0], serialNumber, signature, issuer, validity, subject; API Gateway takes certificates of version 3 alone.
  const subject = tbs?.[0]?.tag === VERSION ? tbs[5] : undefined;
  const parts = children(subject)?.map((set) => children(set)?.flatMap((attribute) => readAttribute(attribute) ?? []) ?? []);
  const isComplete = children(subject)?.every((set, at) => children(set)?.length === parts?.[at]?.length);
  // RFC 4514 section 2.1: written from the last to the first.
  return parts === undefined || isComplete !== true ? undefined : comparableSubject(parts.reverse());
}

function comparableSubject(name: DistinguishedName): ComparableName | undefined {
  const isWhole = name.every((part) => part.length > 0 && part.every(({ type, value }) => isKnownType(type) && value.trim() !== ''));
  return name.length > 0 && isWhole ? comparableForm(name) : undefined;
}

const children = (element: BerElement | undefined): readonly BerElement[] | undefined => element && readAllBer(element.content);

function readAttribute(element: BerElement): NameAttribute | undefined {
  const [oid, text] = children(element) ?? [];
  const value = text && berText(text);
  return oid?.tag !== OBJECT_IDENTIFIER || value === undefined ? undefined : { type: shortNameOf(dottedOid(oid.content)), value };
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
