// FLOW: who asks (CloudFormation, the daily schedule, an operator) → rotate → answer.

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCloudFormation, type CustomResourceAnswer, isCustomResourceEvent } from '../shared/cloudformation.ts';
import { errorFields, type Log, type LogFields } from '../shared/log.ts';
import { raceTime } from '../shared/time-budget.ts';
import { describeFailure, SigningKeysFault } from './describe-failure.ts';
import { type KeyState, keyStates } from './key-states.ts';
import { oldestSignerSeconds, type PlannedKey } from './plan-rotation.ts';
import { type RetirementOrder, retireKey } from './retire-key.ts';
import { type RotateKeysDependencies, readKeys, rotateKeys } from './rotate-keys.ts';

export interface SigningKeysDependencies extends RotateKeysDependencies {
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** How long keys may take when CloudFormation waits, milliseconds: what is left of the function's time is for the answer. */
  readonly limitMs: number;
}

/** Answer to whoever asks; it names keys by id and never holds a private one. */
interface KeysAnswer {
  readonly keys: readonly KeyState[];
  readonly created: readonly string[];
  readonly removed: readonly string[];
  /** Why nothing was retired. Absent: it was done, or nobody asked for it. */
  readonly refused?: 'unknown-key' | 'signing-key';
}

export type SigningKeysHandler = (event: unknown) => Promise<KeysAnswer>;

/**
 * Opens the handler. An operator may send `{"list": true}`, which changes nothing, `{"rotate": "now"}` to announce a successor
 * for every key, and `{"retire": "<kid>"}`, with `"emergency": true` for a key that signs.
 */
export function createSigningKeysHandler(dependencies: SigningKeysDependencies): SigningKeysHandler {
  const { log } = dependencies;

  const answer = (keys: readonly PlannedKey[], more: Partial<KeysAnswer> = {}): KeysAnswer => ({
    keys: keyStates(keys, dependencies.now()),
    created: [],
    removed: [],
    ...more,
  });

  /** The line that tells of a change, and that an alarm watches. */
  function tell({ keys, created, removed }: KeysAnswer, fields: LogFields = {}): void {
    log('INFO', 'signing-keys', {
      ...fields,
      created,
      removed,
      keys: keys.map((key) => key.kid),
      oldestSignerSeconds: oldestSignerSeconds(keys, dependencies.now()),
    });
  }

  async function rotate(isNow: boolean): Promise<KeysAnswer> {
    const { keys, created, removed } = await rotateKeys(dependencies, isNow);
    const done = answer(keys, { created, removed });
    tell(done, isNow ? { audit: 'keys-rotated' } : {});
    return done;
  }

  async function retire(order: RetirementOrder): Promise<KeysAnswer> {
    const retirement = await retireKey(dependencies, order);
    if (retirement.outcome !== 'retired') return answer(retirement.keys, { refused: retirement.outcome });
    const done = answer(retirement.keys, { created: retirement.created, removed: [retirement.retired.kid] });
    tell(done, { audit: 'key-retired' });
    return done;
  }

  return async (event) => {
    if (!isCustomResourceEvent(event)) {
      const order = parseOrder(event);
      if (order === 'list') return answer(await readKeys(dependencies));
      return typeof order === 'object' ? retire(order) : rotate(order === 'rotate-now');
    }
    // Deleting the resource deletes no key: what becomes of the secret is the stack's removal policy.
    if (event.RequestType === 'Delete') {
      await answerCloudFormation(dependencies.fetch, event, { status: 'SUCCESS', data: {}, physicalResourceId: physicalIdOf(event) });
      return { keys: [], created: [], removed: [] };
    }
    const outcome = await within(dependencies.limitMs, rotate(false)).catch((error: unknown) => {
      log('ERROR', 'signing-keys-failed', errorFields(error));
      return error instanceof Error ? error : new SigningKeysFault('The signing keys could not be made.');
    });
    await answerCloudFormation(dependencies.fetch, event, answerOf(outcome, physicalIdOf(event)));
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
}

/** A function that is stopped answers nothing, and CloudFormation would wait for as long as it may. */
function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return raceTime(work, limitMs, () => {
    throw new SigningKeysFault(`Secrets Manager did not answer within ${limitMs / 1000} s.`);
  });
}

const physicalIdOf = (event: CloudFormationCustomResourceEvent): string =>
  'PhysicalResourceId' in event ? event.PhysicalResourceId : 'signing-keys';

function answerOf(outcome: KeysAnswer | Error, physicalResourceId: string): CustomResourceAnswer {
  if (outcome instanceof Error) return { status: 'FAILED', message: describeFailure(outcome), physicalResourceId };
  return { status: 'SUCCESS', physicalResourceId, data: { Kids: outcome.keys.map((key) => key.kid).join(',') } };
}

/** What an operator asks for. The schedule's events ask for nothing but what is due. */
function parseOrder(event: unknown): 'due' | 'list' | 'rotate-now' | RetirementOrder {
  if (typeof event !== 'object' || event === null) return 'due';
  if ('list' in event && event.list === true) return 'list';
  if ('retire' in event && typeof event.retire === 'string')
    return { kid: event.retire, isEmergency: 'emergency' in event && event.emergency === true };
  return 'rotate' in event && event.rotate === 'now' ? 'rotate-now' : 'due';
}
