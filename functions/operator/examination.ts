// The contract of an examination: what `userstore doctor` found at each step of a login, server by server.

import type { Reason } from '../shared/reasons/index.ts';

/** What is found out beyond what a login says of itself; infra/admin/DOCTOR.md explains each. */
export const FINDINGS = [
  ...(['search-base-not-readable', 'filter-finds-nobody', 'groups-not-readable', 'members-not-readable'] as const),
  ...(['path-missing', 'condition-not-met', 'time-is-up'] as const),
] as const;

export type Finding = (typeof FINDINGS)[number];

export interface StepReport {
  /** Such as `name-resolution`. */
  readonly step: string;
  /** `warning`: a login goes on. `skipped`: there is nothing to do here, or it was not asked for. */
  readonly outcome: 'passed' | 'warning' | 'failed' | 'skipped' | 'not-reached';
  /** Milliseconds. Absent: it was not begun. */
  readonly ms?: number;
  /** What was found, in words. */
  readonly found?: string;
  /** Of a step that failed: the word that the log of a login would have, or one of this examination's own. */
  readonly reason?: Reason | Finding;
  /** The error, as the network or the other side said it. */
  readonly error?: string;
  /** What to change. Absent: what the page of reasons says of `reason`. */
  readonly remedy?: string;
}

export interface ServerReport {
  /** URL of the entry, or ARN of the function. */
  readonly server: string;
  readonly steps: readonly StepReport[];
}

export type Examination =
  | {
      readonly kind: 'examined';
      readonly type: 'ldap' | 'rest' | 'lambda';
      /** Milliseconds that a login has for all steps together. */
      readonly timeoutMs: number;
      readonly servers: readonly ServerReport[];
    }
  /** There is nothing to examine: `detail` says why, and what to do. */
  | { readonly kind: 'refused'; readonly detail: string };

/** What is asked: which store, and maybe as whom. */
export interface DoctorQuestion {
  readonly tenant: string;
  readonly domain: string;
  /** Absent: any user whom the store finds. */
  readonly user?: string | undefined;
  /** Absent: no password is tried. */
  readonly password?: string | undefined;
}

/** The servers that a login would try, each with all its steps gone through; a login takes the first that works. */
export function isHealthy(examination: Examination): boolean {
  return examination.kind === 'examined' && examination.servers.every(({ steps }) => steps.every(({ outcome }) => outcome !== 'failed'));
}
