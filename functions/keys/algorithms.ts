// The signature algorithms that are believed of others (RFC 7518 section 3.1, RFC 9864).

/** Asymmetric algorithms alone: a key that verifies can't have signed (A23). */
export const ASYMMETRIC_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

/** What RFC 9864 calls EdDSA with the only curve that is taken here. */
export const ED25519 = 'Ed25519';

export type AsymmetricAlgorithm = (typeof ASYMMETRIC_ALGORITHMS)[number];
