// Verifies JWTs that others signed: form → key → signature → meaning. Keys that can't be had are `Unavailable`.

import { checkForm, checkMeaning, verified } from './check-claims.ts';
import type { ExternalIssuerDependencies, ExternalJwtVerifier } from './external-jwt.ts';
import { createKeySets } from './key-sets.ts';
import { verifySignature } from './verify-signature.ts';

/** Opens the verifier; loads nothing until a token comes. */
export function createExternalJwtVerifier(dependencies: ExternalIssuerDependencies): ExternalJwtVerifier {
  const keySets = createKeySets(dependencies);
  return {
    async verify(token, source, expected) {
      const nowSeconds = Math.floor(dependencies.clock() / 1000);
      // What makes any signature worthless comes first, and makes no call. What the claims mean comes after the
      // signature, so that a log which says "expired" speaks of a token that its issuer wrote.
      const claims = checkForm(token, expected);
      if ('fault' in claims) return { kind: 'refused', reason: claims.fault };
      const found = await keySets.findKey(source, token.kid, token.alg, nowSeconds);
      if (found.kind === 'refused') return found;
      if (!(await verifySignature(token, found.key))) return { kind: 'refused', reason: 'signature' };
      const fault = checkMeaning(claims, expected, nowSeconds);
      return fault === undefined ? verified(token, claims, found.key.fingerprint) : { kind: 'refused', reason: fault };
    },
  };
}
