// The Tokens table in memory: grants, attempts, and what may be used once. One call runs to its end before the next
// begins, which is what makes a conditional write of DynamoDB one step.

import { subjectOf } from '../../functions/configuration/username.ts';
import { type Grant, grantExpiresAtSeconds } from '../../functions/storage/grant.ts';
import { type Attempts, nextAttempts } from '../../functions/storage/lockout.ts';
import { type RequestCountStore, requestWindow } from '../../functions/storage/request-counts.ts';
import { findFamiliarPlace, placesAfterSignIn, type SignInPlaces, type SignInRecord } from '../../functions/storage/sign-in-places.ts';
import type { Consent, SignInSession } from '../../functions/storage/sign-in-session.ts';
import type { AttemptStore, GrantStore, ReplayStore, SessionStore } from '../../functions/storage/stores.ts';
import { openMemoryFeed } from './memory-feed.ts';

/**
 * @param clock milliseconds since the epoch
 * @param reach throws where the table is to be unreachable
 */
export function openMemoryTokens(clock: () => number, reach: () => Promise<void>) {
  const grantsById = new Map<string, Grant>();
  const attemptsByKey = new Map<string, Attempts>();
  const placesByName = new Map<string, SignInPlaces>();
  const claimed = new Map<string, number>();
  const sessionsById = new Map<string, SignInSession>();
  const consentsByKey = new Map<string, Consent>();
  const consentKey = ({ tenant, subject, clientId, resources = [] }: Omit<Consent, 'scopes' | 'allowedAtSeconds'>) =>
    JSON.stringify([tenant, subject, clientId, ...resources.toSorted()]);
  const requestsByWindow = new Map<string, number>();
  const nowSeconds = () => Math.floor(clock() / 1000);
  const feed = openMemoryFeed(nowSeconds);

  function remember({ name, places, merge }: SignInRecord): void {
    const present = placesByName.get(name) ?? new Map();
    placesByName.set(name, merge === undefined ? places : placesAfterSignIn(present, merge.at, merge.user, merge.nowMs));
  }

  const grants: GrantStore = {
    async insertGrant(grant, signIn) {
      await reach();
      grantsById.set(grant.id, structuredClone(grant));
      if (signIn !== undefined) remember(signIn);
    },
    async findGrant(id, now) {
      await reach();
      const grant = grantsById.get(id);
      return grant !== undefined && now < grantExpiresAtSeconds(grant) ? structuredClone(grant) : undefined;
    },
    async rotateGrant(from, to) {
      await reach();
      const stored = grantsById.get(from.id);
      if (stored === undefined || stored.generation !== from.generation || stored.refresh?.digest !== from.refresh?.digest) return false;
      grantsById.set(from.id, structuredClone(to));
      return true;
    },
    async deleteGrant(grant) {
      await reach();
      if (grant.toldByFeed === true || grantsById.get(grant.id)?.toldByFeed === true) feed.tell(grant.tenant, [grant.id]);
      grantsById.delete(grant.id);
    },
    async listGrantsOfUser(subject) {
      await reach();
      return [...grantsById.values()]
        .filter((grant) => grant.user !== undefined && subjectOf(grant.user) === subject && nowSeconds() < grantExpiresAtSeconds(grant))
        .map((grant) => grant.id);
    },
  };

  const attempts: AttemptStore = {
    async reserveAttempt(key, limit, nowMs) {
      await reach();
      const next = nextAttempts(attemptsByKey.get(key), limit, nowMs);
      if (next.kind === 'locked') return next;
      attemptsByKey.set(key, next.attempts);
      return { kind: 'reserved' };
    },
    async reserveAtPlace(name, asked, limit, nowMs) {
      await reach();
      const places = placesByName.get(name) ?? new Map();
      const familiar = findFamiliarPlace(places, asked, nowMs);
      if (familiar === undefined) return { kind: 'unfamiliar', places };
      const next = nextAttempts(familiar.place.attempts, limit, nowMs);
      if (next.kind === 'locked') return { ...next, places };
      const counted = new Map(places).set(familiar.key, { ...familiar.place, attempts: next.attempts });
      placesByName.set(name, counted);
      return { kind: 'reserved', place: familiar.key, places: counted };
    },
    async releaseAttempt(key, place) {
      await reach();
      const places = placesByName.get(key);
      const at = place === undefined ? undefined : places?.get(place);
      const known = place === undefined ? attemptsByKey.get(key) : at?.attempts;
      if (known === undefined || known.count === 0) return;
      const released = { ...known, count: known.count - 1 };
      if (place === undefined) attemptsByKey.set(key, released);
      else if (at !== undefined) placesByName.set(key, new Map(places).set(place, { ...at, attempts: released }));
    },
    async rememberSignIn(signIn) {
      await reach();
      remember(signIn);
    },
  };

  const replays: ReplayStore = {
    async claimOnce(key, expiresAtSeconds) {
      await reach();
      const until = claimed.get(key);
      if (until !== undefined && nowSeconds() < until) return false;
      claimed.set(key, expiresAtSeconds);
      return true;
    },
  };

  const requestCounts: RequestCountStore = {
    async countRequest(key, tier, now) {
      await reach();
      const { windowKey, retryAfterSeconds } = requestWindow(key, tier, now);
      const count = requestsByWindow.get(windowKey) ?? 0;
      if (count >= tier.requests) return { kind: 'over', retryAfterSeconds };
      requestsByWindow.set(windowKey, count + 1);
      return { kind: 'counted' };
    },
  };

  const sessions: SessionStore = {
    async saveSignIn({ session, grant, consent, signIn }) {
      await reach();
      if (session !== undefined) sessionsById.set(session.id, structuredClone(session));
      if (grant !== undefined) grantsById.set(grant.id, structuredClone(grant));
      if (consent !== undefined) consentsByKey.set(consentKey(consent), structuredClone(consent));
      if (signIn !== undefined) remember(signIn);
    },
    async findSession(id) {
      await reach();
      return structuredClone(sessionsById.get(id));
    },
    async renewSession(from, to) {
      await reach();
      if (sessionsById.get(to.id)?.secretDigest !== from.secretDigest) return false;
      sessionsById.set(to.id, structuredClone(to));
      return true;
    },
    async touchSession({ id }, now) {
      await reach();
      const session = sessionsById.get(id);
      if (session === undefined) return false;
      sessionsById.set(id, { ...session, lastUsedAtSeconds: now });
      return true;
    },
    async endSession(id) {
      await reach();
      sessionsById.delete(id);
    },
    async findConsent(asked) {
      await reach();
      return structuredClone(consentsByKey.get(consentKey(asked)));
    },
  };

  /** @param windowKey of `requestWindow` */
  const readRequestCount = (windowKey: string): number => requestsByWindow.get(windowKey) ?? 0;

  return { grants, attempts, replays, requestCounts, readRequestCount, sessions, memoryFeed: feed };
}
