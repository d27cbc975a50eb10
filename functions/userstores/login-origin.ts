// Login origin: who is to log in where and from which place, which is what attempts are counted by.

import type { TenantEntry } from '../configuration/entries/tenant-entry.ts';
import { placeKey } from '../storage/attempt-keys.ts';
import type { PlaceKey } from '../storage/sign-in-places.ts';
import type { AttemptKey } from '../storage/stores.ts';
import { addressNetwork } from './address-network.ts';
import type { LoginRequest } from './login-request.ts';

/** Origin of a login, by which its attempts are counted. */
export interface LoginOrigin extends Pick<LoginRequest, 'sourceAddress' | 'addressSpeaksForMany' | 'browser'> {
  readonly tenant: string;
  /** Name without store and tenant. */
  readonly name: string;
  readonly lockout: TenantEntry['lockout'];
}

/** The places that a login comes from, as its name knows them: the surest first. None where nobody says. */
export function placesOf(origin: LoginOrigin, name: AttemptKey): readonly PlaceKey[] {
  const { browser, sourceAddress } = origin;
  return [
    ...(browser === undefined ? [] : [placeKey(name, 'browser', browser)]),
    // Some events of API Gateway name no address: those callers must not share one place.
    ...(sourceAddress === '' ? [] : [placeKey(name, 'network', addressNetwork(sourceAddress))]),
  ];
}
