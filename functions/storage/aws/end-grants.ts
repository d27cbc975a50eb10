// Ends grants: deletes their items, and tells the revocation feed of those whose JWTs are believed until it does.

import type { EndedGrant } from '../grant.ts';
import { type FeedTable, tellFeed } from './tell-feed.ts';
import { grantKey } from './token-keys.ts';

/**
 * The feed is told first. Were the grant deleted first and the feed then not reached, a second try would find nothing to
 * end and acknowledge what nobody was told; as it is, every try begins again.
 *
 * @throws Unavailable: then none of them is to be taken for ended
 */
export async function endGrants(feed: FeedTable, grants: readonly EndedGrant[]): Promise<void> {
  const told = (await Promise.all(grants.map((grant) => deleteUntold(feed, grant)))).filter((grant) => grant !== undefined);
  if (told.length === 0) return;
  for (const tenant of new Set(told.map((grant) => grant.tenant))) {
    const ids = told.filter((grant) => grant.tenant === tenant).map(({ id }) => id);
    await tellFeed(feed, tenant, ids);
  }
  await Promise.all(told.map(({ id }) => feed.dynamoDb.delete(feed.table, grantKey(id))));
}

/** Deletes a grant that the feed need not tell of. @returns it where the feed must */
async function deleteUntold({ dynamoDb, table }: FeedTable, grant: EndedGrant): Promise<EndedGrant | undefined> {
  if (grant.toldByFeed === true) return grant;
  // Race: a renewal between the reading and this, whose JWT is the first of the grant that is believed until the feed tells.
  const outcome = await dynamoDb.delete(table, grantKey(grant.id), {
    condition: 'attribute_not_exists(#toldByFeed)',
    names: ['toldByFeed'],
  });
  return outcome === 'written' ? undefined : grant;
}
