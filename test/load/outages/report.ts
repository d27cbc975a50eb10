// What came of all breaks: how often, how slowly at most, and what should not have been.

export interface Report {
  /** Notes one break. @param recoveredMs from its end to an answer as ever */
  note(broken: { readonly kind: string; readonly outcome: string; readonly answeredMs: number; readonly recoveredMs: number }): void;
  fault(text: string): void;
  /** Says how many calls of a flow were broken. None is a fault: nothing was tried. */
  tellBroken(what: string, calls: number): void;
  /** Prints a line for each kind of break and outcome, and one for each fault. @returns how many faults there are */
  print(): number;
}

interface Line {
  times: number;
  answeredMs: number;
  recoveredMs: number;
}

/** @param service that was broken */
export function createReport(service: string): Report {
  const lines = new Map<string, Line>();
  const faults: string[] = [];
  const fault = (text: string): void => void faults.push(text);
  return {
    note({ kind, outcome, answeredMs, recoveredMs }) {
      const key = `${service} | ${kind} | ${outcome}`;
      const line = lines.get(key) ?? { times: 0, answeredMs: 0, recoveredMs: 0 };
      line.times += 1;
      line.answeredMs = Math.max(line.answeredMs, answeredMs);
      line.recoveredMs = Math.max(line.recoveredMs, recoveredMs);
      lines.set(key, line);
    },
    fault,
    tellBroken(what, calls) {
      if (calls === 0) fault(`${what} calls nothing`);
      process.stdout.write(`${service}, ${what}: ${calls} calls, each broken\n`);
    },
    print() {
      const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
      for (const [key, { times, answeredMs, recoveredMs }] of [...lines].sort())
        process.stdout.write(`| ${key} | ${times} | ${seconds(answeredMs)} | ${seconds(recoveredMs)} |\n`);
      for (const text of faults) process.stdout.write(`FAULT: ${service}: ${text}\n`);
      return faults.length;
    },
  };
}

export const REPORT_HEAD = '| broken | how | outcome | times | slowest answer | slowest recovery |\n|---|---|---|---|---|---|\n';
