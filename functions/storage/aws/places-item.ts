// The places of a name as an item of the Tokens table.

import * as v from 'valibot';
import { Unavailable } from '../../shared/errors.ts';
import { PLACE_KEPT_SECONDS, type PlaceKey, type SignInPlace, type SignInPlaces, type SignInRecord } from '../sign-in-places.ts';
import type { Item } from './dynamodb.ts';
import { placesKey } from './token-keys.ts';

const placesItem = v.object({
  places: v.record(
    v.string(),
    v.object({ users: v.array(v.string()), signedInAt: v.number(), count: v.number(), locks: v.number(), lastAtMs: v.number() }),
  ),
});

/** The item that a sign-in leaves behind. */
export function placesToItem({ name, places }: SignInRecord): Item {
  return { ...placesKey(name), places: placesAttribute(places), expiresAt: placesExpireAt(places) };
}

export function placesAttribute(places: SignInPlaces): { readonly [place: string]: Item } {
  return Object.fromEntries([...places].map(([key, place]) => [key, placeAttribute(place)]));
}

export const placeAttribute = ({ users, signedInAtSeconds, attempts }: SignInPlace): Item => ({
  users,
  signedInAt: signedInAtSeconds,
  ...attempts,
});

export function placesExpireAt(places: SignInPlaces): number {
  return Math.max(...[...places.values()].map(({ signedInAtSeconds }) => signedInAtSeconds)) + PLACE_KEPT_SECONDS;
}

export function parsePlaces(item: Record<string, unknown>): SignInPlaces {
  const parsed = v.safeParse(placesItem, item);
  if (!parsed.success) throw new Unavailable('dynamodb', 'places-malformed');
  return new Map(
    Object.entries(parsed.output.places).map(([key, { users, signedInAt, ...attempts }]): [PlaceKey, SignInPlace] => [
      key,
      { users, signedInAtSeconds: signedInAt, attempts },
    ]),
  );
}

/** Paths in an expression. A place is hexadecimal, so that its own text can stand for it there. */
export function pathsOf(place: PlaceKey) {
  const path = (name: string): string => `#places.#${place}.#${name}`;
  return { count: path('count'), locks: path('locks'), lastAtMs: path('lastAtMs'), signedInAt: path('signedInAt') };
}
