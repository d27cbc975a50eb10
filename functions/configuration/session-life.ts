// Session life: how long a session at the sign-in page lasts, which the page and the grants that began there both ask.

import type { SignInSession } from '../storage/sign-in-session.ts';
import type { Tenant } from './model.ts';

/** Idle time where the tenant's sign-in was switched off meanwhile, in seconds: sessions that are open run out. */
const DEFAULT_IDLE_SECONDS = 28_800;
const DEFAULT_SECONDS = 604_800;
/** A session that is used is written again after this part of its idle time, so that not every use costs a write. */
const TOUCH_AFTER = 0.1;

export function sessionLimits({ signIn }: Pick<Tenant, 'signIn'>): { readonly idleSeconds: number; readonly seconds: number } {
  return { idleSeconds: signIn?.sessionIdleSeconds ?? DEFAULT_IDLE_SECONDS, seconds: signIn?.sessionSeconds ?? DEFAULT_SECONDS };
}

/** Within both limits, and begun after whatever the tenant has declared dead (A90). */
export function isLiveSession(session: SignInSession, tenant: Tenant, nowSeconds: number): boolean {
  const endsAtSeconds = Math.min(session.expiresAtSeconds, session.lastUsedAtSeconds + sessionLimits(tenant).idleSeconds);
  return nowSeconds < endsAtSeconds && session.authTimeSeconds >= tenant.tokensNotBefore;
}

/** Whether the session was last written long enough ago to be written again. */
export function isToTouch(session: SignInSession, tenant: Tenant, nowSeconds: number): boolean {
  return nowSeconds - session.lastUsedAtSeconds > sessionLimits(tenant).idleSeconds * TOUCH_AFTER;
}
