// Secrets Manager: values are kept for minutes, one load in flight per secret, stale when a reload fails (A84).

import { createAwsClient } from '#aws-client';
import { setNewest } from '../../shared/bounded-map.ts';
import { Unavailable } from '../../shared/errors.ts';
import { raceTime, withoutBudget } from '../../shared/time-budget.ts';
import type { SecretStore } from '../stores.ts';
import type { CreateAwsClient } from './aws-call.ts';
import type { ReadAwsSettings } from './aws-settings.ts';
import { reasonOf } from './failure-reason.ts';

const KEPT_MS = 300_000;
/** Between two reads of the same secret that a failed login asked for. */
const REREAD_INTERVAL_MS = 10_000;
/** Pause from the end of a load that failed; the last value or the failure answers meanwhile. */
const RETRY_AFTER_MS = 1_000;
/** For how long who has a value to go on with waits for a newer one: stores and callers have deadlines. */
const PATIENCE_MS = 500;
const MAX_SECRETS = 2000;

/** Secret as known so far. */
interface KnownSecret {
  readonly value: string | undefined;
  readonly failure: Unavailable | undefined;
  /** A value is as old as the beginning of its load; a failure may have taken longer than the pause after it. */
  readonly askAgainAtMs: number;
}

/** Reads one secret, uncached. */
export type LoadSecret = (secretId: string) => Promise<string>;

/**
 * @param clock milliseconds since the epoch
 * @param patienceMs for tests of other things than time. Default 500
 */
export function createSecrets(load: LoadSecret, clock: () => number, patienceMs = PATIENCE_MS): SecretStore {
  const known = new Map<string, KnownSecret>();
  const inFlight = new Map<string, Promise<KnownSecret>>();
  const rereadAtMs = new Map<string, number>();

  async function reload(secretId: string): Promise<KnownSecret> {
    const startedMs = clock();
    const last = known.get(secretId);
    const next = await load(secretId).then(
      (value): KnownSecret => ({ value, failure: undefined, askAgainAtMs: startedMs + KEPT_MS }),
      (error: unknown): KnownSecret => ({
        value: last?.value,
        failure: error instanceof Unavailable ? error : new Unavailable('secrets-manager', reasonOf(error), { cause: error }),
        askAgainAtMs: clock() + RETRY_AFTER_MS,
      }),
    );
    setNewest(known, secretId, next, MAX_SECRETS);
    return next;
  }

  async function readSecret(secretId: string): Promise<string> {
    const last = known.get(secretId);
    const isKept = last !== undefined && clock() < last.askAgainAtMs;
    const { value, failure } = isKept ? last : await reloadFor(secretId, last);
    if (value !== undefined) return value;
    throw failure ?? new Unavailable('secrets-manager', 'request-failed');
  }

  /** What is known in the end, or what was known before where the end takes too long. */
  async function reloadFor(secretId: string, last: KnownSecret | undefined): Promise<KnownSecret> {
    const reloaded = shareReload(secretId);
    if (last?.value === undefined) return reloaded;
    // Where the load before failed, this one may take as long: nobody waits for it.
    if (last.failure !== undefined) return last;
    const next = await raceTime(reloaded, patienceMs, () => undefined);
    if (next !== undefined) return next;
    const slow = { ...last, failure: new Unavailable('secrets-manager', 'timeout'), askAgainAtMs: clock() + RETRY_AFTER_MS };
    // The next who come don't wait either; the load ends in something better.
    if (known.get(secretId) === last) setNewest(known, secretId, slow, MAX_SECRETS);
    return slow;
  }

  function shareReload(secretId: string): Promise<KnownSecret> {
    const running = inFlight.get(secretId);
    if (running !== undefined) return running;
    const started = withoutBudget(() => reload(secretId)).finally(() => inFlight.delete(secretId));
    inFlight.set(secretId, started);
    return started;
  }

  return {
    readSecret,
    async rereadSecret(secretId) {
      // One that was loaded the ordinary way a moment ago may have been rotated since: it is the last reading again
      // that counts. Who comes while it is under way gets what it finds.
      const isDue = clock() - (rereadAtMs.get(secretId) ?? Number.NEGATIVE_INFINITY) >= REREAD_INTERVAL_MS;
      if (isDue && !inFlight.has(secretId)) setNewest(rereadAtMs, secretId, clock(), MAX_SECRETS);
      if (isDue || inFlight.has(secretId)) await shareReload(secretId);
      return readSecret(secretId);
    },
  };
}

const SERVICE = { name: 'secretsmanager', target: 'secretsmanager', mediaType: 'application/x-amz-json-1.1' } as const;

/**
 * @param readSettings region and credentials; absent: of the environment, as in a function
 * @param createClient absent: the one that the bundle is built on
 */
export function createSecretsManager(readSettings?: ReadAwsSettings, createClient: CreateAwsClient = createAwsClient): LoadSecret {
  const call = createClient(SERVICE, readSettings);
  return async (secretId) => {
    const { SecretString } = await call('GetSecretValue', { SecretId: secretId });
    if (typeof SecretString !== 'string') throw new Unavailable('secrets-manager', 'not-text');
    return SecretString;
  };
}
