// An `issuer#` entry of type jwt as the verifier wants it: which entry answers for an `iss`, where its keys are, and
// what its tokens must say.

import type { JwtIssuerEntry } from '../configuration/entries/issuer-entry.ts';
import type { Tenant } from '../configuration/model.ts';
import { findAlgorithm } from '../keys/algorithms.ts';
import type { IssuerFault } from '../shared/reasons/assertions.ts';
import type { ExpectedAudience, ExpectedJwt, KeySource } from './external-jwt.ts';

type JwtIssuerUse = JwtIssuerEntry['use'][number];

/** Seconds that an issuer's clock may be off. */
export const ISSUER_SKEW_SECONDS = 30;

export interface JwtIssuer {
  readonly kind: 'found';
  readonly issuer: string;
  readonly entry: JwtIssuerEntry;
}

export type FoundJwtIssuer = JwtIssuer | { readonly kind: 'refused'; readonly reason: IssuerFault };

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

/** The claim that names the client: `azp` of OpenID Connect, or the one that stands in place of an audience. */
export function clientIdClaimOf(entry: JwtIssuerEntry): string {
  return entry.clientIdClaim ?? (entry.clientIds === undefined ? 'azp' : 'client_id');
}

/**
 * @param pins `types` tell an access token from an assertion, so each use has its own (A33)
 * @param ours what an assertion for us may call us
 */
export function expectedOf(
  { issuer, entry }: JwtIssuer,
  use: JwtIssuerUse,
  ours: readonly string[],
  pins: Pick<ExpectedJwt, 'types' | 'requiredClaims' | 'maxLifetimeSeconds'>,
): ExpectedJwt {
  return {
    ...pins,
    issuer,
    audience: audienceOf(entry, use, ours),
    algorithms: entry.algorithms.flatMap((name) => findAlgorithm(name) ?? []),
    skewSeconds: ISSUER_SKEW_SECONDS,
    revokedKids: entry.revokedKids,
  };
}

/**
 * Audience by use. Where an entry is for assertions and for access tokens, an audience that is ours is for assertions, and
 * any other for APIs: one for both would make an assertion of each access token (A103).
 */
function audienceOf(entry: JwtIssuerEntry, use: JwtIssuerUse, ours: readonly string[]): ExpectedAudience {
  const { audiences = [], clientIds } = entry;
  if (clientIds !== undefined) return { clientIds, claim: clientIdClaimOf(entry) };
  const isForAssertions = use === 'jwt-bearer';
  const isShared = entry.use.includes('jwt-bearer') && new Set(entry.use).size > 1;
  const anyOf = isShared ? audiences.filter((audience) => ours.includes(audience) === isForAssertions) : audiences;
  return { anyOf, form: isForAssertions ? 'only' : 'any' };
}
