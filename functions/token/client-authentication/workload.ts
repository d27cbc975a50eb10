// A workload as a client: the token that its platform gave it is its client assertion (RFC 7521 section 4.2, RFC 7523
// section 3 as RFC 10070 updates it), and no secret is stored anywhere. What such a token does not have is the client id as
// its `sub`, so that the client's entry says which issuer and subject it is.
// It may come again until it expires: platforms give out the same one for as long as it lasts.

import type { Client } from '../../configuration/model.ts';
import type { Workload } from '../../configuration/workload.ts';
import type { ExpectedJwt, ExternalJwtVerifier, UnverifiedJwt } from '../../external-issuers/external-jwt.ts';
import { ISSUER_SKEW_SECONDS, keySourceOf } from '../../external-issuers/jwt-issuer.ts';
import { findAlgorithm } from '../../keys/algorithms.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { ClientCredentialFault } from '../../shared/reasons/clients.ts';
import { isOwnIssuer } from '../../shared/token-paths.ts';
import type { TenantStore, WorkloadStore } from '../../storage/stores.ts';
import type { ClientVerification, PresentedClient } from './client-authentication.ts';

/** What platforms write: nothing (Kubernetes), `JWT`, `JOSE` (JWT-SVID section 2.3), and what RFC 10070 asks for. No access token (A33). */
const TYPES = [null, 'jwt', 'jose', 'client-authentication+jwt'] as const;

/** A day, which is what EKS gives at most; AWS STS gives an hour, GitHub some minutes. What lasts longer is a stored secret by another name. */
const MAX_LIFETIME_SECONDS = 86_400;

/** The issuer of a JWT-SVID that names none: its trust domain, which is the beginning of every subject of it. */
const TRUST_DOMAIN = /^(spiffe:\/\/[a-z0-9._-]{1,255})\//;

export interface WorkloadDependencies {
  readonly externalJwts: ExternalJwtVerifier;
  readonly tenants: Pick<TenantStore, 'findTenant'>;
  readonly workloads: WorkloadStore;
  /** Of the endpoint: the deployment's, or that of a tenant. */
  readonly issuer: string;
  /** As in `TokenDependencies`. */
  readonly sharedIssuer?: string;
}

/** A token of a platform, of which nothing is believed yet. */
export interface WorkloadToken {
  readonly jwt: UnverifiedJwt;
  /** It was sent as a JWT-SVID, which may have no `iss`, and whose subject is a SPIFFE ID. */
  readonly isSpiffe: boolean;
}

/** @param clientId of the request, which need not have one (RFC 7521 section 4.2) */
export function presentWorkload(dependencies: WorkloadDependencies, token: WorkloadToken, clientId: string | undefined): PresentedClient {
  return {
    unverifiedClientId: clientId,
    findClientId: () => findClientIdOf(dependencies, token),
    permittedBy: 'workload',
    verify: (client) => verifyWorkload(dependencies, client, token),
  };
}

/** Whom the token says that it is about; undefined where it does not say. */
function findUnverifiedWorkload({ jwt: { unverifiedIssuer, unverifiedClaims }, isSpiffe }: WorkloadToken): Workload | undefined {
  const { iss, sub } = unverifiedClaims;
  if (typeof sub !== 'string' || sub === '') return undefined;
  const trustDomain = isSpiffe ? TRUST_DOMAIN.exec(sub)?.[1] : undefined;
  if (isSpiffe && trustDomain === undefined) return undefined;
  const issuer = iss === undefined ? trustDomain : unverifiedIssuer;
  return issuer === undefined || issuer === '' ? undefined : { issuer, subject: sub };
}

/** The one client that claims the workload. @throws OAuthError `invalid_client` where nobody does, or several do (A146) */
async function findClientIdOf({ workloads }: WorkloadDependencies, token: WorkloadToken): Promise<string> {
  const workload = findUnverifiedWorkload(token);
  if (workload === undefined) throw new OAuthError('invalid_client', 'client-assertion-subject');
  const [claimant, ...others] = await workloads.findClaimants(workload);
  if (claimant === undefined) throw new OAuthError('invalid_client', 'unknown-workload');
  if (others.length > 0) throw new OAuthError('invalid_client', 'workload-claimed-twice');
  return claimant.clientId;
}

export async function verifyWorkload(
  { externalJwts, tenants, workloads, issuer, sharedIssuer = issuer }: WorkloadDependencies,
  client: Client | undefined,
  token: WorkloadToken,
): Promise<ClientVerification> {
  const { jwt } = token;
  const unverified = findUnverifiedWorkload(token);
  // Of a client with keys of its own, `iss` and `sub` would be its id.
  if (client?.workload === undefined || unverified === undefined) return refused('client-assertion-subject');
  const { issuer: by, subject } = unverified;
  if (client.workload.issuer !== by || client.workload.subject !== subject) return refused('workload-not-of-this-client');
  // Whatever an entry says: what we sign is for users and for APIs, and proves no client (A33).
  if (isOwnIssuer(by, sharedIssuer)) return refused('workload-unknown-issuer');
  const tenant = await tenants.findTenant(client.tenant);
  const entry = tenant?.issuers.get(by);
  if (tenant === undefined || entry?.type !== 'jwt') return refused('workload-unknown-issuer');
  if (!entry.enabled) return refused('workload-disabled-issuer');
  const expected: ExpectedJwt = {
    issuer: jwt.unverifiedIssuer ?? null,
    // Whatever audiences the entry lists for other uses: a token that is for somebody else too may be theirs to send (A147).
    audience: { anyOf: [issuer], form: 'one' },
    algorithms: entry.algorithms.flatMap((name) => findAlgorithm(name) ?? []),
    types: TYPES,
    requiredClaims: ['sub'],
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    skewSeconds: ISSUER_SKEW_SECONDS,
    revokedKids: entry.revokedKids,
  };
  const checked = await externalJwts.verify(jwt, keySourceOf(tenant, by, entry), expected);
  if (checked.kind === 'refused') return refused(`workload-${checked.reason}`);
  const claimants = await workloads.findClaimants(client.workload, client.clientId);
  if (claimants.some(({ clientId }) => clientId !== client.clientId)) return refused('workload-claimed-twice');
  // The entry was changed, or went, a moment ago.
  if (claimants.length === 0) return refused('workload-not-of-this-client');
  return { kind: 'verified', note: { clientAuthentication: 'workload', workloadIssuer: by } };
}

const refused = (reason: ClientCredentialFault): ClientVerification => ({ kind: 'refused', reason });
