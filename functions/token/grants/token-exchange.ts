// FLOW of `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693 section 2), by which a service that was called with a user's
// token turns it into one for the next API: types → the one resource → whose token it is → who acts → the user as of now →
// scopes. The new token says who acts, has no more than the old one had, ends with it, and can't be renewed.

import type { EndUser, Tenant } from '../../configuration/model.ts';
import { FREE_SCOPES, isLegacyScope } from '../../configuration/scopes.ts';
import { subjectOf } from '../../configuration/username.ts';
import type { AccessToken } from '../../own-tokens/access-token.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { Delegation } from '../../storage/grant.ts';
import type { RequestTrace } from '../request-trace.ts';
import { requireParameter } from '../token-request.ts';
import type { Subject, TokenExchangeDependencies } from './exchange-subject.ts';
import { type GrantRequest, type NewGrant, type Redeem, requireTenant } from './grant-variant.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
/** RFC 8693 section 4.1 nests actors without an end; a chain of services that is longer than this is a loop. */
const MAX_ACTORS = 4;
/** Each is read at every use of the token. */
const MAX_PARENTS = 8;

export function createTokenExchange(dependencies: TokenExchangeDependencies): Redeem {
  return (request) => exchangeToken(dependencies, request);
}

/** @throws OAuthError `invalid_request` for all that is wrong with the tokens, `invalid_target` for the resource; Unavailable */
async function exchangeToken(dependencies: TokenExchangeDependencies, request: GrantRequest): Promise<NewGrant> {
  const tenant = requireTenant(request);
  requireTokenTypes(request.parameters);
  requireExchangedResource(request);
  const subject = await findSubject(dependencies, tenant, request);
  request.trace.note({ subject: subjectOf(subject.user) });
  const actor = await findActor(dependencies, tenant, request);
  const delegation = await withParents(dependencies, request, tenant, delegationOf(subject, actor));
  return {
    kind: 'new',
    tenant,
    user: await requirePresentUser(dependencies, tenant, subject.user, request.trace),
    renewable: false,
    notAfterSeconds: subject.expiresAtSeconds,
    askedScopes: scopesWithin(tenant, subject, request.askedScopes),
    delegation,
    issuedTokenType: ACCESS_TOKEN,
  };
}

/** @throws OAuthError `invalid_request` (section 2.2.2) */
function requireTokenTypes(parameters: ReadonlyMap<string, string>): void {
  requireParameter(parameters, 'subject_token');
  const types = [
    requireParameter(parameters, 'subject_token_type'),
    parameters.has('actor_token') ? (parameters.get('actor_token_type') ?? '') : ACCESS_TOKEN,
    parameters.get('requested_token_type') ?? ACCESS_TOKEN,
  ];
  const [ofSubject = '', ...others] = types;
  const isKnown = (ofSubject === ACCESS_TOKEN || ofSubject === JWT) && others.every((type) => type === ACCESS_TOKEN);
  if (!isKnown) throw new OAuthError('invalid_request', 'unknown-token-type');
}

/** The one API that the token is to be for, which the client's entry lists (A142). */
function requireExchangedResource({ askedResources, client }: Pick<GrantRequest, 'askedResources' | 'client'>): void {
  const [resource, second] = askedResources;
  if (resource === undefined || second !== undefined) throw new OAuthError('invalid_target', 'not-one-resource');
  if (!client.exchange.includes(resource)) throw new OAuthError('invalid_target', 'resource-not-exchanged');
}

async function findSubject(
  dependencies: TokenExchangeDependencies,
  tenant: Tenant,
  { parameters, nowSeconds, trace }: GrantRequest,
): Promise<Subject> {
  const token = requireParameter(parameters, 'subject_token');
  const checked = await dependencies.checkAccessToken(token, nowSeconds);
  if (checked.kind === 'not-ours') {
    // Loaded late: most tenants exchange tokens of ours alone.
    const { findExternalSubject } = await import('./external-subject.ts');
    return findExternalSubject(dependencies, { tenant, token, trace });
  }
  if (checked.kind === 'dead') {
    trace.note({ subjectToken: checked.reason });
    throw new OAuthError('invalid_request', 'subject-token-not-live');
  }
  const subject = subjectOfToken(tenant, checked.token);
  const grantIds = await findLineage(dependencies, checked.token, nowSeconds);
  if (grantIds === undefined) throw new OAuthError('invalid_request', 'subject-token-not-live');
  return { ...subject, grantIds };
}

/**
 * The grant of a token and all that it hangs on; undefined where the grant is gone. A JWT that is believed offline says nothing of
 * what it hangs on, and has not been looked up (A143).
 */
async function findLineage(
  { grants }: Pick<TokenExchangeDependencies, 'grants'>,
  { grantId, format, tenant, delegation }: AccessToken,
  nowSeconds: number,
): Promise<readonly string[] | undefined> {
  if (format !== 'jwt' || tenant.jwtRevocation !== 'offline') return [grantId, ...(delegation?.parentIds ?? [])];
  const grant = await grants.findGrant(grantId, nowSeconds);
  return grant && [grantId, ...(grant.delegation?.parentIds ?? [])];
}

function subjectOfToken(tenant: Tenant, token: AccessToken): Omit<Subject, 'grantIds'> {
  if (token.tenant.name !== tenant.name) throw new OAuthError('invalid_request', 'subject-token-of-another-tenant');
  if (token.user === undefined) throw new OAuthError('invalid_request', 'subject-token-without-user');
  const { user, scopes, expiresAtSeconds, delegation } = token;
  return { user, scopes, expiresAtSeconds, actors: delegation?.actors ?? [] };
}

interface Actor {
  readonly sub: string;
  /** Grants that its token hangs on, its own first. Empty: it is the client, which has authenticated. */
  readonly grantIds: readonly string[];
}

/** Who acts: whom the actor token is about, else the client itself. */
async function findActor(
  dependencies: TokenExchangeDependencies,
  tenant: Tenant,
  { parameters, client, nowSeconds, trace }: GrantRequest,
): Promise<Actor> {
  const token = parameters.get('actor_token');
  if (token === undefined) return { sub: client.clientId, grantIds: [] };
  const checked = await dependencies.checkAccessToken(token, nowSeconds);
  if (checked.kind !== 'live') {
    trace.note({ actorToken: checked.reason });
    throw new OAuthError('invalid_request', 'actor-token-not-live');
  }
  const { user, client: actor } = checked.token;
  if (checked.token.tenant.name !== tenant.name) throw new OAuthError('invalid_request', 'actor-token-of-another-tenant');
  const grantIds = await findLineage(dependencies, checked.token, nowSeconds);
  if (grantIds === undefined) throw new OAuthError('invalid_request', 'actor-token-not-live');
  return { sub: user === undefined ? actor.clientId : subjectOf(user), grantIds };
}

/** @throws OAuthError `invalid_request` for a chain that is too long (A144) */
function delegationOf(subject: Subject, actor: Actor): Delegation {
  const actors = [actor.sub, ...subject.actors];
  const parentIds = [...new Set([...subject.grantIds, ...actor.grantIds])];
  if (actors.length > MAX_ACTORS || parentIds.length > MAX_PARENTS) throw new OAuthError('invalid_request', 'too-many-actors');
  return { actors, parentIds };
}

/**
 * What a JWT that the revocation feed tells of says of the grants that it hangs on. Where the feed does not tell of one of them, because
 * its own tokens are opaque, the new token is checked by its grant and theirs.
 *
 * @throws OAuthError `invalid_request` where one has ended meanwhile (A143)
 */
async function withParents(
  { grants }: Pick<TokenExchangeDependencies, 'grants'>,
  { client, nowSeconds }: GrantRequest,
  tenant: Tenant,
  delegation: Delegation,
): Promise<Delegation> {
  const isJwt = (client.tokenFormat ?? tenant.tokenFormat) === 'jwt';
  if (tenant.jwtRevocation !== 'feed' || !isJwt || delegation.parentIds.length === 0) return delegation;
  const found = await Promise.all(delegation.parentIds.map((id) => grants.findGrant(id, nowSeconds)));
  const live = found.filter((parent) => parent !== undefined);
  if (live.length < found.length) throw new OAuthError('invalid_request', 'subject-token-not-live');
  if (!live.every(({ toldByFeed }) => toldByFeed === true)) return delegation;
  const parents = live.map(({ clientId, issuedAtSeconds, session }) => ({
    clientId,
    issuedAtSeconds,
    ...(session !== undefined && { authTimeSeconds: session.authTimeSeconds }),
  }));
  return { ...delegation, parents };
}

/** The user as the store knows the user now: who is disabled gets no new token, by whatever way (A22). */
async function requirePresentUser(
  { userstores }: TokenExchangeDependencies,
  tenant: Tenant,
  user: EndUser,
  trace: RequestTrace,
): Promise<EndUser> {
  const recheck = await userstores.recheckUser(tenant, user);
  if (recheck.kind === 'active') return recheck.user;
  trace.note({ subjectUser: recheck.reason });
  throw new OAuthError('invalid_request', 'subject-user-refused');
}

/** What is asked, of what the subject's token has; none asked: all of it. The client's own scopes and the roles narrow it further. */
function scopesWithin(tenant: Tenant, { scopes }: Subject, asked: readonly string[]): readonly string[] {
  if (scopes === undefined) return asked;
  if (asked.length > 0 && !asked.includes('SYSTEM')) return asked.filter((scope) => scopes.includes(scope));
  // Another issuer's scopes that the tenant does not define are no error of the caller, and its `SYSTEM` is not ours.
  return scopes.filter((scope) => FREE_SCOPES.has(scope) || tenant.scopes.has(scope) || isLegacyScope(tenant, scope));
}
