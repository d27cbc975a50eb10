// The response of a renewal, kept for whoever presents the same refresh token within the grace. It is encrypted under
// what only that token yields: who can read the Tokens table, but never held the token, learns nothing from it.

import { hash } from 'node:crypto';
import { isTokenOfDigest } from '../shared/opaque-token.ts';

const PURPOSE = 'gatehouse renewal response';

/**
 * A one-time pad from SHAKE256 (FIPS 202), which is a pseudorandom function of the 256 secret bits that the replaced
 * token holds and nothing stores. A pad is never used twice: it depends on the successor too. AES-GCM would do the
 * same with a cipher object whose making costs half as much as the whole renewal.
 *
 * @param successorDigest of the refresh token that the response contains
 */
export function sealResponse(body: string, replacedRefreshToken: string, successorDigest: string): string {
  return applyPad(Buffer.from(body), replacedRefreshToken, successorDigest).toString('base64url');
}

/** The response, to the byte; undefined where it does not open to the one that brought this successor. */
export function openSealedResponse(sealedResponse: string, refreshToken: string, successorDigest: string): string | undefined {
  if (sealedResponse === '') return undefined;
  const body = applyPad(Buffer.from(sealedResponse, 'base64url'), refreshToken, successorDigest).toString();
  const successor = /"refresh_token":"([A-Za-z0-9_-]+)"\}$/.exec(body)?.[1];
  // A pad alone tells nothing of whether it was the right one.
  return successor !== undefined && isTokenOfDigest(successor, successorDigest) ? body : undefined;
}

function applyPad(text: Buffer, refreshToken: string, successorDigest: string): Buffer {
  const seed = `${PURPOSE}\n${successorDigest}\n${refreshToken}`;
  const pad = hash('shake256', seed, { outputEncoding: 'buffer', outputLength: text.length });
  const padded = Buffer.allocUnsafe(text.length);
  for (let at = 0; at < text.length; at++) padded[at] = (text[at] ?? 0) ^ (pad[at] ?? 0);
  return padded;
}
