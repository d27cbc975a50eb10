// Self-signed certificates in DER (RFC 5280), written here so that tests can have any key, date and subject with
// nothing but Node. Production code never writes one.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface TestCertificate {
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly privateKeyPem: string;
  readonly publicKey: KeyObject;
}

/** One relative name: object identifier, text, and the tag of the string type (default UTF8String). */
export type SubjectAttribute = readonly [oid: string, value: string, tag?: number];

export interface CertificateOptions {
  readonly keys?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** In the order of the certificate; a list of attributes is one multi-valued name. */
  readonly subject?: readonly (readonly SubjectAttribute[])[];
  /** Absent: as the subject. */
  readonly issuer?: readonly (readonly SubjectAttribute[])[];
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

export const OID = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3', UID: '0.9.2342.19200300.100.1.1' } as const;

let sharedRsaKeys: { privateKey: KeyObject; publicKey: KeyObject } | undefined;

/** One RSA key for all certificates of a process that need no key of their own. */
export function rsaKeys(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  sharedRsaKeys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return sharedRsaKeys;
}

export function newCertificate(options: CertificateOptions = {}): TestCertificate {
  const { privateKey, publicKey } = options.keys ?? rsaKeys();
  const subject = options.subject ?? [[[OID.CN, 'Test']]];
  const algorithm = signatureAlgorithmOf(publicKey);
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(options.issuer ?? subject),
    sequence(time(options.validFrom ?? new Date('2020-01-01T00:00:00Z')), time(options.validTo ?? new Date('2120-01-01T00:00:00Z'))),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = sign(publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', tbs, privateKey);
  const der = sequence(tbs, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    privateKey,
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey,
  };
}

function nameOf(parts: NonNullable<CertificateOptions['subject']>): Buffer {
  const attribute = ([oid, value, tag = 0x0c]: SubjectAttribute) => sequence(objectIdentifier(oid), tlv(tag, encodeString(value, tag)));
  return sequence(...parts.map((attributes) => tlv(0x31, Buffer.concat(attributes.map(attribute)))));
}

function signatureAlgorithmOf(publicKey: KeyObject): Buffer {
  switch (publicKey.asymmetricKeyType) {
    case 'rsa':
      return sequence(objectIdentifier('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));
    case 'ec':
      return sequence(objectIdentifier('1.2.840.10045.4.3.2'));
    default:
      return sequence(objectIdentifier('1.3.101.112'));
  }
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from(bytes));
}

function encodeString(value: string, tag: number): Buffer {
  if (tag === 0x14) return Buffer.from(value, 'latin1');
  if (tag === 0x1e) return Buffer.from(value, 'utf16le').swap16();
  return Buffer.from(value);
}

/** GeneralizedTime, which is right for any year; readers take it before 2050, too. */
function time(date: Date): Buffer {
  return tlv(
    0x18,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .replace('Z', '')}Z`,
    ),
  );
}
