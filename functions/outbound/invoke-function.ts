// The contract of a call to a function that an entry names: a tenant's own userstore.

export interface FunctionInvocation {
  readonly functionArn: string;
  /** JSON. */
  readonly payload: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Waits for the function's answer, which is JSON. A function that ends with an error is an outage; what it said is
 * not logged, since it may quote what it was given.
 *
 * @throws Unavailable: `timeout`, `too-large`, `function-error`, `access-denied`, `not-found`, `throttled`, `request-failed`;
 *   with `neverSent` where Lambda did not run the function
 */
export type InvokeFunction = (dependency: string, invocation: FunctionInvocation) => Promise<string>;
