// Time budget of one request: calls of AWS, userstores and the rest share it, so that a function says "outage" itself,
// in its log and to its caller, before Lambda stops it, which says nothing.

import { AsyncLocalStorage } from 'node:async_hooks';
import { Unavailable } from './errors.ts';

/** What is known of a request wherever it is worked on. */
interface RequestScope {
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly invocation?: Invocation | undefined;
}

/** The call of Lambda, under the names that Powertools gives its fields in a log. */
export interface Invocation {
  /** Whether it is the first of its execution environment. */
  readonly cold_start: boolean;
  readonly function_request_id: string;
}

const scopes = new AsyncLocalStorage<RequestScope>();

export interface TimeBudget {
  /** At most, milliseconds. Infinity: what Lambda gives. */
  readonly maxMs: number;
  /** What is left for the answer of the time that Lambda gives, milliseconds. */
  readonly answerMs: number;
}

/** Context of Lambda, as far as it is read; tests have none. */
interface InvocationContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis?(): number;
}

/** The same handler, with one budget for each event. */
export function withTimeBudget<E, R>(
  handler: (event: E) => Promise<R>,
  { maxMs, answerMs }: TimeBudget,
): (event: E, context?: InvocationContext) => Promise<R> {
  let isFirst = true;
  return (event, context) => {
    const givenMs = context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
    const requestId = context?.awsRequestId;
    const invocation = requestId === undefined ? undefined : { cold_start: isFirst, function_request_id: requestId };
    isFirst = false;
    return scopes.run({ deadline: performance.now() + Math.min(maxMs, givenMs - answerMs), invocation }, () => handler(event));
  };
}

/** Runs `work`, and all that it starts, with so many milliseconds to go. */
export function runWithin<T>(budgetMs: number, work: () => T): T {
  return scopes.run({ deadline: performance.now() + budgetMs, invocation: currentInvocation() }, work);
}

/**
 * Runs what is not for this request alone: a load that others wait for as well, a loop that goes on. It has only its own
 * limits; each request still waits no longer than its own time.
 */
export function withoutBudget<T>(work: () => T): T {
  return scopes.run({ deadline: Number.POSITIVE_INFINITY, invocation: currentInvocation() }, work);
}

/** The call of Lambda that this is done for, or that has begun it; undefined outside of one. */
export function currentInvocation(): Invocation | undefined {
  return scopes.getStore()?.invocation;
}

/** Milliseconds that are left, 0 where none are. Infinity: this is no part of a request, or it has no bound. */
export function remainingMs(): number {
  const deadline = scopes.getStore()?.deadline;
  return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - performance.now());
}

/**
 * Result of `work`, if it comes in time: not everything that a request waits for looks at the budget.
 *
 * @throws Unavailable
 */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const leftMs = remainingMs();
  if (leftMs === Number.POSITIVE_INFINITY) return work;
  return raceTime(work, leftMs, () => {
    throw new Unavailable('time-budget', 'timeout');
  });
}

/**
 * Result of `work`, or that of `late` where it takes longer. `work` is then left to itself.
 *
 * @param limitMs milliseconds from now
 * @param late what it throws is thrown
 */
export async function raceTime<T, L>(work: Promise<T>, limitMs: number, late: () => L): Promise<T | L> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
