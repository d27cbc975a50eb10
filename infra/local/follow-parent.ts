// npm and npx run a script by a shell. A signal to npm ends the shell, and the script is told nothing: it sees another parent.

const LOOK_MS = 500;

/** @param end is called once, when whoever started this process is gone; never where no npm did */
export function followParent(env: NodeJS.ProcessEnv, end: () => void): void {
  if (env.npm_command === undefined && env.GATEHOUSE_LAUNCHED !== '1') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, LOOK_MS);
  timer.unref();
}
