// An examination as a person reads it: server by server, a line a step, and below a failure what was found and what to change.

import { fold } from '../lay-out-table.ts';
import type { Examined, StepAnswer } from './operator-answer.ts';

export interface DoctorReport extends Pick<Examined, 'type' | 'timeoutMs' | 'servers'> {
  readonly tenant: string;
  readonly userstore: string;
  /** Who asked: `from here`. */
  readonly from: string;
}

const MARKS: Readonly<Record<StepAnswer['outcome'], string>> = {
  passed: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  skipped: 'skipped',
  'not-reached': 'not reached',
};
const MIN_TEXT = 40;

export function formatExamination(report: DoctorReport, columns: number): readonly string[] {
  const { tenant, userstore, type, timeoutMs, from, servers } = report;
  return [
    `${userstore} of ${tenant}, ${type}, ${from}. A login has ${timeoutMs} ms.`,
    ...servers.flatMap(({ server, steps }) => [server, ...steps.flatMap((step) => linesOf(step, columns)), ...slowness(steps, timeoutMs)]),
  ];
}

function linesOf({ step, outcome, ms, found, error, remedy }: StepAnswer, columns: number): readonly string[] {
  const head = `  ${MARKS[outcome].padEnd(11)} ${(ms === undefined ? '' : `${ms} ms`).padStart(8)}  ${step.padEnd(15)} `;
  const texts = [error, found, remedy === undefined ? undefined : `Change: ${remedy}`].filter((text) => text !== undefined);
  const lines = texts.flatMap((text) => fold(text, Math.max(MIN_TEXT, columns - head.length)));
  return [`${head}${lines[0] ?? ''}`.trimEnd(), ...lines.slice(1).map((line) => `${' '.repeat(head.length)}${line}`)];
}

/** Each step has the time of a whole login here, so that the slow one is seen. */
function slowness(steps: readonly StepAnswer[], timeoutMs: number): readonly string[] {
  const totalMs = steps.reduce((sum, { ms = 0 }) => sum + ms, 0);
  return totalMs <= timeoutMs ? [] : [`  The steps took ${totalMs} ms; a login has ${timeoutMs} ms for them all (timeoutMs).`];
}

export function summaryOf({ servers }: DoctorReport): string {
  const failures = servers.flatMap(({ server, steps }) => {
    const failed = steps.find(({ outcome }) => outcome === 'failed');
    return failed === undefined ? [] : [`${server} fails at ${failed.step}: ${failed.reason}.`];
  });
  return failures.length === 0 ? 'No step failed.' : failures.join(' ');
}
