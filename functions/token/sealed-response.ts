// The response of a renewal, kept for whoever presents the same refresh token within the grace. It is encrypted under a
// key that only that token yields: who can read the Tokens table, but never held the token, learns nothing from it.

import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Randomness } from '../own-tokens/draw-randomness.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = 'gatehouse renewal response';

/** AES-256-GCM (NIST SP 800-38D) under a random nonce. Base64url: nonce, text, tag. */
export function sealResponse(body: string, replacedRefreshToken: string, random: Randomness): string {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(replacedRefreshToken), nonce);
  return Buffer.concat([nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** The response, to the byte; undefined where the token is not the one that it was sealed for. */
export function unsealResponse(sealedResponse: string, refreshToken: string): string | undefined {
  const sealed = Buffer.from(sealedResponse, 'base64url');
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(refreshToken), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

/**
 * The token holds 256 random bits that nothing stores, so that one hash of it is a key. As a KeyObject: with the bytes
 * themselves Node 24 takes 7 µs longer to make a cipher.
 */
function sealingKey(refreshToken: string): KeyObject {
  return createSecretKey(hash('sha256', `${PURPOSE}\n${refreshToken}`, 'buffer'));
}
