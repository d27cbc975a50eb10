// FLOW of the operator function: event → what is asked → the report, and one line for the log. It is invoked by whoever may by
// IAM, and by nothing else; it takes no address and no URL, only names of entries that are there.

import * as v from 'valibot';
import { remainingMs } from '../shared/time-budget.ts';
import { type Examination, isHealthy } from './examination.ts';
import { type DoctorDependencies, examineStore } from './examine-store.ts';
import { type Trial, tryLogin } from './try-login.ts';

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(512));
const password = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1024));

const operatorRequest = v.variant('action', [
  v.strictObject({
    action: v.literal('doctor'),
    tenant: name,
    domain: name,
    user: v.exactOptional(name),
    password: v.exactOptional(password),
  }),
  v.strictObject({ action: v.literal('test'), tenant: name, username: name, password }),
]);

/** Milliseconds of all servers of a store together. */
const LIMIT_MS = 50_000;

/**
 * The operator function, and the command line where it asks from here.
 *
 * @param openDependencies called once for each event
 */
export function createOperatorHandler(openDependencies: () => DoctorDependencies) {
  return async (event: unknown): Promise<Examination | Trial> => {
    const parsed = v.safeParse(operatorRequest, event);
    // No cause: what a parser says may quote the password.
    if (!parsed.success) return { kind: 'refused', detail: 'The operator function does not know this request: deploy the stack again.' };
    const startedMs = performance.now();
    const { output } = parsed;
    const dependencies = openDependencies();
    const report = output.action === 'doctor' ? await examineStore(output, dependencies, limitMs()) : await tryLogin(output, dependencies);
    dependencies.log('INFO', 'operator-request', {
      action: output.action,
      tenant: output.tenant,
      ...(output.action === 'doctor' && { userstore: output.domain }),
      outcome: outcomeOf(report),
      durationMs: Math.round(performance.now() - startedMs),
    });
    return report;
  };
}

/** Time for the answer is left. */
const limitMs = (): number => Math.max(0, Math.min(LIMIT_MS, remainingMs() - 2000));

function outcomeOf(report: Examination | Trial): string {
  if (report.kind === 'examined') return isHealthy(report) ? 'healthy' : 'faulty';
  if (report.kind === 'refused') return 'refused';
  return report.stores.find(({ outcome }) => outcome !== 'unknown')?.outcome ?? 'unknown';
}
