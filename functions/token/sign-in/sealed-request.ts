// The authorization request on its way through the browser: sealed in the page's form, so that nothing is stored before
// anybody has signed in, two tabs can't disturb each other (A124), and nobody can change or make up one (A121).

import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import type { SealingKeys } from '../../own-tokens/signing-keys.ts';
import { OAuthError } from '../../shared/errors.ts';

/** Request as it travels. It is parsed and checked anew when it comes back: entries may have changed meanwhile. */
export interface SealedRequest {
  /** Page that it goes on from: a form of one is worth nothing at the other. */
  readonly purpose: 'authorize' | 'sign-out';
  /** The parameters of the authorization request, as they were sent. */
  readonly parameters: Readonly<Record<string, string>>;
  /** SHA-256 of the browser's cookie, base64url: another browser can't send this form (A121). */
  readonly browserDigest: string;
  readonly sealedAtSeconds: number;
  /** Digest of the session's cookie when the page was shown: a decision counts for no other sign-in (A126). */
  readonly shownTo?: string;
  /** The scopes that the user was asked about: a decision counts for no other (A126). */
  readonly scopes?: readonly string[];
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a page brings back. A request of 8 kB fits, and those of clients are far smaller. */
const MAX_CHARACTERS = 24_576;
const SEALED = /^([A-Za-z0-9_-]{1,128})\.([A-Za-z0-9_-]{40,})$/;

/**
 * AES-256-GCM (NIST SP 800-38D) under a random nonce: the id of the key, a dot, then nonce, text and tag in base64url.
 *
 * @throws OAuthError `invalid_request` where the form would be too large to be taken back
 */
export function sealRequest(keys: SealingKeys, request: SealedRequest): string {
  const { id, key } = keys.current;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([nonce, cipher.update(JSON.stringify(request)), cipher.final(), cipher.getAuthTag()]);
  const text = `${id}.${sealed.toString('base64url')}`;
  if (text.length > MAX_CHARACTERS) throw new OAuthError('invalid_request', 'request-too-long');
  return text;
}

/** The request; undefined for what we did not seal, or sealed under a key that is gone. */
export function unsealRequest(keys: SealingKeys, purpose: SealedRequest['purpose'], text: string): SealedRequest | undefined {
  const [, id = '', body = ''] = text.length > MAX_CHARACTERS ? [] : (SEALED.exec(text) ?? []);
  const key = keys.find(id);
  if (key === undefined) return undefined;
  const sealed = Buffer.from(body, 'base64url');
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const opened = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    // Authentic, so it is what `sealRequest` wrote.
    const request = JSON.parse(opened.toString()) as SealedRequest;
    return request.purpose === purpose ? request : undefined;
  } catch {
    return undefined;
  }
}

/** Digest of a browser's cookie, which is all that a sealed request knows of it. */
export const browserDigest = (cookie: string): string => hash('sha256', cookie, 'base64url');
