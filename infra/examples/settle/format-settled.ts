// The table of answers, for a terminal.

import { type Settled, verdictOf } from './question.ts';

export function formatSettled(settled: readonly Settled[]): string {
  const rows = settled.map((each) => {
    const verdict = verdictOf(each);
    const answer = each.kind === 'answered' ? each.observed : each.reason;
    const consequence =
      verdict === 'OTHERWISE' ? `\n${' '.repeat(12)}assumed: ${each.assumed}\n${' '.repeat(12)}breaks: ${each.breaks}` : '';
    return `${verdict.padEnd(11)} ${each.id}: ${each.question}: ${answer}${consequence}`;
  });
  const count = (verdict: string): number => settled.filter((each) => verdictOf(each) === verdict).length;
  const summary = ['as assumed', 'OTHERWISE', 'noted', 'not asked'].map((verdict) => `${count(verdict)} ${verdict}`).join(', ');
  return `${rows.join('\n')}\n\n${summary}\n`;
}
