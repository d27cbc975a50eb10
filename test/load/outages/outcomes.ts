// What may be answered while something is broken.

import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import { type Answer, isSuccess } from '../../bench/end-to-end/measure-flows.ts';

/** Tells an answer of a day without faults from all others. */
export type IsRight = (answer: Answer) => boolean;

export { isSuccess };

/** Of what is no good: told so, as ever. */
export function isRefusal({ statusCode, errorMessage, body }: Answer): boolean {
  return errorMessage === 'Unauthorized' || statusCode === 400 || statusCode === 401 || body === '{"active":false}';
}

/**
 * The outage that is documented: 503 with `Retry-After`; at the authorizer an error, which API Gateway makes 500 and does not
 * keep, and a line in the log that names what does not answer. A bug throws too, and names nothing.
 */
export async function isOutage({ statusCode, headers, errorMessage }: Answer, authorizer: FunctionProcess): Promise<boolean> {
  if (errorMessage === undefined) return statusCode === 503 && headers?.['Retry-After'] !== undefined;
  if (errorMessage === 'Unauthorized') return false;
  // What it wrote may arrive after its answer.
  for (let tries = 0; tries < 100; tries++) {
    const logged = authorizer.takeLogged();
    if (logged.includes('"outcome":"outage"')) return logged.includes('"dependency":');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
