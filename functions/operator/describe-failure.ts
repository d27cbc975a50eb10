// A failure in the words of whoever failed: the reason that a login's log has, and the error of the network, the directory or
// AWS behind it. Bugs are not described; they go on.

import { Unavailable } from '../shared/errors.ts';
import type { Reason } from '../shared/reasons/index.ts';
import { ServerFault } from '../userstores/ldap/ldap-fault.ts';
import { SearchFault } from '../userstores/ldap/ldap-search.ts';
import { quote } from './quoted-text.ts';
import type { StepFailure } from './step-result.ts';

/** @throws whatever is no failure of something that we depend on */
export function describeFailure(error: unknown): StepFailure {
  if (!(error instanceof Unavailable || error instanceof ServerFault || error instanceof SearchFault)) throw error;
  const reason: Reason = error.reason;
  const said = quote(wordsOf(error.cause));
  return { outcome: 'failed', reason, error: said === '' ? reason : `${reason}: ${said}` };
}

/** The messages of an error and of what caused it. */
function wordsOf(cause: unknown): string {
  const messages: string[] = [];
  for (let inner = cause; inner instanceof Error && messages.length < 4; inner = inner.cause) {
    // The addresses of a name that were all tried.
    const several = inner instanceof AggregateError ? inner.errors.map((one: unknown) => wordsOf(one)).join(', ') : '';
    const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
    const text = several || inner.message || (inner.name === 'Error' ? '' : inner.name);
    messages.push(text.includes(code) ? text : `${text} (${code})`);
  }
  return [...new Set(messages)].filter((message) => message !== '').join(': ');
}
