// One call of a function that API Gateway waits for, and for no longer than its integration or authorizer may take.

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
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate(`${handler.name} took over ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([handler.invoke(event), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
