// Signs JWT access tokens of our own (RFC 9068); opaque ones have nothing in them. `access-token.ts` checks both.

import type { KeyObject } from 'node:crypto';
import type { EndUser, Tenant } from '../configuration/model.ts';
import { qualifiedName, subjectOf } from '../configuration/username.ts';
import { encodeSegment, headerSegment, type JwtVerifier, signJwt } from '../keys/jwt.ts';
import type { AccessTokenState, Grant } from '../storage/grant.ts';

export type TokenFormat = 'opaque' | 'jwt';

/** RFC 9068 section 2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** API Gateway takes 10,240 bytes of headers in all (Developer Guide, Quotas). What is longer is not issued, and not read. */
export const MAX_TOKEN_CHARACTERS = 8192;

/** Claims of a JWT access token. `tenant` and `user` are ours; the rest is RFC 9068 section 2.2. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  /** The issuer, or the resources that it is for (RFC 8707 section 2): one as a string, several as a list. */
  readonly aud: string | readonly string[];
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly scope: string;
  readonly tenant: string;
  /** WSO2's name for whose token it is. */
  readonly aut: 'APPLICATION' | 'APPLICATION_USER';
  readonly username?: string;
  /** Who acts for the user (RFC 8693 section 4.1). */
  readonly act?: ActorClaim;
  /** User: this and the next only where the tenant's JWTs are believed offline, for nobody could look them up. */
  readonly user?: EndUser;
  /** Beginning of the grant; absent: with this very token. */
  readonly granted_at?: number;
  /** Only of tokens whose end the revocation feed tells. */
  readonly feed?: FeedClaim;
}

/** What is compared at every use of a token that is checked without its grant. */
export interface FeedClaim {
  /** When the user signed in at the page, where the grant began there; epoch seconds. */
  readonly auth_time?: number;
  /** Of a user of the Users table: id of a signing key, and a digest of the password's state under a key that is derived from it. */
  readonly password?: readonly [kid: string, digest: string];
  /** Grants that it hangs on. */
  readonly parents?: readonly (readonly [id: string, clientId: string, issuedAtSeconds: number, authTimeSeconds?: number])[];
}

/** `act`: who acts, and inside it who acted before. */
export interface ActorClaim {
  readonly sub: string;
  readonly act?: ActorClaim;
}

/** @param actors the last one first; undefined where nobody acts for anybody */
export function actorClaim(actors: readonly string[] = []): ActorClaim | undefined {
  return actors.reduceRight<ActorClaim | undefined>((act, sub) => ({ sub, ...(act !== undefined && { act }) }), undefined);
}

/** The actors of an `act` that we wrote. */
export const actorsOf = ({ sub, act }: ActorClaim): readonly string[] => [sub, ...(act === undefined ? [] : actorsOf(act))];

/** User without what a store says of a password, which is for no token. */
function withoutState({ passwordState: _, ...user }: EndUser): EndUser {
  return user;
}

/** Grant and tenant that a JWT access token is made of. */
interface AccessTokenCase {
  readonly issuer: string;
  readonly tenant: Tenant;
  /** Grant as it is stored with the token: the generation is part of the token's id. */
  readonly grant: Pick<Grant, 'id' | 'clientId' | 'user' | 'generation' | 'issuedAtSeconds' | 'session' | 'delegation'>;
  readonly access: Omit<AccessTokenState, 'digest'>;
  /** What the token says for the revocation feed. Absent: its grant is read, or nothing of it. */
  readonly fed?: { readonly claim: FeedClaim; readonly user?: EndUser } | undefined;
}

/** Audience of an access token: the resources that it is for, else the issuer (RFC 9068 section 3). */
export function audienceOf(issuer: string, resources: readonly string[] = []): string | readonly string[] {
  const [only = issuer, second] = resources;
  return second === undefined ? only : resources;
}

/** Signs the access token of a grant as a JWT (RFC 9068). */
export function signAccessToken(
  signer: { readonly kid: string; readonly alg: JwtVerifier['alg']; readonly privateKey: KeyObject },
  { issuer, tenant, grant, access, fed }: AccessTokenCase,
): string {
  const { user } = grant;
  const act = actorClaim(grant.delegation?.actors);
  const isOffline = tenant.jwtRevocation === 'offline';
  const claims: AccessTokenClaims = {
    iss: issuer,
    sub: user === undefined ? grant.clientId : subjectOf(user),
    aud: audienceOf(issuer, access.resources),
    client_id: grant.clientId,
    iat: access.issuedAtSeconds,
    exp: access.expiresAtSeconds,
    jti: `${grant.id}.${grant.generation}`,
    scope: access.scopes.join(' '),
    tenant: tenant.name,
    aut: user === undefined ? 'APPLICATION' : 'APPLICATION_USER',
    ...(user !== undefined && { username: qualifiedName(user) }),
    ...(act !== undefined && { act }),
    ...(user !== undefined && isOffline && { user: withoutState(user) }),
    ...(fed !== undefined && { ...(fed.user !== undefined && { user: withoutState(fed.user) }), feed: fed.claim }),
    ...((isOffline || fed !== undefined) && grant.issuedAtSeconds !== access.issuedAtSeconds && { granted_at: grant.issuedAtSeconds }),
  };
  return signJwt(signer, headerSegment(ACCESS_TOKEN_TYPE, signer.alg, signer.kid), encodeSegment(claims));
}
