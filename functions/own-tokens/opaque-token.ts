// Opaque tokens, access and refresh: random text that begins with the grant it belongs to, so that one read of one
// item finds it. Only digests are stored (RFC 6749 section 10.3, A60).

import { timingSafeEqual } from 'node:crypto';
import { tokenDigest } from '../keys/jwt.ts';
import { drawRandomness } from './draw-randomness.ts';

export const GRANT_ID_CHARACTERS = 22;

const PATTERNS = { access: /^gat_[A-Za-z0-9_-]{65}$/, refresh: /^grt_[A-Za-z0-9_-]{87}$/, code: /^gac_[A-Za-z0-9_-]{65}$/ } as const;
const PREFIX_CHARACTERS = 4;

/** 128 random bits that name a grant. They are no secret: every token of the grant shows them. */
export function newGrantId(random = drawRandomness()): string {
  return random.text(16);
}

/** An opaque access token: what it is, its grant, and 256 random bits. */
export function newOpaqueAccessToken(grantId: string, random = drawRandomness()): string {
  return `gat_${grantId}${random.text(32)}`;
}

/** 128 random bits that all refresh tokens of a grant share, and nothing else shows. */
export function newRefreshFamily(random = drawRandomness()): string {
  return random.text(16);
}

/** A refresh token: what it is, its grant, its family, and 256 random bits of its own. */
export function newRefreshToken(grantId: string, family: string, random = drawRandomness()): string {
  return `grt_${grantId}${family}${random.text(32)}`;
}

/** An authorization code: what it is, the grant that it becomes, and 256 random bits. */
export function newAuthorizationCode(grantId: string): string {
  return `gac_${grantId}${drawRandomness().text(32)}`;
}

/** The grant of an opaque token of this kind; undefined for anything else. */
export function grantIdOfOpaqueToken(kind: keyof typeof PATTERNS, token: string): string | undefined {
  return PATTERNS[kind].test(token) ? token.slice(PREFIX_CHARACTERS, PREFIX_CHARACTERS + GRANT_ID_CHARACTERS) : undefined;
}

/** Family of a refresh token: the part that it shares with those before and after it. The token must be one by its form. */
export function familyOfRefreshToken(token: string): string {
  const start = PREFIX_CHARACTERS + GRANT_ID_CHARACTERS;
  return token.slice(start, start + GRANT_ID_CHARACTERS);
}

/** Whether the token is the one that this digest stands for, in constant time. */
export function isTokenOfDigest(token: string, digest: string): boolean {
  return isSameDigest(tokenDigest(token), digest);
}

/** Whether two digests are the same, in constant time. */
export function isSameDigest(digest: string, expected: string): boolean {
  const actualBytes = Buffer.from(digest);
  const expectedBytes = Buffer.from(expected);
  return actualBytes.length === expectedBytes.length && timingSafeEqual(actualBytes, expectedBytes);
}
