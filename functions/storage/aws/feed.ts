// The revocation feed as the authorizer reads it, and the users whom it reads again beside it.

import type { FeedPage, FeedStore } from '../revocation-feed.ts';
import type { DynamoDb } from './dynamodb.ts';
import { fullPageKey, newestPageKey, pageFromItem } from './feed-items.ts';
import { newChain } from './tell-feed.ts';
import type { UserTable } from './user-table.ts';

export function createFeed(dynamoDb: DynamoDb, table: string, users: UserTable): FeedStore {
  return {
    async readNewestPages(tenants) {
      const keys = tenants.map((tenant) => newestPageKey(table, tenant));
      const byId = new Map((await dynamoDb.getMany(table, keys)).map((item) => [item.id, item]));
      return new Map(tenants.map((tenant, at) => [tenant, pageOrError(byId.get(keys[at]?.id))]));
    },

    async beginFeed(tenant, nowSeconds) {
      const key = newestPageKey(table, tenant);
      const page = { chain: newChain(), number: 0, sinceSeconds: nowSeconds, entries: [] };
      const names = ['tenant', 'chain', 'number', 'sinceSeconds', 'entries'] as const;
      // Race: two who begin it, or one who tells it something. Whoever is first names it, and nothing of it is changed: a call that
      // was frozen on its way would else say of a later page since when it tells.
      const outcome = await dynamoDb.update(table, key, `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`, {
        condition: 'attribute_not_exists(#chain)',
        names,
        values: { ...page, tenant },
      });
      return outcome === 'written' ? page : pageFromItem((await dynamoDb.get(table, key, { isConsistent: true })) ?? {});
    },

    async readPages(tenant, chain, from, to) {
      const keys = Array.from({ length: to - from }, (_, at) => fullPageKey(tenant, chain, from + at));
      const pages = (await dynamoDb.getMany(table, keys)).map(pageFromItem);
      return pages.sort((one, other) => one.number - other.number);
    },

    async readUsers(keys) {
      const tableKeys = keys.filter((key) => users.isKey(key)).map(({ tenant, username }) => ({ tenant, username }));
      const items = await dynamoDb.getMany(users.table, tableKeys);
      return keys.map((key) =>
        users.parseUser(
          key,
          items.find(({ tenant, username }) => tenant === key.tenant && username === key.username),
        ),
      );
    },
  };
}

function pageOrError(item: Record<string, unknown> | undefined): FeedPage | Error | undefined {
  try {
    return item && pageFromItem(item);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
