// One call of a function that API Gateway waits for, and for no longer than its integration or authorizer may take.

import { raceTime } from '../../../functions/shared/time-budget.ts';
import type { LocalFunction } from '../functions/open-function.ts';
import type { InvocationResult } from '../functions/protocol.ts';

/**
 * The function goes on when nobody waits any longer, as on Lambda.
 *
 * @param tooLate what is thrown then; `why` is for the log
 */
export async function invokeInTime(
  handler: Pick<LocalFunction, 'name' | 'invoke'>,
  event: unknown,
  timeoutMs: number,
  tooLate: (why: string) => Error,
): Promise<InvocationResult> {
  return raceTime(handler.invoke(event), timeoutMs, () => {
    throw tooLate(`${handler.name} took over ${timeoutMs} ms`);
  });
}
