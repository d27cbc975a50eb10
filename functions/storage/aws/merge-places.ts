// Adds a sign-in to what is known of a name, and leaves alone what others have written of it meanwhile.

import {
  type PlaceKey,
  type PlacesMerge,
  placesAfterSignIn,
  type SignInPlace,
  type SignInPlaces,
  type SignInRecord,
} from '../sign-in-places.ts';
import type { AttemptKey } from '../stores.ts';
import type { DynamoDb, Item } from './dynamodb.ts';
import { parsePlaces, pathsOf, placeAttribute, placesAttribute, placesExpireAt } from './places-item.ts';
import { placesKey } from './token-keys.ts';

/** How often another sign-in of the name may be first. Who loses them all is not known there until the next sign-in. */
const MAX_ROUNDS = 5;

export async function mergePlaces(dynamoDb: DynamoDb, table: string, name: AttemptKey, merge: PlacesMerge): Promise<void> {
  let { seen } = merge;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const places = placesAfterSignIn(seen, merge.at, merge.user, merge.nowMs);
    // Race: another sign-in of the name, or a guess that is counted. Each place is written by itself, and one that several users
    // share only as it was read.
    const outcome =
      seen.size === 0
        ? await writePlaces(dynamoDb, table, { name, places }, 'attribute_not_exists(#places)')
        : await update(dynamoDb, table, name, { seen, places, at: merge.at });
    if (outcome !== 'refused') return;
    const item = await dynamoDb.get(table, placesKey(name), { isConsistent: true });
    seen = item === undefined ? new Map() : parsePlaces(item);
  }
}

/** All of them, whatever was there. By UpdateItem, since the authorizer may put nothing. @param condition absent: none */
export function writePlaces(
  dynamoDb: DynamoDb,
  table: string,
  { name, places }: SignInRecord,
  condition?: string,
): ReturnType<DynamoDb['update']> {
  return dynamoDb.update(table, placesKey(name), 'SET #places = :places, #expiresAt = :until', {
    names: ['places', 'expiresAt'],
    values: { places: placesAttribute(places), until: placesExpireAt(places) },
    ...(condition !== undefined && { condition }),
  });
}

interface Changes {
  readonly seen: SignInPlaces;
  readonly places: SignInPlaces;
  readonly at: readonly PlaceKey[];
}

function update(dynamoDb: DynamoDb, table: string, name: AttemptKey, { seen, places, at }: Changes) {
  const changes = at.map((key, n) => changeOf(key, n, seen.get(key), places.get(key)));
  const forgotten = [...seen.keys()].filter((key) => !places.has(key));
  const removed = forgotten.length === 0 ? '' : ` REMOVE ${forgotten.map((key) => `#places.#${key}`).join(', ')}`;
  return dynamoDb.update(
    table,
    placesKey(name),
    `SET ${[...changes.flatMap(({ sets }) => sets), '#expiresAt = :until'].join(', ')}${removed}`,
    {
      condition: ['attribute_exists(#places)', ...changes.flatMap(({ conditions }) => conditions)].join(' AND '),
      names: [...new Set(['places', 'expiresAt', ...at, ...forgotten, ...changes.flatMap(({ names }) => names)])],
      values: Object.assign({ until: placesExpireAt(places) }, ...changes.map(({ values }) => values)) as Item,
    },
  );
}

interface Change {
  readonly sets: readonly string[];
  readonly conditions: readonly string[];
  readonly names: readonly string[];
  readonly values: Item;
}

function changeOf(key: PlaceKey, n: number, before: SignInPlace | undefined, after: SignInPlace | undefined): Change {
  if (after === undefined) return { sets: [], conditions: [], names: [], values: {} };
  // Where nobody else is known, the attempts are forgotten with the place as it was.
  if (before === undefined || after.users.length === 1)
    return { sets: [`#places.#${key} = :place${n}`], conditions: [], names: [], values: { [`place${n}`]: placeAttribute(after) } };
  const { count, signedInAt } = pathsOf(key);
  const users = `#places.#${key}.#users`;
  const isCounted = before.attempts.count > 0;
  return {
    sets: [`${users} = :users${n}`, `${signedInAt} = :at${n}`, ...(isCounted ? [`${count} = ${count} - :one`] : [])],
    // One by one: not every emulator compares lists.
    conditions: [
      `size(${users}) = :size${n}`,
      ...before.users.map((_, i) => `${users}[${i}] = :seen${n}x${i}`),
      ...(isCounted ? [`${count} > :none`] : []),
    ],
    names: ['users', 'signedInAt', ...(isCounted ? ['count'] : [])],
    values: {
      ...{ [`users${n}`]: after.users, [`at${n}`]: after.signedInAtSeconds, [`size${n}`]: before.users.length },
      ...Object.fromEntries(before.users.map((user, i) => [`seen${n}x${i}`, user])),
      ...(isCounted && { one: 1, none: 0 }),
    },
  };
}
