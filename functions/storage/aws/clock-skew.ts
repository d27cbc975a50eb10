// A clock that is wrong makes every signature a refusal. What the service's own clock says, in the answer that refuses,
// corrects it, as the SDKs do.

/** Refusals that may be about the time of the signature; those of a wrong key are by the same names. */
const MAY_BE_SKEW: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** AWS takes signatures that are five minutes off. */
const TOLERATED_MS = 4 * 60_000;

export interface SkewedClock {
  /** The service's time as far as it is known. */
  nowMs(): number;
  /**
   * True: the clock was wrong and is put right, so that another try may do.
   *
   * @param serviceMs milliseconds since the epoch; NaN: the service did not say
   */
  learn(errorName: string, serviceMs: number): boolean;
}

/** @param clock milliseconds since the epoch */
export function createSkewedClock(clock: () => number): SkewedClock {
  let offsetMs = 0;
  return {
    nowMs: () => clock() + offsetMs,
    learn(errorName, serviceMs) {
      if (Number.isNaN(serviceMs) || !MAY_BE_SKEW.has(errorName)) return false;
      if (Math.abs(serviceMs - (clock() + offsetMs)) <= TOLERATED_MS) return false;
      offsetMs = serviceMs - clock();
      return true;
    },
  };
}
