// `jwtRevocation: "feed"`: the claims of a JWT whose signature was checked, and what the revocation feed tells. What it is
// older than, and that alone, is looked up in the table. Loaded when the first such token comes.

import { isDeclaredDead } from '../configuration/declared-dead.ts';
import { type Tenant, usersKeyOf } from '../configuration/model.ts';
import { ANSWERED_WITHIN_MS, CLOCK_MARGIN_SECONDS, MAX_LOOKED_UP_GRANTS } from '../revocation-feed/bounds.ts';
import type { KnownRevocations } from '../revocation-feed/known-revocations.ts';
import type { RevocationFeed } from '../revocation-feed/open-feed.ts';
import { Unavailable } from '../shared/errors.ts';
import { createLruMap, type LruMap } from '../shared/lru-map.ts';
import { type AccessTokenDependencies, type CheckedAccessToken, dead, type FedToken, type FeedCheck } from './access-token.ts';
import { checkUser } from './check-by-grant.ts';
import { checkHolder } from './check-holder.ts';
import { withPasswordState } from './feed-claim.ts';
import { findTokenClient } from './find-token-client.ts';
import { GRANT_ID_CHARACTERS } from './opaque-token.ts';
import { tokenOfClaims } from './token-of-claims.ts';

interface Dependencies extends Pick<AccessTokenDependencies, 'clients' | 'grants' | 'tenants'> {
  /** Grants that were there when they were looked up, and the version of what was known of the feed then. */
  readonly lookedUp: LruMap<object>;
}

/** How often a slow answer is tried again with what has been read meanwhile. */
const ROUNDS = 2;

export function createCheckByFeed(stores: Omit<Dependencies, 'lookedUp'>, feed: RevocationFeed): FeedCheck {
  const { tenants, clients, grants } = stores;
  const dependencies = { tenants, clients, grants, lookedUp: createLruMap<object>(MAX_LOOKED_UP_GRANTS) };
  return async (token, nowSeconds) => {
    for (let round = 0; round < ROUNDS; round++) {
      const begunMs = feed.steadyMs();
      const tenant = round === 0 ? token.tenant : await tenants.findTenant(token.claims.tenant);
      if (tenant === undefined) return dead('no-such-tenant');
      const checked = await checkOnce(dependencies, feed, { ...token, tenant }, nowSeconds);
      // What was young enough when it was asked for is too old after a wait for something else: a table that answers at a second try.
      if (checked.kind !== 'live' || feed.steadyMs() - begunMs <= ANSWERED_WITHIN_MS) return checked;
    }
    throw new Unavailable('dynamodb', 'feed-too-old');
  };
}

async function checkOnce(
  dependencies: Dependencies,
  feed: RevocationFeed,
  token: FedToken,
  nowSeconds: number,
): Promise<CheckedAccessToken> {
  const { tenant, claims, keys } = token;
  if (claims.aut === 'APPLICATION_USER' && claims.user === undefined) return dead('no-such-grant');
  // First, so that nothing is read or begun for a tenant that is suspended, and perhaps being deleted.
  const checked = await checkClaims(dependencies, token);
  if (checked.kind !== 'live') return checked;
  const key = claims.user && usersKeyOf(claims.user);
  const [{ value: known, ageMs }, followed] = await Promise.all([
    feed.requireRevocations(tenant.name),
    key === undefined ? undefined : feed.requireUser(key),
  ]);
  const death = (await findEnded(dependencies, known, claims, nowSeconds)) ?? (await findDeadParent(dependencies, tenant, claims));
  if (death !== undefined) return dead(death);
  if (followed === undefined) return checkUser({ ...checked.token, feedAgeMs: ageMs }, undefined);
  const user = claims.user && withPasswordState(claims.user, claims.feed, followed.value, keys);
  return checkUser({ ...checked.token, ...(user && { user }), feedAgeMs: Math.max(ageMs, followed.ageMs) }, followed.value);
}

/** Why the grant of a token, or one that it hangs on, has ended; undefined where all of them live. */
async function findEnded(
  { grants, lookedUp }: Dependencies,
  known: KnownRevocations,
  { jti, iat, feed: { parents = [] } }: FedToken['claims'],
  nowSeconds: number,
): Promise<'no-such-grant' | 'parent-ended' | undefined> {
  const grantId = jti.slice(0, GRANT_ID_CHARACTERS);
  if (known.has(grantId)) return 'no-such-grant';
  if (parents.some(([id]) => known.has(id))) return 'parent-ended';
  const sureFromSeconds = known.coveredFromSeconds() + CLOCK_MARGIN_SECONDS;
  const { version } = known;
  if (iat >= sureFromSeconds || lookedUp.get(grantId) === version) return undefined;
  const [own, ...others] = await Promise.all([grantId, ...parents.map(([id]) => id)].map((id) => grants.findGrant(id, nowSeconds)));
  if (own === undefined) return 'no-such-grant';
  if (others.includes(undefined)) return 'parent-ended';
  // Its end is in the feed before it is in the table: only who knows all that was told lately need not look again.
  if (sureFromSeconds <= nowSeconds) lookedUp.set(grantId, version);
  return undefined;
}

/** A parent is dead as well where its client is suspended, or it began before what was declared dead (A143). */
async function findDeadParent(
  { clients }: Pick<Dependencies, 'clients'>,
  tenant: Tenant,
  { feed: { parents = [] } }: FedToken['claims'],
): Promise<'parent-ended' | undefined> {
  for (const [, clientId, issuedAtSeconds, authTimeSeconds] of parents) {
    const client = await findTokenClient({ clients }, tenant, clientId);
    const session = authTimeSeconds === undefined ? undefined : { authTimeSeconds };
    if (client?.status !== 'active' || isDeclaredDead({ issuedAtSeconds, session }, tenant, client)) return 'parent-ended';
  }
  return undefined;
}

async function checkClaims({ clients }: Pick<Dependencies, 'clients'>, { tenant, claims, digest }: FedToken): Promise<CheckedAccessToken> {
  const client = await findTokenClient({ clients }, tenant, claims.client_id);
  const { parents = [], auth_time: authTimeSeconds } = claims.feed;
  const session = authTimeSeconds === undefined ? undefined : { authTimeSeconds };
  return checkHolder(
    { tenant, client, tenantName: claims.tenant, begun: { issuedAtSeconds: claims.granted_at ?? claims.iat, session } },
    tokenOfClaims(
      claims,
      digest,
      parents.map(([id]) => id),
    ),
  );
}
