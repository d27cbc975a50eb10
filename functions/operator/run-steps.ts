// Runs the steps of an examination one after another, each with its time, until one fails: what comes after it is reported
// as not reached, since a login would not get there either.

import { createDeadline, type Deadline } from '../userstores/deadline.ts';
import { describeFailure } from './describe-failure.ts';
import type { StepReport } from './examination.ts';
import { failed, type StepResult } from './step-result.ts';

/** Ends the flow of one examination; nobody else sees it. */
class Stopped extends Error {}

export interface Steps<N extends string> {
  /** Goes through `flow` until a step fails, and reports every step. */
  report(flow: () => Promise<void>): Promise<readonly StepReport[]>;
  /** @returns what the step found for those behind it */
  run<T>(name: N, work: (deadline: Deadline) => Promise<StepResult<T>>): Promise<T>;
}

interface Limits {
  /** Of each step, milliseconds: what a login has for all of them. */
  readonly stepMs: number;
  /** Of the whole examination. */
  readonly whole: Deadline;
}

/** @param names in the order in which they come */
export function openSteps<N extends string>(names: readonly N[], { stepMs, whole }: Limits): Steps<N> {
  const done = new Map<N, StepReport>();

  const outcomeOf = async <T>(work: (deadline: Deadline) => Promise<StepResult<T>>): Promise<StepResult<T>> => {
    if (whole.remainingMs() === 0)
      return failed('time-is-up', 'the examination has taken as long as it may', 'Ask again, or lower timeoutMs.');
    try {
      return await work(createDeadline(Math.min(stepMs, whole.remainingMs())));
    } catch (error) {
      return describeFailure(error);
    }
  };

  return {
    async run(name, work) {
      const startedMs = performance.now();
      const result = await outcomeOf(work);
      const ms = Math.round(performance.now() - startedMs);
      if (result.outcome === 'failed') {
        const { remedy, ...said } = result;
        done.set(name, { step: name, ms, ...said, ...(remedy !== undefined && { remedy }) });
        throw new Stopped();
      }
      const { value, ...said } = result;
      done.set(name, { step: name, ms, ...said });
      return value;
    },
    async report(flow) {
      try {
        await flow();
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
      return names.map((name) => done.get(name) ?? { step: name, outcome: 'not-reached' });
    },
  };
}
