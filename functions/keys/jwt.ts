// JWS compact serialisation (RFC 7515) for tokens of our own, on bare node:crypto: a KeyObject without an options
// object and ECDSA as DER are what OpenSSL is fastest at. Tokens of others go through `jose`.

import { hash, type KeyObject, sign, verify } from 'node:crypto';

export type SignatureAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

export interface JwtSigner {
  readonly alg: SignatureAlgorithm;
  readonly privateKey: KeyObject;
}

export interface JwtVerifier {
  readonly alg: SignatureAlgorithm;
  readonly publicKey: KeyObject;
}

/** JSON as a base64url segment, without padding. */
export function encodeSegment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The header segment of our tokens. Members always stand in this order: a verifier compares bytes, it parses nothing. */
export function headerSegment(typ: string, alg: SignatureAlgorithm, kid: string): string {
  return encodeSegment({ typ, alg, kid });
}

/** Signs `header.payload`; both are base64url segments already. */
export function signJwt(signer: JwtSigner, header: string, payload: string): string {
  const input = `${header}.${payload}`;
  return `${input}.${signBytes(signer, Buffer.from(input)).toString('base64url')}`;
}

/** The raw signature of JWA (RFC 7518 section 3): for ES256 r and s of 32 bytes each. */
export function signBytes(signer: JwtSigner, input: Buffer): Buffer {
  switch (signer.alg) {
    case 'RS256':
      return sign('RSA-SHA256', input, signer.privateKey);
    case 'ES256':
      return rawFromDer(sign('SHA256', input, signer.privateKey));
    case 'EdDSA':
      return sign(null, input, signer.privateKey);
  }
}

/**
 * The payload of a token whose header segment is, byte for byte, one that we write, and whose signature is right.
 * Undefined for anything else: nothing that an attacker wrote is parsed (A23, A24, A25, A29, A33).
 *
 * @param verifiers by header segment
 */
export function verifyOwnJwt(token: string, verifiers: ReadonlyMap<string, JwtVerifier>): Record<string, unknown> | undefined {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  if (headerEnd === -1 || payloadEnd === -1) return undefined;
  const verifier = verifiers.get(token.slice(0, headerEnd));
  if (verifier === undefined) return undefined;
  const signatureSegment = token.slice(payloadEnd + 1);
  const signature = Buffer.from(signatureSegment, 'base64url');
  // A second spelling of the same signature would be a second token with its own cache and digest (A27).
  if (signature.toString('base64url') !== signatureSegment) return undefined;
  if (!verifyBytes(verifier, Buffer.from(token.slice(0, payloadEnd)), signature)) return undefined;
  return JSON.parse(Buffer.from(token.slice(headerEnd + 1, payloadEnd), 'base64url').toString()) as Record<string, unknown>;
}

/**
 * What the payload of a token says whose header segment is, byte for byte, one that we write. Anybody can write one:
 * nothing of it is proven. Undefined for another header, and for what is not JSON.
 *
 * @param verifiers by header segment
 */
export function readUnverifiedPayload(token: string, verifiers: ReadonlyMap<string, JwtVerifier>): unknown {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  if (headerEnd === -1 || payloadEnd === -1 || !verifiers.has(token.slice(0, headerEnd))) return undefined;
  try {
    return JSON.parse(Buffer.from(token.slice(headerEnd + 1, payloadEnd), 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Whether `signature` is the JWA signature of `input`. */
export function verifyBytes(verifier: JwtVerifier, input: Buffer, signature: Buffer): boolean {
  switch (verifier.alg) {
    case 'RS256':
      return verify('RSA-SHA256', input, verifier.publicKey, signature);
    case 'ES256':
      return signature.length === 64 && verify('SHA256', input, verifier.publicKey, derFromRaw(signature));
    case 'EdDSA':
      return verify(null, input, verifier.publicKey, signature);
  }
}

/** SHA-256 of a token, base64url: what the Tokens table knows it by. */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** ECDSA-Sig-Value (RFC 3279 section 2.2.3) to r and s of 32 bytes each (RFC 7518 section 3.4). */
function rawFromDer(der: Buffer): Buffer {
  const raw = Buffer.alloc(64);
  const rLength = der[3] ?? 0;
  const sLength = der[5 + rLength] ?? 0;
  copyInteger(der.subarray(4, 4 + rLength), raw, 32);
  copyInteger(der.subarray(6 + rLength, 6 + rLength + sLength), raw, 64);
  return raw;
}

/** Copies a DER integer, whose leading zero is a sign, so that it ends before `end`. */
function copyInteger(integer: Buffer, raw: Buffer, end: number): void {
  const digits = integer.length > 32 ? integer.subarray(integer.length - 32) : integer;
  digits.copy(raw, end - digits.length);
}

function derFromRaw(raw: Buffer): Buffer {
  const r = derInteger(raw.subarray(0, 32));
  const s = derInteger(raw.subarray(32, 64));
  return Buffer.concat([Buffer.from([0x30, r.length + s.length]), r, s]);
}

function derInteger(digits: Buffer): Buffer {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === 0) start++;
  const significant = digits.subarray(start);
  const sign = (significant[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, significant.length + sign.length, ...sign]), significant]);
}
