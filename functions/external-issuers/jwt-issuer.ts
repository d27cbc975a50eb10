// An `issuer#` entry of type jwt as the verifier wants it: which entry answers for an `iss`, where its keys are, and
// what its tokens must say.

import type { JwtIssuerEntry } from '../configuration/entries/issuer-entry.ts';
import type { Tenant } from '../configuration/model.ts';
import { findAlgorithm } from '../keys/algorithms.ts';
import type { IssuerFault } from '../shared/reasons.ts';
import type { ExpectedJwt, KeySource } from './external-jwt.ts';

export type JwtIssuerUse = JwtIssuerEntry['use'][number];

/** Seconds that an issuer's clock may be off. */
export const ISSUER_SKEW_SECONDS = 30;

export type FoundJwtIssuer =
  | { readonly kind: 'found'; readonly issuer: string; readonly entry: JwtIssuerEntry }
  | { readonly kind: 'refused'; readonly reason: IssuerFault };

/** The tenant's issuer of exactly this `iss`, enabled and meant for this use (A36). */
export function findJwtIssuer(tenant: Tenant, unverifiedIssuer: string | undefined, use: JwtIssuerUse): FoundJwtIssuer {
  const entry = unverifiedIssuer === undefined ? undefined : tenant.issuers.get(unverifiedIssuer);
  if (unverifiedIssuer === undefined || entry?.type !== 'jwt' || !entry.use.includes(use))
    return { kind: 'refused', reason: 'unknown-issuer' };
  return entry.enabled ? { kind: 'found', issuer: unverifiedIssuer, entry } : { kind: 'refused', reason: 'disabled-issuer' };
}

/** The entry's parser saw to it that one of the two is there. */
export function keySourceOf(tenant: Tenant, issuer: string, entry: JwtIssuerEntry): KeySource {
  const owner = [tenant.name, 'issuer', issuer] as const;
  if (entry.jwksUri === undefined) return { kind: 'certificates', owner, certificates: entry.certificates ?? {} };
  const { allowPlaintext, allowPrivateAddress } = entry;
  return { kind: 'jwks-uri', owner, uri: entry.jwksUri, allowPlaintext, allowPrivateAddress };
}

/** @param types see `ExpectedJwt`: they tell an access token from an assertion, so each use has its own (A33) */
export function expectedOf(
  issuer: string,
  entry: JwtIssuerEntry,
  pins: Pick<ExpectedJwt, 'types' | 'requiredClaims' | 'maxLifetimeSeconds'>,
): ExpectedJwt {
  return {
    ...pins,
    issuer,
    audience: { anyOf: entry.audiences, form: 'any' },
    algorithms: entry.algorithms.flatMap((name) => findAlgorithm(name) ?? []),
    skewSeconds: ISSUER_SKEW_SECONDS,
    revokedKids: entry.revokedKids,
  };
}
