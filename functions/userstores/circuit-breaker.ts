// A store that is known to be down fails fast, so that its users' logins cost neither them nor anybody else a deadline each.

import { Unavailable } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { OutageReason } from '../shared/reasons.ts';
import type { ReserveAttempt, StoreAnswer, Userstore } from './userstore.ts';

const FAILURES_UNTIL_OPEN = 5;
const OPEN_MS = 10_000;

/**
 * Only where nothing answers. A reply that makes no sense costs no deadline, and a caller who could provoke one by an
 * odd name would otherwise shut the store for everybody.
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
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly untilMs: number }
  /** One call is under way to see whether the store is back; all others fail fast. */
  | { readonly kind: 'half-open' };

/** @param label what `Unavailable.dependency` says when this store is to blame: other outages are not counted */
export function createCircuitBreaker(store: Userstore, label: string, { clock, log }: { clock: () => number; log: Log }): Userstore {
  let state: State = { kind: 'closed', failures: 0 };

  const turn = (next: State): void => {
    if (next.kind !== state.kind) log(next.kind === 'open' ? 'WARN' : 'INFO', 'circuit-breaker', { breaker: label, state: next.kind });
    state = next;
  };
  const admit = (): void => {
    if (state.kind === 'closed') return;
    if (state.kind === 'half-open' || clock() < state.untilMs) throw new Unavailable(label, 'circuit-open');
    turn({ kind: 'half-open' });
  };
  const failed = (error: unknown): void => {
    const isDown = error instanceof Unavailable && error.dependency === label && COUNTED_REASONS.has(error.reason);
    if (isDown && (state.kind !== 'closed' || state.failures + 1 >= FAILURES_UNTIL_OPEN)) {
      turn({ kind: 'open', untilMs: clock() + OPEN_MS });
    } else if (isDown) turn({ kind: 'closed', failures: state.kind === 'closed' ? state.failures + 1 : 1 });
    else learnedNothing();
  };
  /** What is not the store's doing says nothing about it: the next call is the probe. */
  const learnedNothing = (): void => {
    if (state.kind === 'half-open') turn({ kind: 'open', untilMs: clock() });
  };
  const guarded = async <T>(ask: () => Promise<T>, isOfTheStore: (answer: T) => boolean = () => true): Promise<T> => {
    admit();
    try {
      const answer = await ask();
      if (isOfTheStore(answer)) turn({ kind: 'closed', failures: 0 });
      else learnedNothing();
      return answer;
    } catch (error) {
      failed(error);
      throw error;
    }
  };

  const find = store.find?.bind(store);
  const changePassword = store.changePassword?.bind(store);
  return {
    domain: store.domain,
    authenticate: (name: string, password: string, reserve: ReserveAttempt): Promise<StoreAnswer> =>
      guarded(() => store.authenticate(name, password, reserve), wasAsked),
    recheck: (user) => guarded(() => store.recheck(user)),
    ...(find !== undefined && { find: (name: string) => guarded(() => find(name)) }),
    ...(changePassword !== undefined && {
      changePassword: (name: string, password: string, newPassword: string) => guarded(() => changePassword(name, password, newPassword)),
    }),
    close: () => store.close?.(),
  };
}

/** Whether the store itself was asked: a user who is locked, or a name that can't be sent, is answered without it. */
function wasAsked(answer: StoreAnswer): boolean {
  return answer.kind !== 'locked' && !(answer.kind === 'unknown' && answer.reason === 'malformed-username');
}
