// What one step of an examination comes to.

import type { Reason } from '../shared/reasons/index.ts';
import type { Finding } from './examination.ts';

/** What a step found. `value` goes to the steps behind it. */
export type StepResult<T> =
  | { readonly outcome: 'passed' | 'warning' | 'skipped'; readonly value: T; readonly found: string; readonly remedy?: string }
  | StepFailure;

export interface StepFailure {
  readonly outcome: 'failed';
  readonly reason: Reason | Finding;
  readonly error: string;
  readonly remedy?: string | undefined;
  readonly found?: string;
}

export const passed = <T>(value: T, found: string): StepResult<T> => ({ outcome: 'passed', value, found });
export const skipped = <T>(value: T, found: string): StepResult<T> => ({ outcome: 'skipped', value, found });
export const warning = <T>(value: T, found: string, remedy: string): StepResult<T> => ({ outcome: 'warning', value, found, remedy });
export const failed = (reason: Reason | Finding, error: string, remedy?: string): StepFailure => ({
  outcome: 'failed',
  reason,
  error,
  remedy,
});
