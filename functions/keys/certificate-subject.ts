// The names in a certificate (RFC 5280 section 4.1.2), read from its own DER, and the name that an entry asks for, in one
// form. Nothing in a name is ever cut or split twice.

import { type BerElement, berText, readAllBer, readBer } from './ber.ts';
import {
  type ComparableName,
  comparableForm,
  type DistinguishedName,
  isKnownType,
  parseDistinguishedName,
  shortNameOf,
} from './distinguished-name.ts';

const VERSION = 0xa0;
/** Positions in a certificate: version [0], serialNumber, signature, issuer, validity, subject. */
const ISSUER_AT = 3;
const SUBJECT_AT = 5;
const OBJECT_IDENTIFIER = 0x06;

/** Parses `CN=app,O=Example,C=US`; undefined for what is no such name, or empty, or has a type that can't be compared. */
export function parseSubject(text: string): ComparableName | undefined {
  const name = parseDistinguishedName(text);
  return name && comparableSubject(name);
}

/** Undefined where the name is empty, or an attribute of it can't be read. */
export function comparableCertificateName(name: CertificateName): ComparableName | undefined {
  const parts = name.map((part) => part.flatMap(({ type, value }) => (value === undefined ? [] : [{ type, value }])));
  return parts.every((part, at) => part.length === name[at]?.length) ? comparableSubject(parts) : undefined;
}

/** Most specific first, as RFC 4514 section 2.1 writes it; `value` is undefined where it is of a type that can't be read. */
export type CertificateName = readonly (readonly { readonly type: string; readonly value: string | undefined }[])[];

/** Undefined for what is no certificate of version 3, which API Gateway takes alone. */
export const subjectNameOf = (der: Buffer): CertificateName | undefined => nameOf(der, SUBJECT_AT);
export const issuerNameOf = (der: Buffer): CertificateName | undefined => nameOf(der, ISSUER_AT);

function nameOf(der: Buffer, at: number): CertificateName | undefined {
  const tbs = children(children(readBer(der))?.[0]);
  const name = tbs?.[0]?.tag === VERSION ? children(tbs[at]) : undefined;
  const parts = name?.map((set) => children(set)?.map(readAttribute));
  const complete = parts?.flatMap((part) => (part?.every((attribute) => attribute !== undefined) ? [part] : []));
  return complete === undefined || complete.length !== parts?.length ? undefined : complete.reverse();
}

function comparableSubject(name: DistinguishedName): ComparableName | undefined {
  const isWhole = name.every((part) => part.length > 0 && part.every(({ type, value }) => isKnownType(type) && value.trim() !== ''));
  return name.length > 0 && isWhole ? comparableForm(name) : undefined;
}

const children = (element: BerElement | undefined): readonly BerElement[] | undefined => element && readAllBer(element.content);

function readAttribute(element: BerElement): CertificateName[number][number] | undefined {
  const [oid, text] = children(element) ?? [];
  return oid?.tag !== OBJECT_IDENTIFIER || text === undefined
    ? undefined
    : { type: shortNameOf(dottedOid(oid.content)), value: berText(text) };
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
