// Explained decision: what a caller gets, why, which entry and attribute decided, and what to change.

/** What came of it. `no-token`: the token API gives none. `undecided`: more must be known than the command was told. */
export type ExplainedOutcome = 'allowed' | 'unauthorized' | 'forbidden' | 'throttled' | 'outage' | 'no-token' | 'undecided';

/** Entry that decided. */
export interface DecidingPlace {
  /** `Tenants, my_company / api#pizzashack` */
  readonly entry: string;
  /** `resources`; absent: the entry itself, which may be missing. */
  readonly attribute?: string;
}

/** One thing that was looked at. */
export interface ExplainedStep {
  readonly result: 'passed' | 'refused' | 'noted';
  readonly says: string;
}

export interface ExplainedDecision {
  readonly outcome: ExplainedOutcome;
  /** Status that the caller gets; undefined where that is not known. */
  readonly status: number | undefined;
  /** `code` of an API's body, `error` of the token API's. Absent: there is none. */
  readonly code?: string | undefined;
  /** The word in the log. */
  readonly reason: string;
  readonly meaning: string;
  readonly change: string;
  /** Absent: no entry decided, but the request, or a service that does not answer. */
  readonly decidedBy?: DecidingPlace | undefined;
  readonly steps: readonly ExplainedStep[];
  /** What should be known of how it was found out. */
  readonly notes: readonly string[];
}
