// Deadline of a login, whatever it waits for. Measured by a clock that nobody sets, so that a wall clock that is put
// right costs nobody a login.

import { raceTime } from '../shared/time-budget.ts';

export interface Deadline {
  /** Milliseconds, never negative. */
  remainingMs(): number;
  /** A nearer one: an equal part of what remains for each of `parts`. */
  share(parts: number): Deadline;
}

export function createDeadline(timeoutMs: number): Deadline {
  const at = performance.now() + timeoutMs;
  const deadline: Deadline = {
    remainingMs: () => Math.max(0, at - performance.now()),
    share: (parts) => (parts <= 1 ? deadline : createDeadline(deadline.remainingMs() / parts)),
  };
  return deadline;
}

/**
 * Bounds `promise` by the deadline: where that comes first, `late` is thrown, and `promise` left to itself.
 */
export function within<T>(deadline: Deadline, promise: Promise<T>, late: Error): Promise<T> {
  return raceTime(promise, deadline.remainingMs(), () => {
    throw late;
  });
}
