// Stores for a decision that is only thought through: what it would write stays in memory, and is found there.

import type { Grant } from '../../../functions/storage/grant.ts';
import { type RequestCountStore, requestWindow } from '../../../functions/storage/request-counts.ts';
import type { AttemptStore, GrantStore, HolderStore, PrimaryUserStore } from '../../../functions/storage/stores.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';

/** Nothing that is explained gets there. */
const neverAsked = (what: string) => (): never => {
  throw new Error(`To explain a decision ${what} must not be asked.`);
};

/** Grants that exist, and those that are supposed to. */
export interface SupposedGrants {
  readonly grants: GrantStore;
  readonly holders: HolderStore;
  /** The Users table, whose users have the roles that they are supposed to have: it is asked at every use of a token. */
  readonly users: Pick<PrimaryUserStore, 'findUser'>;
  /** Those that were written. */
  readonly supposed: ReadonlyMap<string, Grant>;
}

/** @param roles that the caller is supposed to have; absent: those that the stores say */
export function openSupposedGrants(
  { grants, holders, users: stored }: Pick<ExplainDependencies, 'grants' | 'holders' | 'users'>,
  roles?: readonly string[],
): SupposedGrants {
  const supposed = new Map<string, Grant>();
  const users = {
    async findUser(tenant: string, username: string) {
      const user = await stored.findUser(tenant, username);
      return user === undefined || user === 'broken' || roles === undefined ? user : { ...user, roles: [...roles] };
    },
  };
  return {
    supposed,
    users,
    grants: {
      insertGrant: async (grant) => void supposed.set(grant.id, grant),
      findGrant: async (id, nowSeconds) => supposed.get(id) ?? grants.findGrant(id, nowSeconds),
      listGrantsOfUser: neverAsked('for all that a user has'),
      rotateGrant: neverAsked('a renewal'),
      deleteGrant: neverAsked('a revocation'),
    },
    holders: {
      async findHolder(id, user, nowSeconds) {
        const grant = supposed.get(id);
        return grant === undefined
          ? holders.findHolder(id, user, nowSeconds)
          : { grant, user: await users.findUser(user.tenant, user.username) };
      },
    },
  };
}

export const NO_ATTEMPTS: AttemptStore = {
  reserveAttempt: neverAsked('a login'),
  reserveAtPlace: neverAsked('a login'),
  releaseAttempt: neverAsked('a login'),
  rememberSignIn: neverAsked('a login'),
};

/** Says what counting one request more would say, and counts none. */
export function readOnlyRequestCounts(readRequestCount: ExplainDependencies['readRequestCount']): RequestCountStore {
  return {
    async countRequest(key, tier, nowSeconds) {
      const { windowKey, retryAfterSeconds } = requestWindow(key, tier, nowSeconds);
      return (await readRequestCount(windowKey)) < tier.requests ? { kind: 'counted' } : { kind: 'over', retryAfterSeconds };
    },
  };
}
