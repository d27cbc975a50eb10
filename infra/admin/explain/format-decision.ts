// An explained decision as lines for a terminal: first what and why, then step by step how it came about.

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

export function formatDecision({
  outcome,
  status,
  code,
  reason,
  meaning,
  change,
  decidedBy,
  steps,
  notes,
}: ExplainedDecision): readonly string[] {
  const answer = [status, code].filter((part) => part !== undefined).join(' ');
  return [
    `${answer === '' ? '' : `${answer}, `}${GETS[outcome]}: ${reason}`,
    '',
    `  ${meaning}`,
    ...(decidedBy === undefined
      ? []
      : [`  Decided by   ${decidedBy.entry}${decidedBy.attribute === undefined ? '' : `, ${decidedBy.attribute}`}`]),
    `  To change    ${change}`,
    '',
    ...steps.map(({ result, says }) => `  ${MARKS[result]} ${says}`),
    ...notes.map((note) => `  note: ${note}`),
  ];
}
