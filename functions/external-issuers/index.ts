// Verifies JWTs that others signed: form → key → signature and meaning. Keys that can't be had are `Unavailable`.

import type { ExternalIssuerDependencies, ExternalJwt, ExternalJwtVerifier, UnverifiedJwt } from './external-jwt.ts';
import { createKeySets } from './key-sets.ts';
import { findFault, findFormFault } from './verify-jwt.ts';

/** Opens the verifier; loads nothing until a token comes. */
export function createExternalJwtVerifier(dependencies: ExternalIssuerDependencies): ExternalJwtVerifier {
  const keySets = createKeySets(dependencies);
  return {
    async verify(token, source, expected) {
      const nowSeconds = Math.floor(dependencies.clock() / 1000);
      const formFault = findFormFault(token, expected);
      if (formFault !== undefined) return { kind: 'refused', reason: formFault };
      const found = await keySets.findKey(source, token.kid, token.alg, nowSeconds);
      if (found.kind === 'refused') return found;
      // What the claims mean comes after the signature, so that a log which says "expired" speaks of a token that its
      // issuer wrote.
      const fault = await findFault(token, found.key, expected, nowSeconds);
      return fault === undefined ? verified(token, found.key.fingerprint) : { kind: 'refused', reason: fault };
    },
  };
}

/** Types and presence of these claims were checked. */
function verified({ unverifiedClaims: claims, unverifiedIssuer }: UnverifiedJwt, keyFingerprint: string): ExternalJwt {
  const { sub, jti, iat, exp } = claims as { sub?: string; jti?: string; iat?: number; exp: number };
  const times = { issuedAtSeconds: iat, expiresAtSeconds: exp };
  return { kind: 'verified', jwt: { claims, issuer: unverifiedIssuer ?? '', subject: sub, jti, ...times, keyFingerprint } };
}
