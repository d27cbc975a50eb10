// The revocation feed as the authorizer reads it, and the users whom it reads again beside it.

import type { FeedPage, FeedStore } from '../revocation-feed.ts';
import type { DynamoDb } from './dynamodb.ts';
import { fullPageKey, newestPageKey, pageFromItem } from './feed-items.ts';
import { newChain } from './tell-feed.ts';
import type { UserTable } from './user-table.ts';

export function createFeed(dynamoDb: DynamoDb, table: string, users: UserTable): FeedStore {
  return {
    async readNewestPages(tenants) {
      const items = await dynamoDb.getMany(table, tenants.map(newestPageKey));
      const byId = new Map(items.map((item) => [item.id, item]));
      return new Map(tenants.map((tenant) => [tenant, pageOrError(byId.get(newestPageKey(tenant).id))]));
    },

    async beginFeed(tenant, nowSeconds) {
      // Race: two who begin it, or one who tells it something. Whoever is first names it, and nothing of it is overwritten.
      const names = ['tenant', 'chain', 'number', 'sinceSeconds', 'entries'] as const;
      const values = { chain: newChain(), number: 0, sinceSeconds: nowSeconds, entries: [], tenant };
      const update = `SET ${names.map((name) => `#${name} = if_not_exists(#${name}, :${name})`).join(', ')}`;
      const item = await dynamoDb.updateAndRead(table, newestPageKey(tenant), update, { names, values });
      return pageFromItem(item ?? {});
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
