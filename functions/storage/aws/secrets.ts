// Secrets Manager: values are kept for minutes, one load in flight per secret, stale when a reload fails (A84).

import { createAwsClient } from '#aws-client';
import { setNewest } from '../../shared/bounded-map.ts';
import { Unavailable } from '../../shared/errors.ts';
import { withoutBudget } from '../../shared/time-budget.ts';
import type { SecretStore } from '../stores.ts';
import type { CreateAwsClient } from './aws-call.ts';
import type { ReadAwsSettings } from './aws-settings.ts';
import { reasonOf } from './failure-reason.ts';

const KEPT_MS = 300_000;
/** Between two reads of the same secret that a failed login asked for. */
const REREAD_INTERVAL_MS = 10_000;
/** Pause after a load that failed; the last value or the failure answers meanwhile. */
const RETRY_AFTER_MS = 1_000;
const MAX_SECRETS = 2000;

/** Secret as known so far. */
interface KnownSecret {
  readonly value: string | undefined;
  readonly failure: Unavailable | undefined;
  /** Beginning of the load that ended in this. */
  readonly loadedAtMs: number;
}

/** Reads one secret, uncached. */
export type LoadSecret = (secretId: string) => Promise<string>;

/** @param clock milliseconds since the epoch */
export function createSecrets(load: LoadSecret, clock: () => number): SecretStore {
  const known = new Map<string, KnownSecret>();
  const inFlight = new Map<string, Promise<KnownSecret>>();
  const rereadAtMs = new Map<string, number>();

  async function reload(secretId: string): Promise<KnownSecret> {
    const loadedAtMs = clock();
    const last = known.get(secretId);
    const next = await load(secretId).then(
      (value): KnownSecret => ({ value, failure: undefined, loadedAtMs }),
      (error: unknown): KnownSecret => ({
        value: last?.value,
        failure: error instanceof Unavailable ? error : new Unavailable('secrets-manager', reasonOf(error), { cause: error }),
        loadedAtMs,
      }),
    );
    setNewest(known, secretId, next, MAX_SECRETS);
    return next;
  }

  async function readSecret(secretId: string): Promise<string> {
    const last = known.get(secretId);
    const keptMs = last?.failure === undefined ? KEPT_MS : RETRY_AFTER_MS;
    const secret = last !== undefined && clock() - last.loadedAtMs < keptMs ? last : await shareReload(secretId);
    if (secret.value !== undefined) return secret.value;
    throw secret.failure ?? new Unavailable('secrets-manager', 'request-failed');
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
