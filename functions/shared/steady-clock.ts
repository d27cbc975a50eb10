// Steady clock: tells how old something is also where one of the two clocks of a function stands still or is put back.
// A function may be frozen between two calls, and whether its own clock goes on meanwhile is documented nowhere.

/**
 * Milliseconds that never go back, and that grow by at least as much as either clock does: what is told to be young is
 * young by both. The differences alone mean anything.
 *
 * @param wall milliseconds since the epoch
 * @param monotonic milliseconds since any moment, which are never put back
 */
export function createSteadyClock(wall: () => number, monotonic: () => number): () => number {
  let last = { steady: wall(), wall: wall(), monotonic: monotonic() };
  return () => {
    const now = { wall: wall(), monotonic: monotonic() };
    const passedMs = Math.max(0, now.wall - last.wall, now.monotonic - last.monotonic);
    last = { steady: last.steady + passedMs, ...now };
    return last.steady;
  };
}
