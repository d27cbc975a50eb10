// Asks a function for one thing after the other, and counts what it answers.

import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import type { Answer } from '../../bench/end-to-end/measure-flows.ts';
import { type Kind, pickKind } from './kind.ts';

/** Failed logins that wait for their answer at once: an instance of Lambda waits for one at a time. */
const MAX_LATE = 40;
const SHOWN_CHARACTERS = 600;

export function createAsking(asked: Pick<FunctionProcess, 'invoke'>, kinds: readonly Kind[]) {
  const answers = createAnswers();
  const late = new Set<Promise<void>>();
  let invocations = 0;

  async function askOnce(): Promise<void> {
    const { what, next } = pickKind(kinds);
    const request = await next();
    if (request === undefined) return;
    invocations += 1;
    const answered = asked.invoke<Answer>(request.event).then(({ answer }) => {
      const isRight = request.isRight(answer);
      answers.take(what, isRight, answer);
      if (isRight) request.keep?.(answer);
    });
    if (request.isLate !== true) return answered;
    late.add(answered);
    void answered.finally(() => late.delete(answered)).catch(() => {});
    if (late.size > MAX_LATE) await Promise.race(late);
  }

  return {
    async until(endMs: number): Promise<void> {
      while (performance.now() < endMs) await askOnce();
    },
    /** Waits for those that are answered late. */
    async end(): Promise<void> {
      await Promise.all(late);
    },
    invocations: () => invocations,
    faults: answers.faults,
    told: answers.told,
  };
}

function createAnswers() {
  const right = new Map<string, number>();
  /** With the first answer of its kind that was wrong. */
  const wrong = new Map<string, { readonly times: number; readonly first: string }>();
  return {
    take(what: string, isRight: boolean, answer: Answer): void {
      if (isRight) return void right.set(what, (right.get(what) ?? 0) + 1);
      const { times, first } = wrong.get(what) ?? { times: 0, first: JSON.stringify(answer).slice(0, SHOWN_CHARACTERS) };
      wrong.set(what, { times: times + 1, first });
    },
    faults: () => [...wrong].map(([what, { times, first }]) => `${what}: ${times} times, at first ${first}`),
    /** How often each was answered as it should be. */
    told: () => [...right].map(([what, times]) => `${what}: ${times}`).join(', '),
  };
}
