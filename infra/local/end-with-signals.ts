// Ends the run: at a signal, and when npm, whose shell stands between it and a signal, is gone.

import { followParent } from './follow-parent.ts';

/** Ctrl+C, `kill`, a terminal that closes. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal and a launcher may both pass on one Ctrl+C. */
const SAME_SIGNAL_MS = 500;

/**
 * The first signal ends all; a second one ends the process at once.
 *
 * @param end closes what is open
 */
export function endWithSignals(end: () => Promise<void>): void {
  let endedAtMs: number | undefined;
  const stop = (): void => {
    const nowMs = performance.now();
    if (endedAtMs !== undefined && nowMs - endedAtMs > SAME_SIGNAL_MS) process.exit(1);
    if (endedAtMs !== undefined) return;
    endedAtMs = nowMs;
    void end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  followParent(process.env, stop);
}
