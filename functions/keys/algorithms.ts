// The signature algorithms that are believed of others (RFC 7518 section 3.1, RFC 9864).

/** Asymmetric algorithms alone: a key that verifies can't have signed (A23). */
export const ASYMMETRIC_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'Ed25519'] as const),
] as const;

export type AsymmetricAlgorithm = (typeof ASYMMETRIC_ALGORITHMS)[number];

/** The older name of Ed25519, which leaves the curve open (RFC 9864 section 3.1): still taken wherever an algorithm is named. */
export const EDDSA = 'EdDSA';

/** Names of algorithms, as tokens, keys and entries may write them. */
export const ALGORITHM_NAMES = [...ASYMMETRIC_ALGORITHMS, EDDSA] as const;

/** The algorithm of this name; undefined where it is none that is believed. */
export function findAlgorithm(name: unknown): AsymmetricAlgorithm | undefined {
  return name === EDDSA ? 'Ed25519' : ASYMMETRIC_ALGORITHMS.find((known) => known === name);
}
