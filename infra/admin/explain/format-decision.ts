// An explained decision as lines for a terminal: first what and why, then step by step how it came about.

import { fold } from '../lay-out-table.ts';
import type { ExplainedDecision, ExplainedStep } from './explained-decision.ts';

const MARKS: Readonly<Record<ExplainedStep['result'], string>> = { passed: '✓', refused: '✗', noted: '·' };

const GETS: Readonly<Record<ExplainedDecision['outcome'], string>> = {
  allowed: 'let in',
  unauthorized: 'refused',
  forbidden: 'refused',
  throttled: 'refused for now',
  outage: 'not decided: something does not answer',
  'no-token': 'refused: no token',
  undecided: 'not decided',
};

/** @param columns of the terminal */
export function formatDecision(explained: ExplainedDecision, columns: number): readonly string[] {
  const { outcome, status, code, reason, meaning, change, decidedBy, steps, notes } = explained;
  const answer = [status, code].filter((part) => part !== undefined).join(' ');
  const place = decidedBy && [decidedBy.entry, decidedBy.attribute].filter((part) => part !== undefined).join(', ');
  return [
    `${answer === '' ? '' : `${answer}, `}${GETS[outcome]}: ${reason}`,
    '',
    ...foldBehind('  ', meaning, columns),
    ...(place === undefined ? [] : foldBehind('  Decided by   ', place, columns)),
    ...foldBehind('  To change    ', change, columns),
    '',
    ...steps.flatMap(({ result, says }) => foldBehind(`  ${MARKS[result]} `, says, columns)),
    ...notes.flatMap((note) => foldBehind('  note: ', note, columns)),
  ];
}

/** Text folded at blanks, below where it has begun. */
function foldBehind(head: string, text: string, columns: number): readonly string[] {
  return fold(text, Math.max(20, columns - head.length)).map((line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${line}`);
}
