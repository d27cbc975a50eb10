// The Tokens table in memory: grants, attempts, and what may be used once. One call runs to its end before the next
// begins, which is what makes a conditional write of DynamoDB one step.

import { type Consent, type Grant, grantExpiresAtSeconds, type SignInSession } from '../../functions/configuration/model.ts';
import { subjectOf } from '../../functions/configuration/username.ts';
import { ATTEMPTS_KEPT_SECONDS, type Attempts, lockedForSeconds } from '../../functions/storage/lockout.ts';
import { type RequestCountStore, requestWindow } from '../../functions/storage/request-counts.ts';
import type { AttemptStore, GrantStore, ReplayStore, SessionStore } from '../../functions/storage/stores.ts';

/**
 * @param clock milliseconds since the epoch
 * @param reach throws where the table is to be unreachable
 */
export function openMemoryTokens(clock: () => number, reach: () => Promise<void>) {
  const grantsById = new Map<string, Grant>();
  const attemptsByKey = new Map<string, Attempts>();
  const claimed = new Map<string, number>();
  const sessionsById = new Map<string, SignInSession>();
  const consentsByKey = new Map<string, Consent>();
  const consentKey = ({ tenant, subject, clientId }: Pick<Consent, 'tenant' | 'subject' | 'clientId'>) =>
    JSON.stringify([tenant, subject, clientId]);
  const requestsByWindow = new Map<string, number>();
  const nowSeconds = () => Math.floor(clock() / 1000);

  const grants: GrantStore = {
    async insertGrant(grant, clearAttempts) {
      await reach();
      grantsById.set(grant.id, structuredClone(grant));
      for (const key of clearAttempts) attemptsByKey.delete(key);
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
    async deleteGrant(id) {
      await reach();
      grantsById.delete(id);
    },
    async listGrantsOfUser(subject) {
      await reach();
      return [...grantsById.values()]
        .filter((grant) => grant.user !== undefined && subjectOf(grant.user) === subject && nowSeconds() < grantExpiresAtSeconds(grant))
        .map((grant) => grant.id);
    },
  };

  const attempts: AttemptStore = {
    async reserveAttempt(key, limit, now) {
      await reach();
      const known = attemptsByKey.get(key);
      const live =
        known !== undefined && now < known.lastAtSeconds + ATTEMPTS_KEPT_SECONDS ? known : { count: 0, locks: 0, lastAtSeconds: now };
      const retryAfterSeconds = lockedForSeconds(live, limit, now);
      if (retryAfterSeconds > 0) return { kind: 'locked', retryAfterSeconds };
      const isLockOver = live.count >= limit.maxAttempts;
      attemptsByKey.set(key, {
        count: isLockOver ? 1 : live.count + 1,
        locks: isLockOver ? live.locks + 1 : live.locks,
        lastAtSeconds: now,
      });
      return { kind: 'reserved' };
    },
    async releaseAttempt(key) {
      await reach();
      const known = attemptsByKey.get(key);
      if (known !== undefined && known.count > 0) attemptsByKey.set(key, { ...known, count: known.count - 1 });
    },
    async clearAttempts(key) {
      await reach();
      attemptsByKey.delete(key);
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
    async saveSignIn({ session, grant, consent, clearAttempts, endedSessionIds }) {
      await reach();
      if (session !== undefined) sessionsById.set(session.id, structuredClone(session));
      if (grant !== undefined) grantsById.set(grant.id, structuredClone(grant));
      if (consent !== undefined) consentsByKey.set(consentKey(consent), structuredClone(consent));
      for (const key of clearAttempts) attemptsByKey.delete(key);
      for (const id of endedSessionIds) sessionsById.delete(id);
    },
    async findSession(id) {
      await reach();
      return structuredClone(sessionsById.get(id));
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

  return { grants, attempts, replays, requestCounts, sessions };
}
