// What the gateway and a function's worker say to each other.

/** Given to the worker when it starts. */
export interface WorkerSetup {
  /** Absolute path of the bundle, without its extension: `/…/asset.1234/index`. */
  readonly modulePath: string;
  /** Name of the exported handler. */
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

/** One invocation. */
export interface InvocationMessage {
  readonly requestId: string;
  /** JSON, as Lambda hands it over. */
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
}

/** How Lambda reports an error of a function. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The worker is ready, or could not load its module; then one answer for each invocation. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: FunctionError };

/** What an invocation ends in; `error` is what Lambda marks with FunctionError. */
export type InvocationResult =
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'error'; readonly error: FunctionError };
