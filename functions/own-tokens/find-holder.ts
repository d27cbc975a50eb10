// Holder of an access token, as of now: its grant and, where the user is one of the Users table, that item, so that a
// user who was disabled, deleted or given another password ends at the next request (A22, A101). Both are read in one
// call as soon as it is known whose token it is: a JWT says so, an opaque token was seen before.

import { type PrimaryUser, usersKeyOf } from '../configuration/model.ts';
import { createLruMap } from '../shared/lru-map.ts';
import type { Grant } from '../storage/grant.ts';
import type { GrantStore, HolderStore, PrimaryUserStore, UserKey } from '../storage/stores.ts';

export interface HolderDependencies {
  readonly grants: Pick<GrantStore, 'findGrant'>;
  readonly holders: HolderStore;
  readonly users: Pick<PrimaryUserStore, 'findUser'>;
  /**
   * For so long a user who was read for one token is known for another, opaque one that this function sees for the first time, and
   * which would else cost a second call. Default 0.
   */
  readonly usersKeptSeconds?: number;
}

/** `stored`: the user's item; undefined where there is none, and for users of other stores. */
export interface TokenHolder {
  readonly grant: Grant;
  readonly stored: PrimaryUser | 'broken' | undefined;
}

/** @param named whose token it says it is: a hint, which costs a call where it is wrong */
export type FindHolder = (grantId: string, named: UserKey | undefined, nowSeconds: number) => Promise<TokenHolder | undefined>;

const MAX_REMEMBERED_GRANTS = 5000;
const MAX_KEPT_USERS = 2000;

export function createFindHolder({ grants, holders, users, usersKeptSeconds = 0 }: HolderDependencies): FindHolder {
  const holderOfGrant = createLruMap<UserKey>(MAX_REMEMBERED_GRANTS);
  const keptUsers = createLruMap<{ readonly stored: TokenHolder['stored']; readonly atSeconds: number }>(MAX_KEPT_USERS);

  const keep = (key: UserKey, stored: TokenHolder['stored'], atSeconds: number): TokenHolder['stored'] => {
    if (usersKeptSeconds > 0) keptUsers.set(JSON.stringify(key), { stored, atSeconds });
    return stored;
  };
  const readUser = async (key: UserKey, nowSeconds: number) => keep(key, await users.findUser(key.tenant, key.username), nowSeconds);
  const findKept = async (key: UserKey, nowSeconds: number) => {
    const kept = usersKeptSeconds === 0 ? undefined : keptUsers.get(JSON.stringify(key));
    return kept !== undefined && nowSeconds < kept.atSeconds + usersKeptSeconds ? kept.stored : readUser(key, nowSeconds);
  };

  return async (grantId, named, nowSeconds) => {
    const expected = holderOfGrant.get(grantId) ?? named;
    if (expected === undefined) {
      const grant = await grants.findGrant(grantId, nowSeconds);
      const key = grant?.user && usersKeyOf(grant.user);
      if (key !== undefined) holderOfGrant.set(grantId, key);
      return grant && { grant, stored: key && (await findKept(key, nowSeconds)) };
    }
    const { grant, user } = await holders.findHolder(grantId, expected, nowSeconds);
    const key = grant?.user && usersKeyOf(grant.user);
    if (key !== undefined && named !== undefined) holderOfGrant.set(grantId, key);
    const isExpected = key?.tenant === expected.tenant && key.username === expected.username;
    return grant && { grant, stored: isExpected ? keep(key, user, nowSeconds) : key && (await readUser(key, nowSeconds)) };
  };
}
