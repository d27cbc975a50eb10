// What API Gateway remembers of an authorizer: its whole result, policy and context, by API, stage, authorizer and all
// identity sources (infra/emulator/README.md, "Caching"). A Deny is kept like an Allow; an error is not a result, and
// never gets here.

export interface AuthorizerCache<Result> {
  find(key: string): Result | undefined;
  keep(key: string, result: Result, ttlSeconds: number): void;
  /** FlushStageAuthorizersCache. */
  flush(): void;
}

/** Above it the oldest goes. */
const MAX_RESULTS = 10_000;

/** @param clock milliseconds since the epoch */
export function openAuthorizerCache<Result>(clock: () => number): AuthorizerCache<Result> {
  const results = new Map<string, { readonly result: Result; readonly untilMs: number }>();
  return {
    find(key) {
      const kept = results.get(key);
      if (kept === undefined) return undefined;
      if (clock() < kept.untilMs) return kept.result;
      results.delete(key);
      return undefined;
    },
    keep(key, result, ttlSeconds) {
      if (ttlSeconds <= 0) return;
      results.delete(key);
      results.set(key, { result, untilMs: clock() + ttlSeconds * 1000 });
      if (results.size > MAX_RESULTS) results.delete(results.keys().next().value ?? key);
    },
    flush() {
      results.clear();
    },
  };
}
