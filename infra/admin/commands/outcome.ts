// What a command answers: a value, which `--json` prints, and how a person reads the same value.

import { EXIT, type ExitCode } from './exit-codes.ts';

export interface Outcome {
  /** One JSON document. */
  readonly value: unknown;
  /** The value in lines for standard output, in so many columns. */
  readonly lines: (columns: number) => readonly string[];
  /** One sentence at the end, on standard error: how much there was, what was done. */
  readonly summary: string | undefined;
  readonly exitCode: ExitCode;
}

/** @param show makes the lines out of the value alone, so that both always say the same */
export function outcomeOf<Value>(
  value: Value,
  show: (value: Value, columns: number) => readonly string[],
  { summary, exitCode = EXIT.done }: { readonly summary?: string; readonly exitCode?: ExitCode } = {},
): Outcome {
  return { value, lines: (columns) => show(value, columns), summary, exitCode };
}
