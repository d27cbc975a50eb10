// The response of a renewal, kept for whoever presents the same refresh token within the grace. It is encrypted under a
// key that only that token yields: who can read the Tokens table, but never held the token, learns nothing from it.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under HKDF-SHA-256 (RFC 5869) of the refresh token, which holds 256 random bits. Base64url. */
export function sealResponse(body: string, replacedRefreshToken: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(replacedRefreshToken), nonce);
  const sealed = Buffer.concat([nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

/** The response, to the byte; undefined where the token is not the one that it was sealed for. */
export function openSealedResponse(sealedResponse: string, refreshToken: string): string | undefined {
  const sealed = Buffer.from(sealedResponse, 'base64url');
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(refreshToken), sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const opened = [decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()];
    return Buffer.concat(opened).toString();
  } catch {
    return undefined;
  }
}

function sealingKey(refreshToken: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', refreshToken, '', 'gatehouse renewal response', 32));
}
