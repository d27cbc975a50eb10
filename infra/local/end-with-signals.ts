// Ends the run: at a signal, and when npm, whose shell stands between it and a signal, is gone.

/** Ctrl+C, `kill`, a terminal that closes. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal and a launcher may both pass on one Ctrl+C. */
const SAME_SIGNAL_MS = 500;

const PARENT_LOOK_MS = 500;

/** npm and npx run a script by a shell, which a signal ends and which tells nobody; the launcher of the package says that it is there. */
const hasParentToWatch = (env: NodeJS.ProcessEnv): boolean => env.npm_command !== undefined || env.GATEHOUSE_LAUNCHED === '1';

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
  if (!hasParentToWatch(process.env)) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_LOOK_MS).unref();
}
