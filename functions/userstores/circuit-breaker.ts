// A store that is known to be down fails fast, so that its users' logins cost neither them nor anybody else a deadline each.

import { canonicalName } from '../configuration/username.ts';
import { Unavailable } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { OutageReason } from '../shared/reasons/outages.ts';
import type { ReserveAttempt, StoreAnswer, Userstore } from './userstore.ts';

const FAILURES_UNTIL_OPEN = 5;
const OPEN_MS = 10_000;

/**
 * Reasons that count: only those where nothing answers. A reply that makes no sense costs no deadline, and a caller who could provoke one
 * by an odd name would otherwise shut the store for everybody.
 */
const COUNTED_REASONS: ReadonlySet<OutageReason> = new Set<OutageReason>([
  'timeout',
  'connection-failed',
  'connection-lost',
  'tls-failed',
  'start-tls-refused',
  'name-not-resolved',
  'overloaded',
  'busy',
  'unavailable',
  'time-limit-exceeded',
]);

type State =
  /** `users`: those among the failures whose password had been sent. */
  | { readonly kind: 'closed'; readonly failures: number; readonly users: ReadonlySet<string> }
  | { readonly kind: 'open'; readonly untilMs: number }
  /** One call is under way to see whether the store is back; all others fail fast. */
  | { readonly kind: 'half-open' };

const CLOSED: State = { kind: 'closed', failures: 0, users: new Set() };

/** One login under way: whether the store may have been sent its password, and its user has signed in from here lately. */
interface Login {
  readonly user: string;
  isSent: boolean;
  isFamiliar: boolean;
}

/** @param label what `Unavailable.dependency` says when this store is to blame: other outages are not counted */
export function createCircuitBreaker(store: Userstore, label: string, { clock, log }: { clock: () => number; log: Log }): Userstore {
  let state: State = CLOSED;

  const turn = (next: State): void => {
    if (next.kind !== state.kind) log(next.kind === 'open' ? 'WARN' : 'INFO', 'circuit-breaker', { breaker: label, state: next.kind });
    state = next;
  };
  const admit = (): void => {
    if (state.kind === 'closed') return;
    if (state.kind === 'half-open' || clock() < state.untilMs) throw new Unavailable(label, 'circuit-open', { neverSent: true });
    turn({ kind: 'half-open' });
  };
  const guarded = async <T>(ask: () => Promise<T>, isOfTheStore: (answer: T) => boolean = () => true, login?: Login): Promise<T> => {
    admit();
    try {
      const answer = await ask();
      turn(isOfTheStore(answer) ? CLOSED : learnedNothing(state, clock()));
      return answer;
    } catch (error) {
      turn(afterFailure(state, failureOf(error, label, login), clock()));
      throw error;
    }
  };

  const find = store.find?.bind(store);
  const changePassword = store.changePassword?.bind(store);
  return {
    domain: store.domain,
    authenticate: (name, password, reserve) => {
      const login: Login = { user: canonicalName(name), isSent: false, isFamiliar: false };
      return guarded(() => store.authenticate(name, password, watched(reserve, login)), wasAsked, login);
    },
    recheck: (user) => guarded(() => store.recheck(user)),
    ...(find !== undefined && { find: (name: string) => guarded(() => find(name)) }),
    ...(changePassword !== undefined && {
      changePassword: (name: string, password: string, newPassword: string) => guarded(() => changePassword(name, password, newPassword)),
    }),
    ...(store.findUnreadableState !== undefined && { findUnreadableState: () => store.findUnreadableState?.() ?? Promise.resolve([]) }),
    close: () => store.close?.(),
  };
}

function watched(reserve: ReserveAttempt, login: Login): ReserveAttempt {
  return async (id) => {
    const reservation = await reserve(id);
    login.isSent = reservation.kind === 'reserved';
    login.isFamiliar = reservation.isFamiliar === true;
    return reservation;
  };
}

/** `user`: it counts once for each. */
type Failure = { readonly isCounted: false } | { readonly isCounted: true; readonly user?: string };

/**
 * A store that was sent a password and then does not answer may be slow to this password alone. So that nobody who guesses
 * can shut it for everybody else (A96), such a failure counts once a user, and only for users who have signed in lately
 * from where the attempt came from. Whatever fails before a password is sent counts as it comes.
 */
function failureOf(error: unknown, label: string, login: Login | undefined): Failure {
  const isDown = error instanceof Unavailable && error.dependency === label && COUNTED_REASONS.has(error.reason);
  if (!isDown) return { isCounted: false };
  if (login === undefined || !login.isSent || error.neverSent) return { isCounted: true };
  return login.isFamiliar ? { isCounted: true, user: login.user } : { isCounted: false };
}

function afterFailure(state: State, failure: Failure, nowMs: number): State {
  if (!failure.isCounted) return learnedNothing(state, nowMs);
  const open: State = { kind: 'open', untilMs: nowMs + OPEN_MS };
  if (state.kind !== 'closed') return open;
  const { user } = failure;
  if (user !== undefined && state.users.has(user)) return state;
  const failures = state.failures + 1;
  if (failures >= FAILURES_UNTIL_OPEN) return open;
  return { kind: 'closed', failures, users: user === undefined ? state.users : new Set([...state.users, user]) };
}

/** State after what is not the store's doing, which says nothing about it: the next call is the probe. */
function learnedNothing(state: State, nowMs: number): State {
  return state.kind === 'half-open' ? { kind: 'open', untilMs: nowMs } : state;
}

/** Whether the store itself was asked: a user who is locked, or a name that can't be sent, is answered without it. */
function wasAsked(answer: StoreAnswer): boolean {
  return answer.kind !== 'locked' && !(answer.kind === 'unknown' && answer.reason === 'malformed-username');
}
