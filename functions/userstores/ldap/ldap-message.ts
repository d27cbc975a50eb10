// LDAP messages, decoded strictly (RFC 4511 section 5.1: BER with definite lengths). A message that lacks its result
// code is a fault here: ldapts' own client takes such a one for success, which would be a login.

import { type BerElement, berSize, readAllBer, readBer } from '../../keys/ber.ts';
import { decodeUtf8 } from '../../shared/utf8.ts';
import { ServerFault } from './ldap-fault.ts';

/** A result, the last message of every operation. */
export interface LdapResult {
  readonly code: number;
  /** Active Directory says in it why a bind failed. Never shown to a caller. */
  readonly diagnostic: string;
  /** Response controls by OID. */
  readonly controls: ReadonlyMap<string, Buffer>;
}

export interface LdapEntry {
  readonly dn: string;
  /** Values by attribute name in lower case. Bytes: what is text is for the reader to say. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
  /** Attributes of which only a part was sent: the number of the first value that is missing. */
  readonly moreFrom?: ReadonlyMap<string, number>;
}

export type LdapMessage =
  | { readonly kind: 'entry'; readonly id: number; readonly entry: LdapEntry }
  | { readonly kind: 'reference'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly operation: number; readonly result: LdapResult };

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const ENUMERATED = 0x0a;
const CONTROLS = 0xa0;
const SEARCH_ENTRY = 0x64;
const SEARCH_REFERENCE = 0x73;

/** Response tags of the operations that are used here. */
export const BIND_RESPONSE = 0x61;
export const SEARCH_DONE = 0x65;
export const MODIFY_RESPONSE = 0x67;
export const COMPARE_RESPONSE = 0x6f;
export const EXTENDED_RESPONSE = 0x78;
const RESULTS: ReadonlySet<number> = new Set([BIND_RESPONSE, SEARCH_DONE, MODIFY_RESPONSE, COMPARE_RESPONSE, EXTENDED_RESPONSE]);

const malformed = (): ServerFault => new ServerFault('malformed-answer');

/** The size of the message at the start of `bytes`; undefined until its header is there. */
export function messageSize(bytes: Buffer): number | undefined {
  const size = berSize(bytes);
  if (size === undefined || (bytes[0] !== undefined && bytes[0] !== SEQUENCE)) throw malformed();
  return size === 'incomplete' ? undefined : size.headerBytes + size.contentBytes;
}

function readElement(bytes: Buffer, expectedTag?: number): BerElement {
  const element = readBer(bytes);
  if (element === undefined || (expectedTag !== undefined && element.tag !== expectedTag)) throw malformed();
  return element;
}

function readElements(bytes: Buffer): readonly BerElement[] {
  const elements = readAllBer(bytes);
  if (elements === undefined) throw malformed();
  return elements;
}

function readNumber(content: Buffer): number {
  if (content.length === 0 || content.length > 4) throw malformed();
  return content.readIntBE(0, content.length);
}

function readText(content: Buffer): string {
  const text = decodeUtf8(content);
  if (text === undefined) throw malformed();
  return text;
}

/**
 * Decodes one message, all of `bytes`.
 *
 * @throws ServerFault `malformed-answer`
 */
export function parseLdapMessage(bytes: Buffer): LdapMessage {
  const envelope = readElement(bytes, SEQUENCE);
  const id = readElement(envelope.content, INTEGER);
  const operation = readElement(id.rest);
  const common = { id: readNumber(id.content) };
  if (operation.tag === SEARCH_ENTRY) return { ...common, kind: 'entry', entry: parseEntry(operation.content) };
  if (operation.tag === SEARCH_REFERENCE) return { ...common, kind: 'reference' };
  if (!RESULTS.has(operation.tag)) throw malformed();
  return { ...common, kind: 'result', operation: operation.tag, result: parseResult(operation.content, operation.rest) };
}

function parseResult(content: Buffer, rest: Buffer): LdapResult {
  const code = readElement(content, ENUMERATED);
  const matchedDn = readElement(code.rest, OCTET_STRING);
  const diagnostic = readElement(matchedDn.rest, OCTET_STRING);
  return {
    code: readNumber(code.content),
    // Active Directory ends it with a NUL; it may be in no encoding at all.
    diagnostic: diagnostic.content.toString('latin1'),
    controls: rest.length === 0 ? new Map() : parseControls(readElement(rest, CONTROLS).content),
  };
}

function parseControls(content: Buffer): ReadonlyMap<string, Buffer> {
  return new Map(
    readElements(content).map((control) => {
      const [oid, ...more] = readElements(control.content);
      const value = more.find((element) => element.tag === OCTET_STRING);
      return [oid?.content.toString('latin1') ?? '', value?.content ?? Buffer.alloc(0)] as const;
    }),
  );
}

/** Active Directory names a part of very many values `member;range=0-1499`, the last one `member;range=1500-*`. */
const RANGE = /^(.*);range=\d+-(\d{1,9}|\*)$/;

function parseEntry(content: Buffer): LdapEntry {
  const name = readElement(content, OCTET_STRING);
  const list = readElement(name.rest, SEQUENCE);
  const attributes = new Map<string, readonly Buffer[]>();
  const moreFrom = new Map<string, number>();
  for (const attribute of readElements(list.content)) {
    const type = readElement(attribute.content, OCTET_STRING);
    const values = readElements(readElement(type.rest, SET).content).map((value) => value.content);
    const written = readText(type.content).toLowerCase();
    const [, base = written, last] = RANGE.exec(written) ?? [];
    // Beside the part the attribute itself may stand, with no values.
    attributes.set(base, [...(attributes.get(base) ?? []), ...values]);
    if (last !== undefined && last !== '*') moreFrom.set(base, Number(last) + 1);
  }
  return { dn: readText(name.content), attributes, ...(moreFrom.size > 0 && { moreFrom }) };
}

/** The error of a password policy response control (draft-behera-ldap-password-policy-10 section 6.2), if it has one. */
export function parsePasswordPolicyError(value: Buffer): number | undefined {
  if (value.length === 0) return undefined;
  const error = readElements(readElement(value, SEQUENCE).content).find((element) => element.tag === 0x81);
  return error === undefined ? undefined : readNumber(error.content);
}
