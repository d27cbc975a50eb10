// FLOW: who asks (CloudFormation, the daily schedule, an operator) → rotate → answer.

import { errorFields, type Log } from '../shared/log.ts';
import { answerCloudFormation, type CustomResourceAnswer, isCustomResourceEvent } from './cloudformation.ts';
import { describeFailure, SigningKeysFault } from './describe-failure.ts';
import { oldestSignerSeconds, type PlannedKey } from './plan-rotation.ts';
import { type RotateKeysDependencies, type RotationOutcome, rotateKeys } from './rotate-keys.ts';

export interface SigningKeysDependencies extends RotateKeysDependencies {
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** How long keys may take when CloudFormation waits, milliseconds: what is left of the function's time is for the answer. */
  readonly limitMs: number;
}

/** Answer to an operator, who may send `{"rotate": "now"}` to announce a successor for every key. */
interface RotationSummary {
  readonly keys: readonly PlannedKey[];
  readonly created: readonly string[];
  readonly removed: readonly string[];
}

export type SigningKeysHandler = (event: unknown) => Promise<RotationSummary>;

/** Opens the handler. What comes back names keys by id and never holds a private one. */
export function createSigningKeysHandler(dependencies: SigningKeysDependencies): SigningKeysHandler {
  const { log } = dependencies;

  async function rotate(rotateNow: boolean): Promise<RotationSummary> {
    const summary = summaryOf(await rotateKeys(dependencies, rotateNow));
    log('INFO', 'signing-keys', {
      created: summary.created,
      removed: summary.removed,
      keys: summary.keys.map((key) => key.kid),
      oldestSignerSeconds: oldestSignerSeconds(summary.keys, dependencies.now()),
    });
    return summary;
  }

  return async (event) => {
    if (!isCustomResourceEvent(event)) return rotate(isRotateNow(event));
    // Deleting the resource deletes no key: what becomes of the secret is the stack's removal policy.
    if (event.RequestType === 'Delete') {
      await answerCloudFormation(dependencies.fetch, event, { status: 'SUCCESS', data: {} });
      return { keys: [], created: [], removed: [] };
    }
    const outcome = await within(dependencies.limitMs, rotate(false)).catch((error: unknown) => {
      log('ERROR', 'signing-keys-failed', errorFields(error));
      return error instanceof Error ? error : new SigningKeysFault('The signing keys could not be made.');
    });
    await answerCloudFormation(dependencies.fetch, event, answerOf(outcome));
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
}

/** A function that is stopped answers nothing, and CloudFormation would wait for as long as it may. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new SigningKeysFault(`Secrets Manager did not answer within ${limitMs / 1000} s.`)), limitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

function answerOf(outcome: RotationSummary | Error): CustomResourceAnswer {
  if (outcome instanceof Error) return { status: 'FAILED', message: describeFailure(outcome) };
  return { status: 'SUCCESS', data: { Kids: outcome.keys.map((key) => key.kid).join(',') } };
}

function summaryOf({ keys, created, removed }: RotationOutcome): RotationSummary {
  return { keys: keys.map(({ kid, alg, purpose, signFromSeconds }) => ({ kid, alg, purpose, signFromSeconds })), created, removed };
}

function isRotateNow(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'rotate' in event && event.rotate === 'now';
}
