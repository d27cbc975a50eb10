// Loads the JWK Set behind one URL and keeps it: fresh for five minutes, renewed in the background until ten, never
// used after that, so that a withdrawn key dies (A41); asked again early for a kid that it lacks, once an interval (A40). An
// answer with no usable key replaces none that has some (A104).

import { type KeyFault, type ParsedJwkSet, parseJwkSet } from '../keys/jwk-set.ts';
import type { VerificationKey } from '../keys/public-key.ts';
import { parseJsonBody } from '../outbound/parse-json-body.ts';
import { setNewest } from '../shared/bounded-map.ts';
import { Unavailable } from '../shared/errors.ts';
import { errorFields } from '../shared/log.ts';
import type { ExternalIssuerDependencies, KeySource } from './external-jwt.ts';

export interface KeySetLoader {
  /**
   * The keys; loaded again first where the kid is not among them and the set is older than the interval.
   *
   * @throws Unavailable where there are none, or where they lack the kid and can't be asked for again
   */
  keysFor(kid: string | undefined): Promise<readonly VerificationKey[]>;
}

const FRESH_MS = 5 * 60_000;
const MAX_AGE_MS = 10 * 60_000;
/** At most one load in this time, whatever tokens come. */
const INTERVAL_MS = 30_000;
/** Milliseconds for which a kid that a fresh set did not have asks for no other. */
const UNKNOWN_KID_MS = 2 * 60_000;
const MAX_UNKNOWN_KIDS = 200;
/** Pause after a failure: long enough to spare the issuer, short enough that its return is seen. */
const FAILURE_WAIT_MS = 5_000;
const TIMEOUT_MS = 2_000;
const MAX_BYTES = 512 * 1024;
/** Faults of a set that a line of the log tells. */
const MAX_FAULTS = 20;

interface Loaded {
  readonly keys: readonly VerificationKey[];
  readonly atMs: number;
}

type UsableSet = Extract<ParsedJwkSet, { keys: unknown }>;
type UriSource = Extract<KeySource, { kind: 'jwks-uri' }>;

export function createKeySetLoader(dependencies: ExternalIssuerDependencies, source: UriSource): KeySetLoader {
  const { clock } = dependencies;
  const unknownKids = createUnknownKids(clock);
  const set = createKeptSet(dependencies, source);
  return {
    async keysFor(kid) {
      const { keys, atMs } = await set.current();
      const isAskedAgain = kid !== undefined && !hasKid(keys, kid) && clock() - atMs >= INTERVAL_MS && !unknownKids.has(kid);
      if (!isAskedAgain) return keys;
      const { keys: fresh } = await set.load();
      if (!hasKid(fresh, kid)) unknownKids.add(kid);
      return fresh;
    },
  };
}

/** The set as it is kept, and its loads: one at a time, and none for a while after one that failed. */
function createKeptSet(dependencies: ExternalIssuerDependencies, source: UriSource) {
  const { clock, log } = dependencies;
  const [tenant, , owner] = source.owner;
  let passedOver: readonly string[] = [];
  let loaded: Loaded | undefined;
  let inFlight: Promise<Loaded> | undefined;
  let failed: { readonly error: unknown; readonly atMs: number } | undefined;

  async function loadOnce(): Promise<Loaded> {
    const atMs = clock();
    try {
      const set = await requestKeys(dependencies, source);
      loaded = { keys: set.keys, atMs };
      warnOf(set.passedOver);
      failed = undefined;
      return loaded;
    } catch (error) {
      failed = { error, atMs: clock() };
      log('WARN', 'key-set-not-loaded', { tenant, owner, ...errorFields(error) });
      throw error;
    } finally {
      inFlight = undefined;
    }
  }

  /** Once a change, and not once a load. */
  function warnOf(faults: readonly KeyFault[]): void {
    const found = faults.slice(0, MAX_FAULTS).map(({ path, expected }) => `${path}: ${expected}`);
    if (found.length > 0 && found.join() !== passedOver.join()) log('WARN', 'keys-passed-over', { tenant, owner, expected: found });
    passedOver = found;
  }

  async function load(): Promise<Loaded> {
    if (inFlight === undefined && failed !== undefined && clock() - failed.atMs < FAILURE_WAIT_MS) throw failed.error;
    inFlight ??= loadOnce();
    return inFlight;
  }

  return {
    load,
    /** Renewed behind the caller's back when it is no longer fresh. */
    async current(): Promise<Loaded> {
      const ageMs = loaded === undefined ? Number.POSITIVE_INFINITY : clock() - loaded.atMs;
      if (loaded === undefined || ageMs >= MAX_AGE_MS) return load();
      if (ageMs >= FRESH_MS) load().catch(() => undefined);
      return loaded;
    },
  };
}

/** Kids that a fresh set did not have, for a while; the oldest are forgotten first. */
function createUnknownKids(clock: () => number) {
  const untilMs = new Map<string, number>();
  return {
    has: (kid: string): boolean => clock() < (untilMs.get(kid) ?? 0),
    add(kid: string): void {
      setNewest(untilMs, kid, clock() + UNKNOWN_KID_MS, MAX_UNKNOWN_KIDS);
    },
  };
}

const hasKid = (keys: readonly VerificationKey[], kid: string): boolean => keys.some((key) => key.kid === kid);

/** @throws Unavailable where there is no set, or none with a key that can be used */
async function requestKeys({ sendOutbound, log }: ExternalIssuerDependencies, source: UriSource): Promise<UsableSet> {
  const [tenant, kind, name] = source.owner;
  const dependency = `keys of ${kind} ${name} of ${tenant}`;
  const reply = await sendOutbound(dependency, {
    method: 'GET',
    url: source.uri,
    headers: { accept: 'application/jwk-set+json, application/json' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    allowPlaintext: source.allowPlaintext,
    allowPrivateAddress: source.allowPrivateAddress,
  });
  if (reply.status !== 200) throw new Unavailable(dependency, 'bad-status');
  const set = parseJwkSet(parseJsonBody(reply.body));
  if ('keys' in set && set.keys.length > 0) return set;
  const { path, expected } = 'fault' in set ? set.fault : (set.passedOver[0] ?? { path: 'keys', expected: 'a key that can be used' });
  log('WARN', 'key-set-refused', { tenant, owner: name, path, expected });
  throw new Unavailable(dependency, 'bad-key-set');
}
