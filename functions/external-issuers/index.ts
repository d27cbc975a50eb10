// Verifies JWTs that others signed: form → key → signature and meaning. Keys that can't be had are `Unavailable`.

import { lazy } from '../shared/lazy.ts';
import type { ExternalIssuerDependencies, ExternalJwt, ExternalJwtVerifier, UnverifiedJwt } from './external-jwt.ts';

/** Opens the verifier, which loads nothing until a token comes: few requests bring one. */
export function createExternalJwtVerifier(dependencies: ExternalIssuerDependencies): ExternalJwtVerifier {
  const opened = lazy(async () => {
    const [{ createKeySets }, { findFormFault, findFault }] = await Promise.all([import('./key-sets.ts'), import('./verify-jwt.ts')]);
    return { keySets: createKeySets(dependencies), findFormFault, findFault };
  });
  return {
    async verify(token, source, expected) {
      const { keySets, findFormFault, findFault } = await opened();
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
