// The client assertion of `private_key_jwt`: read, and verified with the client's own keys (RFC 7523 section 3 as RFC 10070
// updates it, RFC 7521 section 4.2).

import * as v from 'valibot';
import { platformIssuer } from '../../configuration/entries/client-entry.ts';
import type { Client } from '../../configuration/model.ts';
import type { ExpectedJwt, ExternalJwtVerifier, KeySource, UnverifiedJwt } from '../../external-issuers/external-jwt.ts';
import { readJwt } from '../../external-issuers/read-jwt.ts';
import { ASYMMETRIC_ALGORITHMS } from '../../keys/algorithms.ts';
import { OAuthError, Unavailable } from '../../shared/errors.ts';
import { tokenUrlsOf } from '../../shared/token-paths.ts';
import type { ReplayStore, TenantStore, WorkloadStore } from '../../storage/stores.ts';
import { withoutOuterLineBreaks } from '../assertion-text.ts';
import { claimAssertion } from '../claim-assertion.ts';
import { clientOutage } from '../client-outage.ts';
import type { ClientDocuments } from '../found-client.ts';
import type { ClientVerification, PresentedClient } from './client-authentication.ts';

/** Of `private_key_jwt` and of workloads. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A JWT-SVID of SPIFFE, which may have no `iss` (draft-ietf-oauth-spiffe-client-auth). */
const SPIFFE_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe';

/** `JWT` or none is what libraries send; the last is what the revision of RFC 7523 asks for. An access token is neither (A33). */
const TYPES = [null, 'jwt', 'client-authentication+jwt'] as const;

/** Clients of the field ask for a minute to an hour; the `jti` is remembered for as long as it lasts. */
const MAX_LIFETIME_SECONDS = 3600;
const SKEW_SECONDS = 30;

export interface ClientAssertionDependencies {
  readonly externalJwts: ExternalJwtVerifier;
  readonly replays: ReplayStore;
  readonly tenants: Pick<TenantStore, 'findTenant'>;
  readonly workloads: WorkloadStore;
  /** As in `TokenDependencies`. */
  readonly documents?: ClientDocuments;
  readonly issuer: string;
  /** As in `TokenDependencies`. */
  readonly sharedIssuer?: string;
}

/** @throws OAuthError where the assertion is malformed */
export async function presentClientAssertion(
  dependencies: ClientAssertionDependencies,
  parameters: ReadonlyMap<string, string>,
): Promise<PresentedClient> {
  const assertion = parameters.get('client_assertion');
  const type = parameters.get('client_assertion_type');
  if (assertion === undefined) throw new OAuthError('invalid_request', 'missing-client-assertion');
  if (type === undefined) throw new OAuthError('invalid_request', 'missing-client-assertion-type');
  const isSpiffe = type === SPIFFE_ASSERTION_TYPE;
  if (type !== ASSERTION_TYPE && !isSpiffe) throw new OAuthError('invalid_client', 'unknown-client-assertion-type');
  const read = readJwt(withoutOuterLineBreaks(assertion));
  if (read.kind === 'refused') throw new OAuthError('invalid_client', `client-assertion-${read.reason}`);
  const clientId = parameters.get('client_id');
  const { unverifiedIssuer, unverifiedClaims } = read.jwt;
  // Who signs as itself has a key of its own; of whom a platform speaks is a workload, if anybody.
  if (isSpiffe || (unverifiedIssuer !== unverifiedClaims.sub && v.is(platformIssuer, unverifiedIssuer))) {
    const { presentWorkload } = await import('./workload.ts');
    return presentWorkload(dependencies, { jwt: read.jwt, isSpiffe }, clientId);
  }
  const unverifiedClientId = subjectOf(read.jwt, clientId);
  return { unverifiedClientId, verify: (client) => verifyClientAssertion(dependencies, client, read.jwt) };
}

/** `iss` and `sub` are the client id, and `client_id`, where it is there, says the same (RFC 7521 section 4.2). */
function subjectOf({ unverifiedClaims, unverifiedIssuer }: UnverifiedJwt, clientId: string | undefined): string {
  const { sub } = unverifiedClaims;
  if (typeof sub !== 'string' || sub === '' || unverifiedIssuer !== sub) throw new OAuthError('invalid_client', 'client-assertion-subject');
  if (clientId !== undefined && clientId !== sub) throw new OAuthError('invalid_client', 'client-id-mismatch');
  return sub;
}

async function verifyClientAssertion(
  { externalJwts, replays, documents, issuer }: ClientAssertionDependencies,
  client: Client | undefined,
  token: UnverifiedJwt,
): Promise<ClientVerification> {
  const keys = client && keySourceOf(client);
  if (client === undefined || keys === undefined) return { kind: 'refused', reason: 'no-client-keys' };
  const verify = () => externalJwts.verify(token, keys, expectedOf(client, issuer));
  const checked = await (documents === undefined ? verify() : documents.withKeys(client, verify)).catch((error: unknown) => {
    throw client.document !== undefined && error instanceof Unavailable ? clientOutage(error) : error;
  });
  if (checked.kind === 'refused') return { kind: 'refused', reason: `client-assertion-${checked.reason}` };
  const { jti = '', expiresAtSeconds } = checked.jwt;
  // Written only now: who can't sign as the client can't use up its ids (A35). Of two at once, one is first.
  const isFirst = await claimAssertion(replays, {
    purpose: 'client-assertion',
    parts: [client.clientId, jti],
    expiresAtSeconds: Math.ceil(expiresAtSeconds) + SKEW_SECONDS,
  });
  if (!isFirst) return { kind: 'refused', reason: 'client-assertion-replayed' };
  // Counted, so that an operator sees when the last client has changed over.
  return checked.jwt.claims.aud === issuer ? { kind: 'verified' } : { kind: 'verified', note: { clientAssertionAudience: 'token-url' } };
}

function keySourceOf(client: Client): KeySource | undefined {
  const owner = [client.tenant, 'client', client.clientId] as const;
  if (client.jwks !== undefined) return { kind: 'jwks', owner, jwks: client.jwks };
  if (client.jwksUri === undefined) return undefined;
  return { kind: 'jwks-uri', owner, uri: client.jwksUri, allowPlaintext: false, allowPrivateAddress: false };
}

function expectedOf(client: Client, issuer: string): ExpectedJwt {
  return {
    issuer: client.clientId,
    // Our issuer alone (RFC 10070), as one string: else an assertion for another server that lists us too would do here
    // (A34), and a server whose metadata name our token endpoint as theirs would be given assertions for us.
    audience: { anyOf: client.legacyAssertionAudience ? [issuer, ...tokenUrlsOf(issuer)] : [issuer], form: 'single' },
    // The client's key pins the algorithm: it allows those of its type, or the one that it names.
    algorithms: ASYMMETRIC_ALGORITHMS,
    types: TYPES,
    requiredClaims: ['sub', 'jti'],
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    skewSeconds: SKEW_SECONDS,
    revokedKids: [],
  };
}
