// From a reason, and what is known of where it was given, to an explanation.

import type { LogFields } from '../../../functions/shared/log.ts';
import type { Explanation } from '../reasons/explanation.ts';
import { REASONS } from '../reasons/index.ts';
import { type DecisionFacts, decidingPlace } from './deciding-place.ts';
import type { ExplainedDecision } from './explained-decision.ts';

export interface GivenReason extends Pick<ExplainedDecision, 'outcome' | 'status' | 'code' | 'steps' | 'notes'> {
  /** Of the line in the log. */
  readonly fields: LogFields;
  readonly facts: DecisionFacts;
}

export function explainReason({ outcome, status, code, fields, facts, steps, notes }: GivenReason): ExplainedDecision {
  const reason = String(fields.inactive ?? fields.reason ?? (outcome === 'allowed' ? ANSWERED : 'bug'));
  const { meaning, change } = EXPLANATIONS.get(reason) ?? UNEXPLAINED;
  const dependency = typeof fields.dependency === 'string' ? [`What did not answer: ${fields.dependency}.`] : [];
  return {
    outcome,
    status,
    code,
    reason,
    meaning,
    change: typeof fields.expected === 'string' ? `${change} Expected: ${fields.expected}.` : change,
    decidedBy: decidingPlace(reason, facts),
    steps,
    notes: [...notes, ...dependency],
  };
}

/** The token API has no reason for what it does not refuse. */
const ANSWERED = 'answered';

const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  ...Object.entries(REASONS),
  [ANSWERED, { meaning: 'The request was answered as it asked.', change: 'Nothing.' }],
]);

/** A line of a version that this command line does not know. */
const UNEXPLAINED = {
  meaning: 'This version of the command line does not know the word.',
  change: 'Use the command line of the version that is deployed.',
};
