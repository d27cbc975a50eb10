// Header, encoding and signature of the end-user JWT: RS256, ES256 or none; base64url, or the padded base64 that some
// older backends expect, in which case the signature covers the segments as they are written.

import type { EndUserJwtSettings } from '../configuration/entries/tenant-entry.ts';
import { headerSegment, type JwtSigner, signBytes } from '../keys/jwt.ts';

const TYPE = 'JWT';
/** Raw signatures: RSA with 2048 bits, ECDSA on P-256. A longer RSA key is counted when it signs. */
const SIGNATURE_BYTES = { RS256: 256, ES256: 64, none: 0 } as const;

/** A key that signs now. */
export type KeyedSigner = JwtSigner & { readonly kid: string };

export interface Envelope {
  /** How long a payload may be, in bytes, for the whole to have at most so many characters. */
  payloadBytes(maxCharacters: number): number;
  /** The whole JWT. */
  seal(payload: Buffer): string;
}

/**
 * @param signer undefined: unsigned
 */
export function createEnvelope({ algorithm, encoding }: EndUserJwtSettings, signer: KeyedSigner | undefined): Envelope {
  const header = findHeader(algorithm, encoding, signer?.kid);
  const modulusBits = algorithm === 'RS256' ? signer?.privateKey.asymmetricKeyDetails?.modulusLength : undefined;
  const signatureBytes = modulusBits === undefined ? SIGNATURE_BYTES[algorithm] : Math.ceil(modulusBits / 8);
  return {
    payloadBytes: (maxCharacters) => Math.floor((maxCharacters - header.length - 2 - 4 * Math.ceil(signatureBytes / 3)) / 4) * 3,
    seal(payload) {
      const input = `${header}.${payload.toString(encoding)}`;
      return `${input}.${signer === undefined ? '' : sign(signer, input, encoding)}`;
    },
  };
}

function sign(signer: JwtSigner, input: string, encoding: EndUserJwtSettings['encoding']): string {
  return signBytes(signer, Buffer.from(input)).toString(encoding);
}

const headers = new Map<string, string>();
const MAX_HEADERS = 100;

/** Headers are as few as keys, so each is written once. */
function findHeader(algorithm: EndUserJwtSettings['algorithm'], encoding: EndUserJwtSettings['encoding'], kid: string | undefined): string {
  const name = `${algorithm} ${encoding} ${kid}`;
  const known = headers.get(name);
  if (known !== undefined) return known;
  const segment =
    algorithm === 'none' || kid === undefined
      ? Buffer.from(JSON.stringify({ typ: TYPE, alg: 'none' })).toString('base64url')
      : headerSegment(TYPE, algorithm, kid);
  const header = encoding === 'base64url' ? segment : Buffer.from(segment, 'base64url').toString('base64');
  if (headers.size >= MAX_HEADERS) headers.clear();
  headers.set(name, header);
  return header;
}
