// Secrets of applications on the way into a client entry: what was in clear becomes its digest, and is shown nowhere.

import { createHash } from 'node:crypto';

export interface KeptSecret {
  /** In lower-case hex. */
  readonly sha256: string;
  /** What was done, for the report. */
  readonly says: string;
}

const PRINTABLE = /^[\x20-\x7E]+$/;

/**
 * A secret as WSO2 exports it: in base64; as it is (older tools); or, where the deployment hashes secrets, as JSON with the
 * hash, which is kept where it is a SHA-256.
 *
 * @returns undefined where it can't be kept
 */
export function keepWso2Secret(exported: string): KeptSecret | undefined {
  const decoded = decodeBase64(exported);
  for (const text of [exported, decoded]) {
    const hashed = text === undefined ? undefined : readHashed(text);
    if (hashed === 'unknown') return undefined;
    if (hashed !== undefined) return { sha256: hashed, says: 'the secret stays, by the SHA-256 that WSO2 had of it' };
  }
  return digestOf(decoded ?? exported);
}

/** A secret in clear. */
export function digestOf(secret: string): KeptSecret {
  return { sha256: createHash('sha256').update(secret).digest('hex'), says: 'the secret stays, as its SHA-256' };
}

/** A secret of WSO2's own, 28 random letters and digits, is base64 of bytes that are no text: of two readings, one is right. */
function decodeBase64(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/.test(text))
    return undefined;
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  return PRINTABLE.test(decoded) ? decoded : undefined;
}

/** `{"hash":"…","algorithm":"SHA-256"}` */
function readHashed(text: string): string | 'unknown' | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('hash' in value)) return undefined;
    const algorithm = 'algorithm' in value ? value.algorithm : undefined;
    const isKept = algorithm === 'SHA-256' && typeof value.hash === 'string' && /^[0-9a-fA-F]{64}$/.test(value.hash);
    return isKept ? String(value.hash).toLowerCase() : 'unknown';
  } catch {
    return undefined;
  }
}
